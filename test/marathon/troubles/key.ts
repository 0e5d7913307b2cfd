import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { settings } from "../../e2e/harness/aws";
import type { Rehearsed } from "../../e2e/harness/rehearsed";

/** @returns the ARN of a new key that signs records */
export async function newKmsKey(rehearsed: Rehearsed): Promise<string> {
  const client = new KMSClient(settings(rehearsed.env, "eu-central-1", "publisher"));
  try {
    const made = await client.send(
      new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    );
    return made.KeyMetadata?.Arn ?? "";
  } finally {
    client.destroy();
  }
}

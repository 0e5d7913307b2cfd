import { GetPublicKeyCommand, SignCommand } from "@aws-sdk/client-kms";
import { AdaptiveLimit } from "../adaptive-limit";
import { CloudFailure } from "../failure";
import { type KmsCaller, type KmsKey, pemOf, withCure, wrongKey } from "../kms";
import { PATIENT } from "../retry";
import { kmsClient } from "./clients";
import { call, type Caller } from "./session";

const MAKE_ONE = "make one with `aws kms create-key --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY`";

/** KMS's codes: `@aws-sdk/client-kms` 3.1164, GetPublicKeyCommand and SignCommand. */
const CURES: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "let the publisher's role do kms:GetPublicKey and kms:Sign, in its own policy or, for a key of another account, in both",
  DisabledException: "enable it (`aws kms enable-key`), or name another one in signWith.kms",
  KMSInvalidStateException:
    "it is being deleted, or waits for its material: `aws kms describe-key` says which; name another one in signWith.kms",
  NotFoundException: "check the ARN in signWith.kms, and that it is of this partition",
  InvalidArnException: "check the ARN in signWith.kms",
  UnsupportedOperationException: `only an asymmetric key has a public half; ${MAKE_ONE}`,
  InvalidKeyUsageException: MAKE_ONE,
};

/**
 * A key by its ARN or its alias's, after a look at its kind.
 *
 * @throws {CloudFailure} there is no such key, it may not be used, or it is of another kind; with the cure
 */
export async function openAwsKey(
  { arn, region }: { arn: string; region: string },
  asker: KmsCaller,
): Promise<KmsKey> {
  const caller: Caller = {
    region,
    signal: asker.signal,
    status: (line) => asker.status(line),
    policy: PATIENT,
    limit: new AdaptiveLimit(),
  };
  const client = kmsClient(region);
  const ask = <T>(action: string, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    call(caller, `${action} ${arn}`, attempt).catch((error: unknown) => {
      throw withCure(error, CURES);
    });

  const { KeySpec, KeyUsage, PublicKey } = await ask("GetPublicKey", (abortSignal) =>
    client.send(new GetPublicKeyCommand({ KeyId: arn }), { abortSignal }),
  );
  if (KeySpec !== "ECC_NIST_P256" || KeyUsage !== "SIGN_VERIFY" || PublicKey === undefined) {
    throw wrongKey(
      arn,
      `${KeySpec ?? "of no known kind"} for ${KeyUsage ?? "nothing"}`,
      "ECC_NIST_P256 for SIGN_VERIFY",
      MAKE_ONE,
    );
  }
  return {
    publicKey: pemOf(PublicKey),
    async sign(sha256) {
      const { Signature } = await ask("Sign", (abortSignal) =>
        client.send(
          new SignCommand({
            KeyId: arn,
            Message: sha256,
            MessageType: "DIGEST",
            SigningAlgorithm: "ECDSA_SHA_256",
          }),
          { abortSignal },
        ),
      );
      if (!Signature)
        throw new CloudFailure("server", `Sign ${arn} in ${region}: no signature in the answer`);
      return Buffer.from(Signature);
    },
  };
}

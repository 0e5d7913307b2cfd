import { createHash, createPublicKey, verify } from "node:crypto";
import type { Signer } from "@sigstore/sign";
import type { KmsCaller, KmsKey } from "../clouds/kms";
import type { KmsKeyName } from "../config/clouds";
import { parseKmsUri } from "../config/kms";
import { keyHint } from "./key-hint";
import { TrustProblem } from "./problem";

/* eslint-disable @typescript-eslint/no-require-imports -- an SDK is loaded when one of its keys signs, not before */
/** One line per cloud. */
const load = {
  aws: () => require("../clouds/aws/kms") as typeof import("../clouds/aws/kms"),
  gcp: () => require("../clouds/gcp/kms") as typeof import("../clouds/gcp/kms"),
  azure: () => require("../clouds/azure/kms") as typeof import("../clouds/azure/kms"),
};
/* eslint-enable @typescript-eslint/no-require-imports */

function openKey(name: KmsKeyName, caller: KmsCaller): Promise<KmsKey> {
  switch (name.cloud) {
    case "aws":
      return load.aws().openAwsKey(name, caller);
    case "gcp":
      return load.gcp().openGcpKey(name, caller);
    case "azure":
      return load.azure().openAzureKey(name, caller);
  }
}

/**
 * Signs with a key in a cloud's KMS; the bundle is the same as with that key in a file. Only the digest goes to the cloud.
 *
 * @param uri as in {@link parseKmsUri}
 */
export function kmsSigner(uri: string, caller: KmsCaller): Signer {
  const name = parseKmsUri(uri);
  return {
    async sign(data) {
      const opened = await openKey(name, caller);
      const { publicKey } = opened;
      const signature = await opened.sign(createHash("sha256").update(data).digest());
      const key = createPublicKey(publicKey);
      // A reassigned alias, or bytes corrupted in transit, would make an unverifiable record.
      if (!verify("sha256", data, key, signature)) {
        throw new TrustProblem(`${uri}: its signature does not fit its public key; run it again`);
      }
      return { signature, key: { $case: "publicKey", publicKey, hint: keyHint(key) } };
    },
  };
}

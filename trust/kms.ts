import { createHash, createPublicKey, verify } from "node:crypto";
import type { Signer } from "@sigstore/sign";
import type { KmsCaller, KmsKey } from "../clouds/kms";
import type { KmsKeyName } from "../config/clouds";
import { parseKmsUri } from "../config/kms";
import { CLOUD_TRUST } from "./clouds";
import { keyHint } from "./key-hint";
import { TrustProblem } from "./problem";

function openKey<C extends KmsKeyName["cloud"]>(
  name: Extract<KmsKeyName, { cloud: C }>,
  caller: KmsCaller,
): Promise<KmsKey> {
  return CLOUD_TRUST[name.cloud].openKey(name, caller);
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

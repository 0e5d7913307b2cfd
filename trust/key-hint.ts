import { createHash, type KeyObject } from "node:crypto";

/** SHA-256 of the public key's DER form, base64: identifies the key to a verifier. */
export function keyHint(publicKey: KeyObject): string {
  return createHash("sha256")
    .update(publicKey.export({ format: "der", type: "spki" }))
    .digest("base64");
}

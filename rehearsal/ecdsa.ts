import type { KeyObject } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";

/**
 * ECDSA over P-256 of a given digest. The clouds' KMS sign digests, and Node's `sign` always hashes first.
 *
 * @param form `der`: a DER sequence of two integers, as in all clouds but Azure; `compact`: r and s, 32 bytes each
 */
export function signDigest(privateKey: KeyObject, digest: Buffer, form: "der" | "compact"): Buffer {
  const secret = Buffer.from(privateKey.export({ format: "jwk" }).d ?? "", "base64url");
  return Buffer.from(p256.sign(digest, secret, { prehash: false, lowS: false }).toBytes(form));
}

import { createECDH, type KeyObject, randomBytes } from "node:crypto";

/** Order of P-256's base point: NIST SP 800-186, 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * ECDSA over P-256 of a digest as it is. The clouds' KMS sign digests, and Node's `sign` always hashes first. For keys of a
 * rehearsal only: it takes no care that its time tells nothing.
 *
 * @returns r and s, 32 bytes each
 */
export function signDigest(privateKey: KeyObject, digest: Buffer): Buffer {
  const secret = toNumber(Buffer.from(privateKey.export({ format: "jwk" }).d ?? "", "base64url"));
  for (;;) {
    const nonce = randomBytes(32);
    const k = toNumber(nonce);
    if (k === 0n || k >= ORDER) continue;
    const point = createECDH("prime256v1");
    point.setPrivateKey(nonce);
    const r = toNumber(point.getPublicKey().subarray(1, 33)) % ORDER;
    const s = (inverse(k) * (toNumber(digest) + r * secret)) % ORDER;
    if (r !== 0n && s !== 0n) return Buffer.concat([toBytes(r), toBytes(s)]);
  }
}

/** The same signature as the clouds but Azure answer it: a DER sequence of two integers. */
export function derOf(signature: Buffer): Buffer {
  const parts = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, parts.length]), parts]);
}

/** Unsigned, so a first bit that is set needs a zero in front. */
function integer(bytes: Buffer): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0);
  const short = bytes.subarray(from);
  const padded = (short[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short;
  return Buffer.concat([Buffer.from([0x02, padded.length]), padded]);
}

/** By Fermat: the order is a prime. */
function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let exponent = ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
  }
  return result;
}

const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);
const toBytes = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

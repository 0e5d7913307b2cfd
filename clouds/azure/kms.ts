import { createPublicKey } from "node:crypto";
import { type KmsCaller, type KmsKey, SIGNING, withCure, wrongKey } from "../kms";
import { getKey, type KeyPlace, showKey, signWithKey } from "./api/keys";
import { openAzureSession } from "./api/session";

const MAKE_ONE = "make one with `az keyvault key create --kty EC --curve P-256 --ops sign verify`";

/** learn.microsoft.com/azure/key-vault/general/rest-error-codes and /keys/about-keys-details, read 2026-11. */
const CURES: Readonly<Record<string, string>> = {
  Forbidden: "give the publisher the role Key Vault Crypto User on the key (keys/read and keys/sign)",
  ForbiddenByRbac: "give the publisher the role Key Vault Crypto User on the key (keys/read and keys/sign)",
  ForbiddenByPolicy: "let the vault's access policy allow the publisher get and sign on keys",
  ForbiddenByFirewall: "let this machine through the vault's firewall",
  KeyDisabled:
    "enable it (`az keyvault key set-attributes --enabled true`), or name another version in signWith.kms",
  KeyNotFound: "check vault, key and version in signWith.kms",
  Unauthorized: "log in again (`az login`), or check ARM_CLIENT_ID and its like",
  BadParameter: MAKE_ONE,
};

/**
 * Opens a key version after checking its type and that it is enabled.
 *
 * @throws {CloudFailure} the key is absent, unusable, or of another type; with the cure
 */
export async function openAzureKey(place: KeyPlace, caller: KmsCaller): Promise<KmsKey> {
  const session = openAzureSession(caller.signal, { status: (line) => caller.status(line), policy: SIGNING });
  const id = showKey(place);
  const cured = <T>(asked: Promise<T>): Promise<T> =>
    asked.catch((error: unknown) => {
      throw withCure(error, CURES);
    });

  const { key, attributes } = await cured(getKey(session, place));
  const { kty, crv, x, y, key_ops: operations = ["sign"] } = key;
  if (!/^EC(-HSM)?$/.test(kty ?? "") || crv !== "P-256" || x === undefined || y === undefined) {
    throw wrongKey(id, [kty, crv].filter(Boolean).join(" "), "EC P-256", MAKE_ONE);
  }
  if (!operations.includes("sign")) throw wrongKey(id, `for ${operations.join(", ")}`, "sign", MAKE_ONE);
  if (attributes?.enabled === false)
    throw wrongKey(id, "disabled", "an enabled one", CURES.KeyDisabled ?? "");
  return {
    publicKey: createPublicKey({ key: { kty: "EC", crv, x, y }, format: "jwk" })
      .export({ format: "pem", type: "spki" })
      .toString(),
    sign: async (sha256) => derOf(await cured(signWithKey(session, place, sha256))),
  };
}

/** JWS has the raw r and s (RFC 7518, 3.4); all other users of ECDSA here expect the DER of RFC 3279, 2.2.3. */
function derOf(signature: Buffer): Buffer {
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Shortest form; if the first bit is set, a zero byte goes in front, or the number would be negative. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  const sign = (shortest[0] ?? 0) > 0x7f ? [0] : [];
  return Buffer.from([0x02, sign.length + shortest.length, ...sign, ...shortest]);
}

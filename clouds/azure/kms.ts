import { createPublicKey } from "node:crypto";
import { CloudFailure } from "../failure";
import { type KmsCaller, type KmsKey, withCure, wrongKey } from "../kms";
import { type AzureRequest, callAzure, openAzureSession } from "./http";

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

/** Served by Key Vault and Managed HSM in all of Azure's clouds. */
const API_VERSION = "7.4";

/** As RFC 7517, which Key Vault follows but for the `-HSM`. */
interface JsonWebKey {
  kty?: string;
  crv?: string;
  x?: string;
  y?: string;
  key_ops?: string[];
}

/**
 * A key's version, after a look at its kind and whether it is enabled.
 *
 * @throws {CloudFailure} there is no such key, it may not be used, or it is of another kind; with the cure
 */
export async function openAzureKey(
  { vault, name, version }: { vault: string; name: string; version: string },
  caller: KmsCaller,
): Promise<KmsKey> {
  const session = openAzureSession(caller.signal, caller);
  const id = `${vault}/${name}/${version}`;
  const ask = async <T>(
    what: string,
    path: string,
    request: Pick<AzureRequest, "method" | "json">,
  ): Promise<T> => {
    const url = `https://${vault}/keys/${name}/${version}${path}?api-version=${API_VERSION}`;
    try {
      const { body } = await callAzure(session, `${what} ${id}`, { ...request, url, scope: scopeOf(vault) });
      return JSON.parse(body.toString("utf8")) as T;
    } catch (error) {
      throw withCure(error, CURES);
    }
  };

  type Found = { key: JsonWebKey; attributes?: { enabled?: boolean } };
  const { key, attributes } = await ask<Found>("GetKey", "", { method: "GET" });
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
    async sign(sha256) {
      const json = { alg: "ES256", value: sha256.toString("base64url") };
      const { value } = await ask<{ value?: string }>("Sign", "/sign", { method: "POST", json });
      const signature = Buffer.from(value ?? "", "base64url");
      if (signature.length !== 64)
        throw new CloudFailure(
          "server",
          `Sign ${id} on Azure: ${signature.length} bytes of signature instead of 64`,
        );
      return derOf(signature);
    },
  };
}

/** `https://vault.azure.net/.default`; a managed HSM and every cloud of Azure's have their own. */
function scopeOf(vault: string): string {
  const [, service = "vault.azure.net"] = /\.((?:vault|managedhsm)\..+)$/.exec(vault) ?? [];
  return `https://${service}/.default`;
}

/** JWS has r and s as they are (RFC 7518, 3.4); everybody else has the DER of RFC 3279, 2.2.3. */
function derOf(signature: Buffer): Buffer {
  const body = Buffer.concat([integer(signature.subarray(0, 32)), integer(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

/** Shortest form; a first bit that is set would be a minus. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const shortest = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  const sign = (shortest[0] ?? 0) > 0x7f ? [0] : [];
  return Buffer.from([0x02, sign.length + shortest.length, ...sign, ...shortest]);
}

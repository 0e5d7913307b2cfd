/** Key Vault and Managed HSM calls on one version of a key. */
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import { type AzureRequest, type AzureSession, callAzure } from "./session";

/** Supported by Key Vault and Managed HSM in all Azure clouds. */
const API_VERSION = "7.4";

export interface KeyPlace {
  /** Host of the vault. */
  readonly vault: string;
  readonly name: string;
  readonly version: string;
}

/** As in RFC 7517, which Key Vault follows except for the `-HSM` key types. */
interface JsonWebKey {
  readonly kty?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly key_ops?: readonly string[];
}

/** For messages. */
export function showKey({ vault, name, version }: KeyPlace): string {
  return `${vault}/${name}/${version}`;
}

export function getKey(
  session: AzureSession,
  place: KeyPlace,
): Promise<{ key: JsonWebKey; attributes?: { enabled?: boolean } }> {
  return ask(session, "GetKey", place, "", { method: "GET" });
}

/** @returns r and s, 32 bytes each (RFC 7518, 3.4) */
export async function signWithKey(session: AzureSession, place: KeyPlace, sha256: Buffer): Promise<Buffer> {
  const json = { alg: "ES256", value: sha256.toString("base64url") };
  const { value } = await ask<{ value?: string }>(session, "Sign", place, "/sign", { method: "POST", json });
  const signature = Buffer.from(value ?? "", "base64url");
  if (signature.length === 64) return signature;
  const said = `Sign ${showKey(place)} on Azure: ${signature.length} bytes of signature instead of 64`;
  throw new CloudFailure("server", said);
}

async function ask<T>(
  session: AzureSession,
  what: string,
  place: KeyPlace,
  path: string,
  request: Pick<AzureRequest, "method" | "json">,
): Promise<T> {
  const { vault, name, version } = place;
  const url = `https://${vault}/keys/${name}/${version}${path}?api-version=${API_VERSION}`;
  const given = { ...request, url, scope: scopeOf(vault) };
  const { body } = await callAzure(session, `${what} ${showKey(place)}`, given);
  return jsonAnswer(`${what} ${showKey(place)} on Azure`, body.toString("utf8"));
}

/** `https://vault.azure.net/.default`; managed HSMs and the other Azure clouds have their own scopes. */
function scopeOf(vault: string): string {
  const [, service = "vault.azure.net"] = /\.((?:vault|managedhsm)\..+)$/.exec(vault) ?? [];
  return `https://${service}/.default`;
}

import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Caller } from "../identity";
import { unauthorized } from "./errors";

/** The caller's token for key vaults: each Azure service only accepts tokens with its own audience. */
export function vaultToken(caller: Caller): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: "https://vault.azure.net",
    oid: caller.objectId,
    tid: caller.tenant,
    name: caller.name,
  };
  const text = `${part({ typ: "JWT", alg: "HS256" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", caller.token).update(text).digest("base64url")}`;
}

/** @throws VaultError in Key Vault's words */
export function authenticateAtVault({ headers }: IncomingMessage, callers: readonly Caller[]): Caller {
  const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? "") ?? [];
  if (token === undefined) throw unauthorized("AKV10000: Request is missing a Bearer or PoP token.");
  const caller = callers.find((each) => vaultToken(each) === token);
  if (caller) return caller;
  if (callers.some((each) => each.token === token)) {
    throw unauthorized(
      "AKV10022: Invalid audience. Expected https://vault.azure.net, found: https://management.azure.com/.",
    );
  }
  throw unauthorized("AKV10000: Error validating token: it is not one of this rehearsal's.");
}

/** The publisher's name in Azure, read from the access token without a request. */
import { MANAGEMENT, type Tokens, tokensOfEnvironment } from "./tokens";

/**
 * Claims of Entra's access tokens: learn.microsoft.com/entra/identity-platform/access-token-claims-reference, from
 * memory. Tokens are not documented as readable, so a missing claim is simply left out.
 */
interface Claims {
  /** Object id, the principal of role assignments. */
  oid?: unknown;
  /** Application id of a service principal; in a user's token, that of the client application. */
  appid?: unknown;
  idtyp?: unknown;
  upn?: unknown;
  unique_name?: unknown;
}

/** `user a@example.com (object id …)`, or `the publisher` if nothing else is known. */
export async function whoPublishes(tokens: Tokens = tokensOfEnvironment()): Promise<string> {
  const token = await tokens.get(MANAGEMENT).catch(() => "");
  return principalIn(token) ?? "the publisher";
}

/** The principal of a token. @returns `undefined` if the token does not contain it */
export function principalIn(token: string): string | undefined {
  const { oid, appid, idtyp, upn, unique_name: name } = claimsOf(token);
  if (typeof oid !== "string") return undefined;
  const user = [upn, name].find((each) => typeof each === "string");
  if (user !== undefined) return `user ${user} (object id ${oid})`;
  if (idtyp === "app" && typeof appid === "string") return `service principal ${appid} (object id ${oid})`;
  return `object id ${oid}`;
}

function claimsOf(token: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return claims !== null && typeof claims === "object" ? claims : {};
  } catch {
    return {};
  }
}

/** Who publishes, as Azure names them: nothing has to be asked for it, the access token says it. */
import { MANAGEMENT, type Tokens, tokensOfEnvironment } from "./tokens";

/**
 * Claims of Entra's access tokens: learn.microsoft.com/entra/identity-platform/access-token-claims-reference, from memory. Nobody
 * promises that a token can be read, so whatever is not there is not said.
 */
interface Claims {
  /** Object id, which role assignments are made to. */
  oid?: unknown;
  /** Application id of a service principal; a user's token names the tool there. */
  appid?: unknown;
  idtyp?: unknown;
  upn?: unknown;
  unique_name?: unknown;
}

/** `user a@example.com (object id …)`, or `the publisher` where that is all that is known. */
export async function whoPublishes(tokens: Tokens = tokensOfEnvironment()): Promise<string> {
  const token = await tokens.get(MANAGEMENT).catch(() => "");
  return principalIn(token) ?? "the publisher";
}

/** Who a token is for. @returns `undefined` if it does not say so */
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

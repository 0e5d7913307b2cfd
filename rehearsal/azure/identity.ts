import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { type Assignment, published } from "./roles";

/** A caller with its one subscription. */
export interface Caller {
  name: "publisher" | "stranger" | "partner" | "administrator";
  tenant: string;
  subscription: string;
  /** The caller's object id in its tenant, as in refusals. */
  objectId: string;
  /** Its service principal's application id and secret. */
  clientId: string;
  clientSecret: string;
  token: string;
  /** Roles in the subscription. */
  assignments: readonly Assignment[];
  /** Actions removed from them. */
  without?: readonly string[];
}

/** Ten years: a rehearsal's token is thrown away with its state folder. */
const LIFETIME_SECONDS = 10 * 365 * 24 * 3600;

/**
 * One caller per tenant, with random tokens: the publisher, a stranger without access, and a partner to share with.
 */
export function newCallers(now: number): Caller[] {
  return (["publisher", "stranger", "partner"] as const).map((name) => {
    const ids = { tenant: randomUUID(), subscription: randomUUID(), objectId: randomUUID() };
    return newCaller({ name, ...ids }, now);
  });
}

/** Another user in the publisher's subscription, with full rights. */
export function newAdministrator(
  { tenant, subscription }: Pick<Caller, "tenant" | "subscription">,
  now: number,
): Caller {
  return newCaller({ name: "administrator", tenant, subscription, objectId: randomUUID() }, now);
}

function newCaller(who: Pick<Caller, "name" | "tenant" | "subscription" | "objectId">, now: number): Caller {
  const principal = { ...who, ...newPrincipal() };
  return { ...principal, token: newToken(principal, now), assignments: firstRoles(who) };
}

/** Owner has no data actions: keys need a separate role. */
const EVERYTHING = ["Owner", "Key Vault Crypto Officer"];

/** The publisher has only the published custom roles; anyone else owns a subscription. */
export function firstRoles({ name, subscription }: Pick<Caller, "name" | "subscription">): Assignment[] {
  const scope = `/subscriptions/${subscription}`;
  return (name === "publisher" ? published() : EVERYTHING).map((role) => ({ role, scope }));
}

export function newPrincipal(): Pick<Caller, "clientId" | "clientSecret"> {
  return { clientId: randomUUID(), clientSecret: randomBytes(30).toString("base64url") };
}

/** In the form of an access token, because some clients read the tenant from it; the signature cannot be verified. */
function newToken(who: Pick<Caller, "tenant" | "objectId" | "clientId">, now: number): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const issued = Math.floor(now / 1000);
  const claims = {
    aud: "https://management.azure.com/",
    iss: `https://sts.windows.net/${who.tenant}/`,
    iat: issued,
    exp: issued + LIFETIME_SECONDS,
    oid: who.objectId,
    tid: who.tenant,
    appid: who.clientId,
    idtyp: "app",
  };
  const text = `${part({ typ: "JWT", alg: "HS256" })}.${part(claims)}`;
  return `${text}.${createHmac("sha256", randomBytes(32)).update(text).digest("base64url")}`;
}

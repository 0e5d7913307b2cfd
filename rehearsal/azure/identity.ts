import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { type Assignment, published } from "./roles";

/** Who calls, and the one subscription they may touch. */
export interface Caller {
  name: "publisher" | "stranger" | "partner" | "administrator";
  tenant: string;
  subscription: string;
  /** The caller's own id in its tenant, as refusals name it. */
  objectId: string;
  /** Its service principal's application id, and what it signs in with. */
  clientId: string;
  clientSecret: string;
  token: string;
  /** Roles in the subscription. */
  assignments: readonly Assignment[];
  /** Actions taken out of them. */
  without?: readonly string[];
}

/** Ten years: a rehearsal's token is thrown away with its state folder. */
const LIFETIME_SECONDS = 10 * 365 * 24 * 3600;

/** Callers of a tenant each, with random tokens: who publishes, who was given nothing, and somebody to share with. */
export function newCallers(now: number): Caller[] {
  return (["publisher", "stranger", "partner"] as const).map((name) => {
    const ids = { tenant: randomUUID(), subscription: randomUUID(), objectId: randomUUID() };
    return newCaller({ name, ...ids }, now);
  });
}

/** Somebody else in the publisher's subscription, who may do everything there. */
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

/** Owner holds no data action: keys are another role's. */
const EVERYTHING = ["Owner", "Key Vault Crypto Officer"];

/** The publisher has the published custom roles and nothing else; anybody else owns a subscription. */
export function firstRoles({ name, subscription }: Pick<Caller, "name" | "subscription">): Assignment[] {
  const scope = `/subscriptions/${subscription}`;
  return (name === "publisher" ? published() : EVERYTHING).map((role) => ({ role, scope }));
}

export function newPrincipal(): Pick<Caller, "clientId" | "clientSecret"> {
  return { clientId: randomUUID(), clientSecret: randomBytes(30).toString("base64url") };
}

/** Shaped as an access token is, because some clients read the tenant from it; nobody holds the key it is signed with. */
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

import { subscriptionOfAz } from "../../clouds/azure/az";
import { type Environment, type Identity, identityOf, IncompleteIdentity } from "../../clouds/azure/identity";
import { refuse } from "../preflight-report";

/** The publishing identity. */
export function identityFor(env: Environment): Identity {
  try {
    return identityOf(env);
  } catch (error) {
    if (error instanceof IncompleteIdentity) refuse("Azure", [error.message]);
    throw error;
  }
}

/** In the native provider's order: its config, the environment variable, `az`. */
export async function subscriptionFor(named: string | undefined, identity: Identity): Promise<string> {
  const subscriptionId =
    named ??
    identity.subscriptionId ??
    (identity.signIn.way === "cli" ? await subscriptionOfAz() : undefined);
  if (subscriptionId === undefined)
    refuse("Azure", ["no subscription is named; set ARM_SUBSCRIPTION_ID, or `subscriptionId` in the config"]);
  return subscriptionId ?? "";
}

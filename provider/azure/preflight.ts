import { subscriptionOfAz } from "../../clouds/azure/az";
import {
  type Environment,
  type Identity,
  identityConflicts,
  identityOf,
  IncompleteIdentity,
} from "../../clouds/azure/identity";
import { preflightAzure } from "../../clouds/azure/preflight";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { PreflightArgs } from "../../resources/azure/preflight";
import { refuse, stackOf } from "../preflight-report";
import { sessionFor } from "./session";

/** Asked again whenever its inputs change; holds nothing in the cloud. Its id is the subscription. */
export const preflight: ResourceHandler = {
  computed: ["publisherSubscription"],
  diff: (old, inputs) => diffInputs(old.inputs, inputs),
  async create(inputs, call) {
    const publisherSubscription = await check(inputs, call);
    return { id: publisherSubscription, outputs: { ...inputs, publisherSubscription } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, publisherSubscription: await check(inputs, call) };
  },
  async delete() {
    // Nothing was made.
  },
};

/** @returns the subscription */
async function check(inputs: Properties, call: Call): Promise<string> {
  const args = inputs as unknown as PreflightArgs;
  const identity = identityFor(process.env);
  // In the native provider's order: what the config gives it, the variable, and what `az` has.
  const subscriptionId =
    args.subscriptionId ??
    identity.subscriptionId ??
    (identity.signIn.way === "cli" ? await subscriptionOfAz() : undefined);
  if (subscriptionId === undefined) {
    refuse("Azure", ["no subscription is named; set ARM_SUBSCRIPTION_ID, or `subscriptionId` in the config"]);
    return "";
  }
  const { problems, tenantId } = await preflightAzure(sessionFor(call), {
    ...args,
    subscriptionId,
    stack: stackOf(call.urn),
  });
  problems.unshift(
    ...mismatches(args, identity, { subscriptionId, ...(tenantId !== undefined && { tenantId }) }),
  );
  refuse("Azure", problems);
  return subscriptionId;
}

function identityFor(env: Environment): Identity {
  try {
    return identityOf(env);
  } catch (error) {
    if (error instanceof IncompleteIdentity) refuse("Azure", [error.message]);
    throw error;
  }
}

/** One publication is by one account, in one tenant and one subscription. */
function mismatches(
  args: PreflightArgs,
  identity: Identity,
  resolved: { readonly subscriptionId: string; readonly tenantId?: string },
): string[] {
  const { ARM_TENANT_ID: tenant } = process.env;
  const environment = identity.subscriptionId;
  const differ = (one: string | undefined, other: string | undefined): boolean =>
    !!one && !!other && one.toLowerCase() !== other.toLowerCase();
  return [
    ...(differ(environment, args.subscriptionId)
      ? [
          `the environment names subscription ${environment}, the config asks for ${args.subscriptionId}; ` +
            "set ARM_SUBSCRIPTION_ID to it, or change `subscriptionId` in the config",
        ]
      : []),
    ...(differ(tenant, resolved.tenantId)
      ? [
          `ARM_TENANT_ID names ${tenant}, and subscription ${resolved.subscriptionId} is in tenant ${resolved.tenantId}; ` +
            "set ARM_TENANT_ID to that, or publish to a subscription of the other",
        ]
      : []),
    ...identityConflicts(process.env, identity, resolved),
  ];
}

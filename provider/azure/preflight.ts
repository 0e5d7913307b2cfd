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
  // The same variable as the native provider's, so that both publish to the same place.
  const environment = process.env.ARM_SUBSCRIPTION_ID || process.env.AZURE_SUBSCRIPTION_ID;
  const subscriptionId = environment ?? args.subscriptionId;
  if (subscriptionId === undefined) {
    refuse("Azure", ["no subscription is named; set ARM_SUBSCRIPTION_ID, or `subscriptionId` in the config"]);
    return "";
  }
  const problems = await preflightAzure(sessionFor(call), {
    ...args,
    subscriptionId,
    stack: stackOf(call.urn),
  });
  if (
    args.subscriptionId !== undefined &&
    args.subscriptionId.toLowerCase() !== subscriptionId.toLowerCase()
  ) {
    problems.unshift(
      `the environment names subscription ${subscriptionId}, the config asks for ${args.subscriptionId}; ` +
        "set ARM_SUBSCRIPTION_ID to it, or change `subscriptionId` in the config",
    );
  }
  refuse("Azure", problems);
  return subscriptionId;
}

import { preflightAzure } from "../../clouds/azure/preflight";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { PreflightArgs } from "../../resources/azure/preflight";
import { refuse, stackOf } from "../preflight-report";
import { sessionFor } from "./session";

/** Asked again whenever its inputs change; holds nothing in the cloud. */
export const preflight: ResourceHandler = {
  computed: ["tenantId"],
  diff: (old, inputs) => diffInputs(old.inputs, inputs),
  async create(inputs, call) {
    const tenantId = await check(inputs, call);
    return { id: String(inputs.subscriptionId), outputs: { ...inputs, tenantId } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, tenantId: await check(inputs, call) };
  },
  async delete() {
    // Nothing was made.
  },
};

async function check(inputs: Properties, call: Call): Promise<string> {
  const args = inputs as unknown as PreflightArgs;
  const { tenantId, problems } = await preflightAzure(sessionFor(call), {
    ...args,
    stack: stackOf(call.urn),
  });
  refuse("Azure", problems);
  return tenantId;
}

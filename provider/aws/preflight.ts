import { type PreflightPlan, preflightContext, runPreflight } from "../../clouds/aws/preflight";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { PreflightArgs } from "../../resources/aws/preflight";
import { refuse, stackOf } from "../preflight-report";

/** Asked again whenever its inputs change; holds nothing in the cloud. Its id is the account. */
export const preflight: ResourceHandler = {
  computed: ["accountId"],
  diff: (old, inputs) => diffInputs(old.inputs, inputs),
  async create(inputs, call) {
    const accountId = await check(inputs, call);
    return { id: accountId, outputs: { ...inputs, accountId } };
  },
  async read(id, old) {
    return { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, accountId: await check(inputs, call) };
  },
  async delete() {
    // Nothing was made.
  },
};

async function check(inputs: Properties, call: Call): Promise<string> {
  const args = inputs as unknown as PreflightArgs;
  const plan: PreflightPlan = { ...args, stack: stackOf(call.urn) };
  const { accountId, problems, warnings } = await runPreflight(preflightContext(call.signal), plan);
  for (const warning of warnings) call.log("warning", warning);
  refuse("AWS", problems);
  return accountId;
}

import { imagesOn, openObserver, snapshotsTagged } from "../../clouds/aws/observe";
import { removeSnapshot } from "../../clouds/aws/remove";
import { failedWith } from "../../clouds/failure";
import { type PreflightPlan, preflightContext, runPreflight } from "../../clouds/aws/preflight";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { PreflightArgs } from "../../resources/aws/preflight";
import { refuse, stackOf } from "../preflight-report";

/**
 * Asked again whenever its inputs change. Its id is the account. It holds nothing in the cloud, but it is deleted last of a
 * release, so its deletion looks whether a teardown that was killed left something.
 */
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
  async delete(_id, old, call) {
    const args = old.outputs as unknown as PreflightArgs;
    await Promise.all(
      args.regions.map(({ region }) =>
        removeLeftSnapshots(region, args, call).catch((error: unknown) => {
          // Who may not look need not be stopped for it: `imprimatur sweep` finds the same.
          if (!failedWith(error, "denied", "unauthenticated")) throw error;
          call.log("warning", `could not look for left snapshots: ${(error as Error).message}`);
        }),
      ),
    );
  },
};

/**
 * Deleting an AmiCopy is two calls: the image, then its snapshot. One that is killed in between is taken for done the next
 * time, because its image is gone (terraform-provider-aws, `resourceAMIDelete`), and the snapshot stays.
 */
async function removeLeftSnapshots(
  region: string,
  { product, release }: PreflightArgs,
  { urn, signal }: Call,
): Promise<void> {
  const observer = openObserver(region, signal);
  const tags = {
    "imprimatur:product": product,
    "imprimatur:release": release,
    "imprimatur:stack": stackOf(urn),
  };
  const left = (await snapshotsTagged(observer, tags)).map(({ SnapshotId = "" }) => SnapshotId);
  if (left.length === 0) return;
  const used = new Set(
    (await imagesOn(observer, left)).flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.map(({ Ebs }) => Ebs?.SnapshotId),
    ),
  );
  for (const id of left) if (!used.has(id)) await removeSnapshot(region, id, signal);
}

async function check(inputs: Properties, call: Call): Promise<string> {
  const args = inputs as unknown as PreflightArgs;
  const plan: PreflightPlan = { ...args, stack: stackOf(call.urn) };
  const { accountId, problems, warnings } = await runPreflight(preflightContext(call.signal), plan);
  for (const warning of warnings) call.log("warning", warning);
  refuse("AWS", problems);
  return accountId;
}

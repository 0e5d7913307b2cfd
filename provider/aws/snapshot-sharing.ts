import { readShares, setShares } from "../../clouds/aws/sharing";
import { failedWith } from "../../clouds/failure";
import { type CheckFailure, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { SnapshotSharingArgs } from "../../resources/aws/snapshot-sharing";
import { sessionFor } from "./session";

/** Who may create volumes from one snapshot, as a whole: who is not named has no access. */
export const snapshotSharing: ResourceHandler = {
  computed: [],
  check(inputs) {
    const { accounts } = inputs;
    const failures: CheckFailure[] = [];
    for (const account of Array.isArray(accounts) ? (accounts as unknown[]) : []) {
      if (typeof account === "string" && /^\d{12}$/.test(account)) continue;
      failures.push({
        property: "accounts",
        reason: `${JSON.stringify(account)} is not an account id of 12 digits`,
      });
    }
    // The order and a doubled id mean nothing to AWS: one spelling, so that they are no difference either.
    if (failures.length > 0) return { inputs, failures };
    return { inputs: { ...inputs, accounts: [...new Set(accounts as string[])].sort() } };
  },
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["region", "snapshotId"] }),
  async create(inputs, call) {
    const { region, snapshotId, ...want } = argsOf(inputs);
    await setShares(sessionFor(region, call), snapshotId, want);
    return { id: `${snapshotId}/sharing`, outputs: inputs };
  },
  async read(id, old, call) {
    const { region, snapshotId } = argsOf(old.outputs);
    try {
      const shares = { ...(await readShares(sessionFor(region, call), snapshotId)) };
      return { id, inputs: { ...old.inputs, ...shares }, outputs: { ...old.outputs, ...shares } };
    } catch (error) {
      if (failedWith(error, "absent")) return undefined;
      throw error;
    }
  },
  async update(_id, _old, inputs, call) {
    const { region, snapshotId, ...want } = argsOf(inputs);
    await setShares(sessionFor(region, call), snapshotId, want);
    return inputs;
  },
  async delete(_id, old, call) {
    const { region, snapshotId } = argsOf(old.outputs);
    try {
      await setShares(sessionFor(region, call), snapshotId, { public: false, accounts: [] });
    } catch (error) {
      if (!failedWith(error, "absent")) throw error;
    }
  },
};

function argsOf(properties: Properties): SnapshotSharingArgs & { snapshotId: string } {
  return properties as unknown as SnapshotSharingArgs & { snapshotId: string };
}

import { describeSnapshot, setTags } from "../../clouds/aws/snapshots";
import { tagRecord } from "../../clouds/aws/api/tags";
import { diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { SnapshotTagsArgs } from "../../resources/aws/snapshot-tags";
import { sessionFor } from "./session";

/** Manages the named keys only: other tags on the snapshot stay as they are. */
export const snapshotTags: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["region", "snapshotId"] }),
  async create(inputs, call) {
    const { region, snapshotId, tags } = argsOf(inputs);
    await setTags(sessionFor(region, call), snapshotId, [], tags);
    return { id: `${snapshotId}/tags`, outputs: inputs };
  },
  async read(id, old, call) {
    const { region, snapshotId, tags } = argsOf(old.outputs);
    const snapshot = await describeSnapshot(sessionFor(region, call), snapshotId);
    if (!snapshot) return undefined;
    const have = tagRecord(snapshot.Tags);
    const seen = Object.fromEntries(Object.entries(have).filter(([key]) => key in tags));
    return { id, inputs: { ...old.inputs, tags: seen }, outputs: { ...old.outputs, tags: seen } };
  },
  async update(_id, old, inputs, call) {
    const { region, snapshotId, tags } = argsOf(inputs);
    await setTags(sessionFor(region, call), snapshotId, Object.keys(argsOf(old.outputs).tags), tags);
    return inputs;
  },
  async delete() {
    // The tags stay: the snapshot is deleted next, and if that is interrupted, they identify it.
  },
};

function argsOf(properties: Properties): SnapshotTagsArgs & { snapshotId: string } {
  return properties as unknown as SnapshotTagsArgs & { snapshotId: string };
}

import { describeSnapshot, setTags } from "../../clouds/aws/snapshots";
import { tagRecord } from "../../clouds/aws/api/tags";
import { diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { SnapshotTagsArgs } from "../../resources/aws/snapshot-tags";
import type { Resolved } from "../../resources/resource";
import { byName, text } from "../fields";
import { sessionFor } from "./session";

const INPUTS = Shape.of<Resolved<SnapshotTagsArgs>>({ region: text, snapshotId: text, tags: byName });

/** Manages the named keys only: other tags on the snapshot stay as they are. */
export const snapshotTags = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS,
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["region", "snapshotId"] }),
  async create(inputs, call) {
    const { region, snapshotId, tags } = inputs;
    await setTags(sessionFor(region, call), snapshotId, [], tags);
    return { id: `${snapshotId}/tags`, outputs: inputs };
  },
  async read(id, old, call) {
    const { region, snapshotId, tags } = old.outputs;
    const snapshot = await describeSnapshot(sessionFor(region, call), snapshotId);
    if (!snapshot) return undefined;
    const have = tagRecord(snapshot.Tags);
    const seen = Object.fromEntries(Object.entries(have).filter(([key]) => key in tags));
    return { id, inputs: { ...old.inputs, tags: seen }, outputs: { ...old.outputs, tags: seen } };
  },
  async update(_id, old, inputs, call) {
    const { region, snapshotId, tags } = inputs;
    await setTags(sessionFor(region, call), snapshotId, Object.keys(old.outputs.tags), tags);
    return inputs;
  },
  async delete() {
    // The tags stay: the snapshot is deleted next, and if that is interrupted, they identify it.
  },
});

import { findBucket } from "../../clouds/gcp/api/objects";
import { refuseOthersObjects } from "../../clouds/gcp/others";
import { diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { BucketDeletionArgs } from "../../resources/gcp/bucket-deletion";
import type { Resolved } from "../../resources/resource";
import { text } from "../fields";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

const INPUTS = Shape.of<Resolved<BucketDeletionArgs>>({ project: text, bucket: text });

/** Creation does nothing; deletion is refused while the bucket contains another stack's objects. */
export const bucketDeletion = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS.pick("bucket"),
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["project", "bucket"] }),
  create: async (inputs) => ({ id: `gs://${inputs.bucket}/deletion`, outputs: inputs }),
  async read(id, old, call) {
    const found = await findBucket(sessionFor(call), old.outputs.bucket);
    return found ? { id, ...old } : undefined;
  },
  async delete(_id, old, call) {
    await refuseOthersObjects(sessionFor(call), old.outputs.bucket, ownerOf(call.urn));
  },
});

import { findBucket } from "../../clouds/gcp/api/objects";
import { refuseOthersObjects } from "../../clouds/gcp/others";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { BucketDeletionArgs } from "../../resources/gcp/bucket-deletion";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

type Args = { [Name in keyof BucketDeletionArgs]: string };

/** Creation does nothing; deletion is refused while the bucket contains another stack's objects. */
export const bucketDeletion: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["project", "bucket"] }),
  create: (inputs) => Promise.resolve({ id: `gs://${argsOf(inputs).bucket}/deletion`, outputs: inputs }),
  async read(id, old, call) {
    return (await isThere(argsOf(old.outputs), call)) ? { id, ...old } : undefined;
  },
  async delete(_id, old, call) {
    await refuseOthersObjects(sessionFor(call), argsOf(old.outputs).bucket, ownerOf(call.urn));
  },
};

async function isThere({ bucket }: Args, call: Call): Promise<boolean> {
  return (await findBucket(sessionFor(call), bucket)) !== undefined;
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}

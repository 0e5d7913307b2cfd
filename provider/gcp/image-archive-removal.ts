import { findImage } from "../../clouds/gcp/api/images";
import { showObject } from "../../clouds/gcp/api/objects";
import { deleteOwnArchive } from "../../clouds/gcp/others";
import { diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { ImageArchiveRemovalArgs } from "../../resources/gcp/image-archive-removal";
import type { Resolved } from "../../resources/resource";
import { text } from "../fields";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

const INPUTS = Shape.of<Resolved<ImageArchiveRemovalArgs>>({
  ...{ project: text, bucket: text, object: text, neededFor: text, image: text.optional() },
});

/** Creation deletes the object; deletion does nothing. */
export const imageArchiveRemoval = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS.pick("project", "image"),
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["project", "bucket", "object"] }),
  async create(inputs, call) {
    await deleteOwnArchive(sessionFor(call), inputs, ownerOf(call.urn));
    return { id: `${showObject(inputs)}/removed`, outputs: inputs };
  },
  async read(id, old, call) {
    const { project, image } = old.outputs;
    const gone = image !== undefined && (await findImage(sessionFor(call), { project, image })) === undefined;
    return gone ? undefined : { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    await deleteOwnArchive(sessionFor(call), inputs, ownerOf(call.urn));
    return inputs;
  },
  async delete() {
    // The object is gone already, or belongs to its archive resource.
  },
});

import { findImage } from "../../clouds/gcp/api/images";
import { showObject } from "../../clouds/gcp/api/objects";
import { deleteOwnArchive } from "../../clouds/gcp/others";
import { diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { ImageArchiveRemovalArgs } from "../../resources/gcp/image-archive-removal";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

/** Creation deletes the object; deletion does nothing. */
export const imageArchiveRemoval: ResourceHandler = {
  computed: [],
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["project", "bucket", "object"] }),
  async create(inputs, call) {
    const args = argsOf(inputs);
    await deleteOwnArchive(sessionFor(call), args, ownerOf(call.urn));
    return { id: `${showObject(args)}/removed`, outputs: inputs };
  },
  async read(id, old, call) {
    const { project, image } = argsOf(old.outputs);
    const gone = image !== undefined && (await findImage(sessionFor(call), { project, image })) === undefined;
    return gone ? undefined : { id, ...old };
  },
  async update(_id, _old, inputs, call) {
    await deleteOwnArchive(sessionFor(call), argsOf(inputs), ownerOf(call.urn));
    return inputs;
  },
  async delete() {
    // The object is gone already, or belongs to its archive resource.
  },
};

function argsOf(properties: Properties): ImageArchiveRemovalArgs {
  return properties as unknown as ImageArchiveRemovalArgs;
}

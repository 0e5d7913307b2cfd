import { findInGallery, showInGallery } from "../../clouds/azure/api/galleries";
import { refuseLocked } from "../../clouds/azure/locks";
import { refuseOthersWithin } from "../../clouds/azure/others";
import { removeOnceEmpty } from "../../clouds/azure/remove";
import { UNKNOWN } from "../../facts/engine";
import { type Call, diffInputs } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import { typedResource } from "../../plugin/typed-resource";
import type { GalleryDeletionArgs } from "../../resources/azure/gallery-deletion";
import type { Resolved } from "../../resources/resource";
import { text } from "../fields";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

const INPUTS = Shape.of<Resolved<GalleryDeletionArgs>>({ objectId: text });

/** Creation does nothing; deletion deletes the definition or gallery, once it is empty. */
export const galleryDeletion = typedResource({
  computed: [],
  inputs: INPUTS,
  kept: INPUTS,
  check(inputs) {
    const { objectId } = inputs;
    // ARM ids are case-insensitive, and a refresh may change the case: not another object.
    const spelled = typeof objectId === "string" && objectId !== UNKNOWN ? objectId.toLowerCase() : objectId;
    return { inputs: { ...inputs, objectId: spelled } };
  },
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["objectId"] }),
  async create(inputs, call) {
    const { objectId } = inputs;
    if (await isThere(objectId, call)) return { id: `${objectId}/deletion`, outputs: inputs };
    throw new Error(
      `${showInGallery(objectId)} is in the state, and Azure has it no more; run \`pulumi up --refresh\``,
    );
  },
  async read(id, old, call) {
    return (await isThere(old.outputs.objectId, call)) ? { id, ...old } : undefined;
  },
  async delete(_id, old, call) {
    const { objectId } = old.outputs;
    const session = sessionFor(call);
    const isGallery = !/\/images\//.test(objectId);
    if (isGallery) await refuseOthersWithin(session, objectId, ownerOf(call.urn));
    await refuseLocked(session, showInGallery(objectId), objectId);
    await removeOnceEmpty(session, objectId);
  },
});

async function isThere(id: string, call: Call): Promise<boolean> {
  return (await findInGallery(sessionFor(call), id)) !== undefined;
}

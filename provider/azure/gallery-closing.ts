import { readSharing, resetSharing, type SharedGallery } from "../../clouds/azure/galleries";
import { refusedPermissions } from "../../config/azure/sharing";
import { type Call, diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { GalleryClosingArgs } from "../../resources/azure/gallery-closing";
import { stackOf } from "../preflight-report";
import { sessionFor } from "./session";
import { identityFor, subscriptionFor } from "./subscription";

type Args = GalleryClosingArgs & { galleryId: string };

/** Asked again whenever its inputs change; holds nothing in the cloud. */
export const galleryClosing: ResourceHandler = {
  computed: ["galleryId"],
  diff: (old, inputs) => diffInputs(old.inputs, inputs),
  async create(inputs, call) {
    const galleryId = await close(inputs, call);
    return { id: `${galleryId}/closing`, outputs: { ...inputs, galleryId } };
  },
  async read(id, old, call) {
    const found = await ownGallery(argsOf(old.outputs).galleryId, call);
    if (!found) return { id, ...old };
    const seen = { permissions: found.permissions };
    return { id, inputs: { ...old.inputs, ...seen }, outputs: { ...old.outputs, ...seen } };
  },
  async update(_id, _old, inputs, call) {
    return { ...inputs, galleryId: await close(inputs, call) };
  },
  async delete() {
    // Nothing was made.
  },
};

/** @returns the gallery's id, whether it is there or not */
async function close(inputs: Properties, call: Call): Promise<string> {
  const { resourceGroup, gallery, permissions, ...args } = argsOf(inputs);
  const subscription = await subscriptionFor(args.subscriptionId, identityFor(process.env));
  const group = `/subscriptions/${subscription}/resourceGroups/${resourceGroup}`;
  const galleryId = `${group}/providers/Microsoft.Compute/galleries/${gallery}`;
  const found = await ownGallery(galleryId, call);
  if (!found || found.permissions === permissions) return galleryId;
  // The ledger says so in a preview, where it knows; before the Reset, which would take it from its users for nothing.
  const refused = refusedPermissions(`${resourceGroup}/${gallery}`, found.permissions, permissions);
  if (refused !== undefined) throw new Error(refused);
  await resetSharing(sessionFor(call), galleryId);
  return galleryId;
}

/** Absent: it is not there, or not this stack's. */
async function ownGallery(galleryId: string, call: Call): Promise<SharedGallery | undefined> {
  const found = await readSharing(sessionFor(call), galleryId);
  return found?.tags["imprimatur:stack"] === stackOf(call.urn) ? found : undefined;
}

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}

import { readSharing, resetSharing, setSharing } from "../../clouds/azure/galleries";
import { diffInputs, type Properties, type ResourceHandler } from "../../plugin/resource";
import type { GallerySharingArgs } from "../../resources/azure/gallery-sharing";
import { sessionFor } from "./session";

type Args = GallerySharingArgs & { galleryId: string };

/** Who sees a gallery, as a whole. */
export const gallerySharing: ResourceHandler = {
  computed: ["publicName"],
  check(inputs) {
    // Ids mean the same in any order and any case: one spelling, so that they are no difference either.
    const spell = (ids: unknown) =>
      Array.isArray(ids) ? [...new Set(ids.map((id) => String(id).toLowerCase()))].sort() : ids;
    return {
      inputs: { ...inputs, subscriptions: spell(inputs.subscriptions), tenants: spell(inputs.tenants) },
    };
  },
  diff: (old, inputs) => diffInputs(old.inputs, inputs, { replaceOn: ["galleryId"] }),
  async create(inputs, call) {
    const args = argsOf(inputs);
    const publicName = await setSharing(sessionFor(call), args.galleryId, args);
    return { id: `${args.galleryId}/sharing`, outputs: { ...inputs, publicName } };
  },
  async read(id, old, call) {
    const found = await readSharing(sessionFor(call), argsOf(old.outputs).galleryId);
    if (!found) return undefined;
    const { community, subscriptions, tenants, publicName } = found;
    const seen = { community, subscriptions, tenants };
    return { id, inputs: { ...old.inputs, ...seen }, outputs: { ...old.outputs, ...seen, publicName } };
  },
  async update(_id, old, inputs, call) {
    const args = argsOf(inputs);
    const session = sessionFor(call);
    // A community gallery becomes a private one only as a whole.
    if (argsOf(old.outputs).community && !args.community) await resetSharing(session, args.galleryId);
    return { ...inputs, publicName: await setSharing(session, args.galleryId, args) };
  },
  async delete(_id, old, call) {
    await resetSharing(sessionFor(call), argsOf(old.outputs).galleryId);
  },
};

function argsOf(properties: Properties): Args {
  return properties as unknown as Args;
}

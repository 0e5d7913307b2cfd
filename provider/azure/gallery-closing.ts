import { z } from "zod";
import { TAG } from "../../facts/tags";
import { closeGallery } from "../../clouds/azure/close-gallery";
import { readSharing } from "../../clouds/azure/gallery-sharing";
import { permittedIn } from "../../config/azure/access";
import { PERMISSIONS } from "../../config/azure/sharing";
import type { ResourceHandler } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import type { GalleryClosingArgs } from "../../resources/azure/gallery-closing";
import { type ClosingKind, closingHandler } from "../closing";
import { texts } from "../fields";
import { ownerOf } from "../preflight-report";
import { AREA, galleryIdOf, PLACE } from "./closing-place";
import { closingSession, sessionFor } from "./session";

export const galleryClosingKind: ClosingKind<GalleryClosingArgs> = {
  inputs: Shape.of<GalleryClosingArgs>({
    ...{
      ...PLACE,
      permissions: z.enum(PERMISSIONS),
      subscriptions: texts.optional(),
      tenants: texts.optional(),
    },
  }),
  replaceOn: ["resourceGroup", "gallery"],
  placeOf: ({ resourceGroup, gallery }) => `gallery ${resourceGroup}/${gallery}`,
  areaOf: () => AREA,
  granteesOf: (args) => permittedIn({ ...args }),
  nobody: (args) => ({ ...args, permissions: "Private", subscriptions: [], tenants: [] }),
  looksAtFirst: ({ permissions }) => permissions === "Private",
  async close(args, call) {
    const { permissions, subscriptions = [], tenants = [] } = args;
    const may = { permissions, subscriptions, tenants };
    return closeGallery(closingSession(call), await galleryIdOf(args), may, ownerOf(call.urn));
  },
};

/** A refresh detects sharing by others, and the next `up` removes it. */
export const galleryClosing: ResourceHandler = {
  ...closingHandler(galleryClosingKind),
  async read(id, old, call) {
    const args = galleryClosingKind.inputs.read(old.outputs, "state", call);
    const found = await readSharing(sessionFor(call), await galleryIdOf(args));
    if (!found || found.tags[TAG.stack] !== ownerOf(call.urn)) return { id, ...old };
    const seen = {
      permissions: found.permissions,
      ...(args.subscriptions && { subscriptions: union(args.subscriptions, found.subscriptions) }),
      ...(args.tenants && { tenants: union(args.tenants, found.tenants) }),
    };
    return { id, inputs: { ...old.inputs, ...seen }, outputs: { ...old.outputs, ...seen } };
  },
};

/** Grantees that have lost access meanwhile are irrelevant to a closing. */
function union(may: readonly string[], have: readonly string[]): string[] {
  const known = may.map((id) => id.toLowerCase());
  return [...may, ...have.filter((id) => !known.includes(id))];
}

import { closeImages } from "../../clouds/openstack/close-image";
import type { Visibility } from "../../clouds/openstack/visibility";
import { openstackGranteesIn } from "../../config/openstack/access";
import { Shape } from "../../plugin/shape";
import type { ImageClosingArgs } from "../../resources/openstack/image-closing";
import { type ClosingKind, closingHandler } from "../closing";
import { flag, text, texts } from "../fields";
import { ownerOf } from "../preflight-report";
import { sessionFor } from "./session";

/** One image in one region, found by its name or architecture and this stack's properties. */
export const imageClosingKind: ClosingKind<ImageClosingArgs> = {
  inputs: Shape.of<ImageClosingArgs>({
    ...{ cloud: text.optional(), region: text, image: text, product: text, release: text },
    architecture: text.optional(),
    ...{ visibility: text, projects: texts, withdrawn: flag },
  }),
  replaceOn: ["region", "product", "release", "architecture"],
  placeOf: ({ image, region }) => `OpenStack image ${image} in ${region}`,
  areaOf: ({ region }) => `OpenStack ${region}`,
  granteesOf: (args) => openstackGranteesIn({ ...args }),
  // Not hidden: if it comes back before its deletion, it would stay so.
  nobody: (args) => ({ ...args, withdrawn: false, visibility: "private", projects: [] }),
  looksAtFirst: ({ withdrawn }) => withdrawn,
  close({ image: name, architecture, product, release, projects, withdrawn, ...args }, call) {
    const { policy, failing } = call;
    const session = { ...sessionFor(args, call), policy, failing };
    // The program's own schema has checked it.
    const visibility = args.visibility as Visibility;
    return closeImages(
      session,
      { product, release, stack: ownerOf(call.urn), name, architecture },
      { visibility, projects, withdrawn },
    );
  },
};

export const imageClosing = closingHandler(imageClosingKind);

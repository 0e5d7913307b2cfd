import type { CloudHandlers } from "../cloud";
import { placeCloserOf } from "../closing";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const openstack: CloudHandlers = {
  resources: {
    "imprimatur:openstack:Preflight": () =>
      (require("./preflight") as typeof import("./preflight")).preflight,
    "imprimatur:openstack:Image": () => (require("./image") as typeof import("./image")).image,
    "imprimatur:openstack:Verification": () =>
      (require("./verification") as typeof import("./verification")).verification,
    "imprimatur:openstack:ImageSharing": () =>
      (require("./image-sharing") as typeof import("./image-sharing")).imageSharing,
    "imprimatur:openstack:ImageClosing": () =>
      (require("./image-closing") as typeof import("./image-closing")).imageClosing,
  },
  closingKinds: () => ({
    "imprimatur:openstack:ImageClosing": placeCloserOf(
      (require("./image-closing") as typeof import("./image-closing")).imageClosingKind,
    ),
  }),
};
/* eslint-enable */

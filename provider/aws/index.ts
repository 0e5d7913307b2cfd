import type { CloudHandlers } from "../cloud";
import { placeCloserOf } from "../closing";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const aws: CloudHandlers = {
  resources: {
    "imprimatur:aws:Preflight": () => (require("./preflight") as typeof import("./preflight")).preflight,
    "imprimatur:aws:Snapshot": () => (require("./snapshot") as typeof import("./snapshot")).snapshot,
    "imprimatur:aws:SnapshotTags": () =>
      (require("./snapshot-tags") as typeof import("./snapshot-tags")).snapshotTags,
    "imprimatur:aws:Verification": () =>
      (require("./verification") as typeof import("./verification")).verification,
    "imprimatur:aws:BootCheck": () => (require("./boot-check") as typeof import("./boot-check")).bootCheck,
    "imprimatur:aws:ImageDeprecation": () =>
      (require("./image-deprecation") as typeof import("./image-deprecation")).imageDeprecation,
    "imprimatur:aws:ImageSharing": () =>
      (require("./image-sharing") as typeof import("./image-sharing")).imageSharing,
    "imprimatur:aws:ImageClosing": () =>
      (require("./image-closing") as typeof import("./image-closing")).imageClosing,
    "imprimatur:aws:Pointer": () => (require("./pointer") as typeof import("./pointer")).pointer,
  },
  closingKinds: () => ({
    "imprimatur:aws:ImageClosing": placeCloserOf(
      (require("./image-closing") as typeof import("./image-closing")).imageClosingKind,
    ),
  }),
};
/* eslint-enable */

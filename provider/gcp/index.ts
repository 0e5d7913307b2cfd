import type { CloudHandlers } from "../cloud";
import { placeCloserOf } from "../closing";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const gcp: CloudHandlers = {
  resources: {
    "imprimatur:gcp:Preflight": () => (require("./preflight") as typeof import("./preflight")).preflight,
    "imprimatur:gcp:ImageArchive": () =>
      (require("./image-archive") as typeof import("./image-archive")).imageArchive,
    "imprimatur:gcp:BucketDeletion": () =>
      (require("./bucket-deletion") as typeof import("./bucket-deletion")).bucketDeletion,
    "imprimatur:gcp:ImageArchiveRemoval": () =>
      (require("./image-archive-removal") as typeof import("./image-archive-removal")).imageArchiveRemoval,
    "imprimatur:gcp:Arm64Image": () =>
      (require("./arm64-image") as typeof import("./arm64-image")).arm64Image,
    "imprimatur:gcp:Verification": () =>
      (require("./verification") as typeof import("./verification")).verification,
    "imprimatur:gcp:ImageFamily": () =>
      (require("./image-family") as typeof import("./image-family")).imageFamily,
    "imprimatur:gcp:ImageClosing": () =>
      (require("./image-closing") as typeof import("./image-closing")).imageClosing,
    "imprimatur:gcp:ImageMember": () =>
      (require("./image-member") as typeof import("./image-member")).imageMember,
    "imprimatur:gcp:ImageDeprecation": () =>
      (require("./image-deprecation") as typeof import("./image-deprecation")).imageDeprecation,
  },
  closingKinds: () => ({
    "imprimatur:gcp:ImageClosing": placeCloserOf(
      (require("./image-closing") as typeof import("./image-closing")).imageClosingKind,
    ),
  }),
};
/* eslint-enable */

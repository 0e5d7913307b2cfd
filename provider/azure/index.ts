import type { CloudHandlers } from "../cloud";
import { placeCloserOf } from "../closing";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
export const azure: CloudHandlers = {
  resources: {
    "imprimatur:azure:Preflight": () => (require("./preflight") as typeof import("./preflight")).preflight,
    "imprimatur:azure:DiskContent": () =>
      (require("./disk-content") as typeof import("./disk-content")).diskContent,
    "imprimatur:azure:Verification": () =>
      (require("./verification") as typeof import("./verification")).verification,
    "imprimatur:azure:VersionPublication": () =>
      (require("./version-publication") as typeof import("./version-publication")).versionPublication,
    "imprimatur:azure:VersionClosing": () =>
      (require("./version-closing") as typeof import("./version-closing")).versionClosing,
    "imprimatur:azure:RegionClosing": () =>
      (require("./region-closing") as typeof import("./region-closing")).regionClosing,
    "imprimatur:azure:GalleryClosing": () =>
      (require("./gallery-closing") as typeof import("./gallery-closing")).galleryClosing,
    "imprimatur:azure:GalleryDeletion": () =>
      (require("./gallery-deletion") as typeof import("./gallery-deletion")).galleryDeletion,
    "imprimatur:azure:GallerySharing": () =>
      (require("./gallery-sharing") as typeof import("./gallery-sharing")).gallerySharing,
  },
  closingKinds: () => ({
    "imprimatur:azure:GalleryClosing": placeCloserOf(
      (require("./gallery-closing") as typeof import("./gallery-closing")).galleryClosingKind,
    ),
    "imprimatur:azure:VersionClosing": placeCloserOf(
      (require("./version-closing") as typeof import("./version-closing")).versionClosingKind,
    ),
    "imprimatur:azure:RegionClosing": placeCloserOf(
      (require("./region-closing") as typeof import("./region-closing")).regionClosingKind,
    ),
  }),
};
/* eslint-enable */

/**
 * The `imprimatur` provider plugin: only what the native providers lack. One line for each resource type; a cloud's
 * handlers, and its SDK with them, are loaded when the first resource of that cloud is used.
 */
import type { ProviderPlugin, ResourceHandler } from "../plugin/resource";
import { onTranscriptTrouble } from "../clouds/transcript/transcript";
import { servePlugin } from "../plugin/server";
import { UpdateWatch } from "./unended";
import { VERSION } from "./version";

/* eslint-disable @typescript-eslint/no-require-imports -- the only synchronous way to load on first use */
const HANDLERS: Readonly<Record<string, () => ResourceHandler>> = {
  "imprimatur:index:Lifecycle": () => (require("./lifecycle") as typeof import("./lifecycle")).lifecycle,
  "imprimatur:index:Protection": () => (require("./protection") as typeof import("./protection")).protection,
  "imprimatur:index:ClosingReport": () =>
    (require("./closing-report") as typeof import("./closing-report")).closingReport,
  "imprimatur:index:RemovalClosing": () =>
    (require("./removal-closing") as typeof import("./removal-closing")).removalClosing(
      () => (require("./closing-kinds") as typeof import("./closing-kinds")).CLOSING_KINDS,
    ),
  "imprimatur:index:SigningKey": () =>
    (require("./signing-key") as typeof import("./signing-key")).signingKey,
  "imprimatur:index:WithdrawalNotice": () =>
    (require("./withdrawal-notice") as typeof import("./withdrawal-notice")).withdrawalNotice,
  "imprimatur:index:Record": () => (require("./record") as typeof import("./record")).record,
  "imprimatur:aws:Preflight": () =>
    (require("./aws/preflight") as typeof import("./aws/preflight")).preflight,
  "imprimatur:aws:Snapshot": () => (require("./aws/snapshot") as typeof import("./aws/snapshot")).snapshot,
  "imprimatur:aws:SnapshotTags": () =>
    (require("./aws/snapshot-tags") as typeof import("./aws/snapshot-tags")).snapshotTags,
  "imprimatur:aws:Verification": () =>
    (require("./aws/verification") as typeof import("./aws/verification")).verification,
  "imprimatur:aws:BootCheck": () =>
    (require("./aws/boot-check") as typeof import("./aws/boot-check")).bootCheck,
  "imprimatur:aws:ImageDeprecation": () =>
    (require("./aws/image-deprecation") as typeof import("./aws/image-deprecation")).imageDeprecation,
  "imprimatur:aws:ImageSharing": () =>
    (require("./aws/image-sharing") as typeof import("./aws/image-sharing")).imageSharing,
  "imprimatur:aws:ImageClosing": () =>
    (require("./aws/image-closing") as typeof import("./aws/image-closing")).imageClosing,
  "imprimatur:aws:Pointer": () => (require("./aws/pointer") as typeof import("./aws/pointer")).pointer,
  "imprimatur:gcp:Preflight": () =>
    (require("./gcp/preflight") as typeof import("./gcp/preflight")).preflight,
  "imprimatur:gcp:ImageArchive": () =>
    (require("./gcp/image-archive") as typeof import("./gcp/image-archive")).imageArchive,
  "imprimatur:gcp:ImageArchiveRemoval": () =>
    (require("./gcp/image-archive-removal") as typeof import("./gcp/image-archive-removal"))
      .imageArchiveRemoval,
  "imprimatur:gcp:Arm64Image": () =>
    (require("./gcp/arm64-image") as typeof import("./gcp/arm64-image")).arm64Image,
  "imprimatur:gcp:Verification": () =>
    (require("./gcp/verification") as typeof import("./gcp/verification")).verification,
  "imprimatur:gcp:ImageFamily": () =>
    (require("./gcp/image-family") as typeof import("./gcp/image-family")).imageFamily,
  "imprimatur:gcp:ImageClosing": () =>
    (require("./gcp/image-closing") as typeof import("./gcp/image-closing")).imageClosing,
  "imprimatur:gcp:ImageMember": () =>
    (require("./gcp/image-member") as typeof import("./gcp/image-member")).imageMember,
  "imprimatur:gcp:ImageDeprecation": () =>
    (require("./gcp/image-deprecation") as typeof import("./gcp/image-deprecation")).imageDeprecation,
  "imprimatur:azure:Preflight": () =>
    (require("./azure/preflight") as typeof import("./azure/preflight")).preflight,
  "imprimatur:azure:DiskContent": () =>
    (require("./azure/disk-content") as typeof import("./azure/disk-content")).diskContent,
  "imprimatur:azure:Verification": () =>
    (require("./azure/verification") as typeof import("./azure/verification")).verification,
  "imprimatur:azure:VersionPublication": () =>
    (require("./azure/version-publication") as typeof import("./azure/version-publication"))
      .versionPublication,
  "imprimatur:azure:VersionClosing": () =>
    (require("./azure/version-closing") as typeof import("./azure/version-closing")).versionClosing,
  "imprimatur:azure:RegionClosing": () =>
    (require("./azure/region-closing") as typeof import("./azure/region-closing")).regionClosing,
  "imprimatur:azure:GalleryClosing": () =>
    (require("./azure/gallery-closing") as typeof import("./azure/gallery-closing")).galleryClosing,
  "imprimatur:azure:GalleryDeletion": () =>
    (require("./azure/gallery-deletion") as typeof import("./azure/gallery-deletion")).galleryDeletion,
  "imprimatur:azure:GallerySharing": () =>
    (require("./azure/gallery-sharing") as typeof import("./azure/gallery-sharing")).gallerySharing,
};
/* eslint-enable */

export const plugin: ProviderPlugin = {
  name: "imprimatur",
  version: VERSION,
  resources: onFirstUse(HANDLERS),
  started: onTranscriptTrouble,
  watch: (warn) => new UpdateWatch(warn, process.ppid),
};

/** Entry point of the executable `pulumi-resource-imprimatur`. */
export function main(): void {
  void servePlugin(plugin);
}

function onFirstUse<T>(loaders: Readonly<Record<string, () => T>>): Readonly<Record<string, T>> {
  const table = {} as Record<string, T>;
  for (const [key, load] of Object.entries(loaders)) {
    Object.defineProperty(table, key, { enumerable: true, get: load });
  }
  return table;
}

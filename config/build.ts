import type { Evidence } from "./evidence";
import type { Architecture, Release } from "./release";

/** What the rules need to know of a disk: a part of the image file's entry. */
export interface BuiltImage extends Evidence {
  readonly size: number;
  readonly bootMode: "uefi" | "legacy-bios" | "uefi-preferred";
}

/** One image of one release: what names are made for and cloud limits are checked on. */
export interface Build {
  readonly release: Release;
  /** Index in `releases`: where a problem is. */
  readonly index: number;
  readonly architecture: Architecture;
  /** Absent while the image file is not read: then only what the stack file says is checked. */
  readonly image?: BuiltImage;
}

import type { Evidence } from "./evidence";
import type { Architecture, Release } from "./release";

/** The part of an image file's entry that the rules need. */
export interface BuiltImage extends Evidence {
  readonly size: number;
  readonly bootMode: "uefi" | "legacy-bios" | "uefi-preferred";
}

/** One image of one release: the unit for names and cloud limits. */
export interface Build {
  readonly release: Release;
  /** Index in `releases`, to locate a problem. */
  readonly index: number;
  readonly architecture: Architecture;
  /** Absent until the image file is read: then only the stack file is checked. */
  readonly image?: BuiltImage;
}

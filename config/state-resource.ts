/** The stack's state as the readers of each cloud get it. */
import type { Architecture } from "./release";

/** A resource in the stack's state, as the engine returns it to a program. */
export interface StateResource {
  /** `imprimatur:aws:ImageSharing` */
  readonly type: string;
  /** `demo-20261120.0-x86_64-eu-central-1` */
  readonly name: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Parts of the name of a resource that belongs to an image. */
export interface ImageName {
  readonly version: string;
  readonly architecture: Architecture;
  /** The suffix after the architecture: a region, a member. */
  readonly rest: string;
}

/** A resource with its parsed name. */
type NamedResource = StateResource & ImageName;

/** Input of a cloud's reader. */
export interface ReadState {
  /** Resources of these types whose names identify an image. */
  readonly ofImages: (...types: readonly string[]) => NamedResource[];
  /** All resources of this type. */
  readonly ofType: (...types: readonly string[]) => StateResource[];
  /** Grantees this closing may have removed before it was killed; the resource that shares the place cannot know. */
  readonly doubtOf: (closing: Pick<StateResource, "type" | "name">) => readonly string[];
}

import type { ResourceHandler } from "../plugin/resource";
import type { PlaceCloserOf } from "./closing";

/** The provider's part for one cloud. Each part is loaded on first use, and the cloud's clients with it. */
export interface CloudHandlers {
  /** Handlers, by resource type. */
  readonly resources: Readonly<Record<string, () => ResourceHandler>>;
  /** Operations that close a place, by the type of its closing; needed for places that the program no longer names. */
  readonly closingKinds: () => Readonly<Record<string, PlaceCloserOf>>;
}

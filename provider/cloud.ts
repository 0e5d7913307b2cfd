import type { Properties, ResourceHandler } from "../plugin/resource";
import type { ClosingKind } from "./closing";

/** What the provider has for one cloud. Each part is loaded on first use, and the cloud's clients with it. */
export interface CloudHandlers {
  /** Handlers, by resource type. */
  readonly resources: Readonly<Record<string, () => ResourceHandler>>;
  /** Kinds of closing, by resource type; needed for places that the program no longer names. */
  readonly closingKinds: () => Readonly<Record<string, ClosingKind<Properties>>>;
}

/** The state keeps a closing's own inputs. */
export function ofProperties<A>(kind: ClosingKind<A>): ClosingKind<Properties> {
  return kind as unknown as ClosingKind<Properties>;
}

/**
 * The stack's record of its releases, as far as changes of it matter to users: kept by the engine, compared with what
 * is wanted next. Pure.
 */
import type { ReleaseState } from "./release";

/**
 * Grantees of a release by region, without the owner; `public` is everyone. A region with an empty list is private.
 */
export type Audience = Readonly<Record<string, readonly string[]>>;

/** Values whose change forces replacement of the image, by architecture and name. */
export type ImmutableValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ReleaseEntry {
  readonly state: ReleaseState;
  /** True if the release must be deprecated or withdrawn before it is deleted. */
  readonly protected: boolean;
  /** SHA-256 of the raw disks, hex, by architecture. */
  readonly digests: Readonly<Record<string, string>>;
  /** By cloud. */
  readonly audience: Readonly<Record<string, Audience>>;
  /** By cloud. Absent: written before this was kept. */
  readonly made?: Readonly<Record<string, ImmutableValues>>;
  /** Values the cloud never changes, even by replacing the image. By cloud. */
  readonly fixed?: Readonly<Record<string, ImmutableValues>>;
  /**
   * Sharing mode of containers (a gallery), by cloud and container (`group/gallery`). Absent: written before this was
   * kept.
   */
  readonly sharedAs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** RFC 3339 */
  readonly deprecateOn?: string;
  /** RFC 3339 */
  readonly endOfLife?: string;
  readonly reason?: string;
}

/** By version. */
export type Ledger = Readonly<Record<string, ReleaseEntry>>;

/**
 * What a stack says of its releases, as far as a change of it matters to anybody: kept by the engine, and compared with
 * what is wanted next. Pure.
 */
import type { ReleaseState } from "./release";

/** Who besides the owner may use a release, by region; `public` is everyone. A region with nobody is private there. */
export type Audience = Readonly<Record<string, readonly string[]>>;

/** What images cannot change without being made anew, by architecture and name of the value. */
export type ImmutableValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface ReleaseEntry {
  readonly state: ReleaseState;
  /** Whether deleting it needs the step through deprecated or withdrawn. */
  readonly protected: boolean;
  /** SHA-256 of the raw disks, hex, by architecture. */
  readonly digests: Readonly<Record<string, string>>;
  /** By cloud. */
  readonly audience: Readonly<Record<string, Audience>>;
  /** By cloud. Absent: written before this was kept. */
  readonly made?: Readonly<Record<string, ImmutableValues>>;
  /** What the cloud never changes, whatever else is deleted for it. By cloud. */
  readonly fixed?: Readonly<Record<string, ImmutableValues>>;
  /**
   * How what a cloud shares as a whole (a gallery) may be shared, by cloud and what it is (`group/gallery`). Absent: written
   * before this was kept.
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

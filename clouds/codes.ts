/** Error codes by kind of failure: each group says where it is known from, and when that was read. */
import type { FailureKind } from "./failure";

export interface KnownCodes {
  readonly kind: Exclude<FailureKind, "cancelled">;
  readonly codes: readonly string[];
  /** What says that these codes are of this kind, and the date: `… (2026-11)`. */
  readonly source: string;
}

export function kindsByCode(groups: readonly KnownCodes[]): ReadonlyMap<string, FailureKind> {
  return new Map(groups.flatMap(({ kind, codes }) => codes.map((code) => [code, kind] as const)));
}

/** Error codes by kind of failure: each group with its source and the date it was read. */
import type { FailureKind } from "./failure";

export interface KnownCodes {
  readonly kind: Exclude<FailureKind, "cancelled">;
  readonly codes: readonly string[];
  /** Source of this classification, with date: `… (2026-11)`. */
  readonly source: string;
}

export function kindsByCode(groups: readonly KnownCodes[]): ReadonlyMap<string, FailureKind> {
  return new Map(groups.flatMap(({ kind, codes }) => codes.map((code) => [code, kind] as const)));
}

import type { Publication } from "./statement";

/** Impact of a change as exit codes of `imprimatur plan`: the highest applies. */
export const REACH = {
  nothing: 0,
  problem: 1,
  /** Not noticeable to users. */
  unnoticed: 10,
  /** Something becomes visible, or is shared more widely. */
  visible: 11,
  /** Something is narrowed, withdrawn, deprecated, replaced or deleted. */
  harmful: 12,
  /** Guarded changes that are not named. */
  unnamed: 13,
} as const;
export type Reach = (typeof REACH)[keyof typeof REACH];

export function reachOf({ statements, guards, problems }: Publication): Reach {
  if (problems.length > 0) return REACH.problem;
  if (guards.length > 0) return REACH.unnamed;
  if (statements.some(({ dangerous }) => dangerous)) return REACH.harmful;
  if (statements.some(({ visibleToStrangers }) => visibleToStrangers)) return REACH.visible;
  return statements.length > 0 ? REACH.unnoticed : REACH.nothing;
}

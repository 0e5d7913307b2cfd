import type { Publication } from "./statement";

/** Impact of a change as exit codes of `imprimatur plan`: the highest applies. */
export const PLAN_EXIT = {
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
type PlanExit = (typeof PLAN_EXIT)[keyof typeof PLAN_EXIT];

export function planExitOf({ statements, guards, problems }: Publication): PlanExit {
  if (problems.length > 0) return PLAN_EXIT.problem;
  if (guards.length > 0) return PLAN_EXIT.unnamed;
  if (statements.some(({ dangerous }) => dangerous)) return PLAN_EXIT.harmful;
  if (statements.some(({ visibleToStrangers }) => visibleToStrangers)) return PLAN_EXIT.visible;
  return statements.length > 0 ? PLAN_EXIT.unnoticed : PLAN_EXIT.nothing;
}

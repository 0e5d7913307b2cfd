import { z } from "zod";
import type { Problem } from "./problem";

const DAY = 86_400_000;

/** Days, weeks, months of 30 days, years of 365: the start date is exact, so calendar arithmetic is unnecessary. */
const UNITS: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30, y: 365 };

const period = z.string().regex(/^[1-9]\d{0,3}[dwmy]$/, {
  error: "a period as 90d, 12w, 6m (months of 30 days) or 2y (years of 365 days)",
});

/** Ageing of releases: `imprimatur retention` proposes the changes. */
export const policy = z
  .strictObject({
    keep: z
      .int({ error: "a whole number from 1 to 1000" })
      .min(1, { error: "a whole number from 1 to 1000" })
      .max(1000, { error: "a whole number from 1 to 1000" })
      .optional()
      .meta({
        description:
          "How many published releases of each architecture stay so, the newest ones, however old they are. The others are deprecated: at once, or with `deprecateAfter` at that age.",
        examples: [4],
      }),
    deprecateAfter: period.optional().meta({
      description:
        "Age, from its release, at which a published release is deprecated; those that `keep` keeps are not.",
      examples: ["90d"],
    }),
    endOfLife: period.optional().meta({
      description:
        "Age at which support ends: written as `endOfLife` when a release is deprecated, and withdrawn from then on. Users have at least the time between `deprecateAfter` and this one to move on, or 30 days where that is nothing: a release that is deprecated late ends later.",
      examples: ["1y"],
    }),
    deleteAfter: period.optional().meta({
      description:
        "Time from the end of life to the removal of a withdrawn release. Without an end of life: from its release.",
      examples: ["6m"],
    }),
    unusedFor: period.default("30d").meta({
      description:
        "An AMI that was launched within this time keeps its release from being withdrawn or removed.",
    }),
  })
  .meta({ description: "What becomes of releases as they grow old: `imprimatur retention` proposes it." });

export type Policy = z.output<typeof policy>;

/** A period in milliseconds. */
export function periodOf(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0) * DAY;
}

/** `6m (180 days)`: months and years are no calendar's. */
export function describePeriod(text: string): string {
  return text.endsWith("d") ? text : `${text} (${periodOf(text) / DAY} days)`;
}

/** Days between deprecation and end of life if the policy leaves none. */
const LEAST_NOTICE = 30 * DAY;

/** Milliseconds that users have at least from a deprecation to the end of life. */
export function noticeOf({ deprecateAfter, endOfLife }: Policy): number {
  if (deprecateAfter === undefined || endOfLife === undefined) return LEAST_NOTICE;
  return periodOf(endOfLife) - periodOf(deprecateAfter) || LEAST_NOTICE;
}

/** Ages that contradict each other. */
export function policyProblems({ deprecateAfter, endOfLife }: Policy): Problem[] {
  if (deprecateAfter === undefined || endOfLife === undefined) return [];
  if (periodOf(endOfLife) >= periodOf(deprecateAfter)) return [];
  return [
    {
      path: ["policy", "endOfLife"],
      needs: `an age not below deprecateAfter (${deprecateAfter})`,
      given: endOfLife,
      cure: "Users are told to move on before support ends",
    },
  ];
}

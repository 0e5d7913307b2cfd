import type { Build } from "../build";
import type { Problem } from "../problem";
import { releasedAt } from "../release";
import { awsAudience } from "./audience";
import type { AwsConfig } from "./schema";

/** "If the AMI is public: two years from the creation date" is the latest date (EC2 User Guide, "Deprecate an AMI", 2026-11). */
const PUBLIC_YEARS = 2;
/**
 * AWS counts from the creation date of the image, unknown here; it is the release date or shortly after, once tests
 * have passed. Dates later than this allowance are refused.
 */
const TESTED_WITHIN_DAYS = 90;

/** Deprecation dates that AWS would refuse at the last step, after everything is published. */
export function dateProblems(aws: AwsConfig, builds: readonly Build[]): Problem[] {
  const releases = new Map(builds.map(({ index, release }) => [index, release]));
  return [...releases].flatMap(([index, release]): Problem[] => {
    const [released, { deprecateOn }] = [releasedAt(release), release];
    if (released === undefined || deprecateOn === undefined) return [];
    const isPublic = Object.values(awsAudience(aws, release)).some((grantees) => grantees.includes("public"));
    const latest = new Date(released);
    latest.setUTCFullYear(latest.getUTCFullYear() + PUBLIC_YEARS);
    const limit = new Date(latest);
    limit.setUTCDate(limit.getUTCDate() + TESTED_WITHIN_DAYS);
    if (!isPublic || Date.parse(deprecateOn) <= limit.getTime()) return [];
    return [
      {
        path: ["releases", index, "deprecateOn"],
        needs: `a date that AWS takes for a public AMI: within ${PUBLIC_YEARS} years of its creation`,
        given: deprecateOn,
        cure:
          `Name a date up to ${day(latest)}, or leave it out: AWS gives a public AMI two years then. ` +
          `If the release came later than on ${day(new Date(released))}, say so with releasedOn`,
      },
    ];
  });
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The native copies of AMIs, in the engine's events. */
import type { Quota } from "../cloud";

/**
 * One `up` stays within AWS's default quota (components/aws/copy-turns.ts); other copies of the account, or a lower
 * quota, can exceed it.
 */
export const COPIES: Quota = {
  /**
   * "Too many snapshot copies in progress. The limit is 5 for this destination region." (ResourceLimitExceeded;
   * github.com/aws-samples/copy-encrypted-ami/issues/3, 2018-11-05), as the native provider passes it on.
   */
  isRefusal: (message) => /ResourceLimitExceeded[^]*snapshot copies in progress/i.test(message),
  describe: (names) => {
    const regions = [...new Set(names.map(copyRegion))].sort();
    return `as many snapshot copies are under way into ${regions.join(", ")} as the account may have`;
  },
};

/** Destination region of a copy, from its resource's name: `eu-west-1` of `demo-20261120.0-x86_64-eu-west-1`. */
export function copyRegion(name: string): string {
  return (
    /[a-z]{2,4}(-gov|-iso[a-z]?|-de)?-(north|south|east|west|central)+-\d+$/.exec(name)?.[0] ?? "a region"
  );
}

/** The native copies of AMIs, in the engine's events. */

/**
 * "Too many snapshot copies in progress. The limit is 5 for this destination region." (ResourceLimitExceeded;
 * github.com/aws-samples/copy-encrypted-ami/issues/3, 2018-11-05), as the native provider passes it on.
 */
export function isFullOfCopies(message: string): boolean {
  return /ResourceLimitExceeded[^]*snapshot copies in progress/i.test(message);
}

/** Destination region of a copy, from its resource's name: `eu-west-1` of `demo-20261120.0-x86_64-eu-west-1`. */
export function copyRegion(name: string): string {
  return (
    /[a-z]{2,4}(-gov|-iso[a-z]?|-de)?-(north|south|east|west|central)+-\d+$/.exec(name)?.[0] ?? "a region"
  );
}

import type { RetryPolicy } from "../clouds/retry";
import { mergeAlike } from "../facts/alike";
import { ownerName } from "../facts/tags";
import type { Call } from "../plugin/resource";

/** Caller of a preflight: a resource's call, or a command's. */
export interface Asking extends Pick<Call, "urn" | "signal" | "status"> {
  /** Default: LOOKUP, as a preflight only asks. */
  readonly policy?: RetryPolicy;
}

/** Findings of a preflight, before anything is refused. Each line has its cure. */
export interface Examined {
  /** Account, project or subscription. */
  readonly account: string;
  /** Rights that the publisher lacks. */
  readonly permissions: Findings;
  /** Everything else that the cloud would refuse: regions, quotas, names, policies, locks. */
  readonly publication: Findings;
}

interface Findings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Logs the warnings of a preflight.
 *
 * @param places as of {@link refuse}
 * @throws with all its problems, if any
 */
export function refuseExamined(
  cloud: string,
  { permissions, publication }: Examined,
  call: Call,
  places: readonly string[] = [],
): void {
  const warnings = [...permissions.warnings, ...publication.warnings];
  for (const warning of mergeAlike(warnings, places)) call.log("warning", warning);
  refuse(cloud, [...permissions.problems, ...publication.problems], places);
}

/**
 * Throws all problems in one error, if any.
 *
 * @param places regions: what differs in them only is one problem
 */
export function refuse(cloud: string, found: readonly string[], places: readonly string[] = []): void {
  const problems = mergeAlike(found, places);
  if (problems.length === 0) return;
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new Error(
    [`${cloud} would refuse this publication, ${count}:`, ...problems.map((line) => `- ${line}`)].join("\n"),
  );
}

/** The stack in `urn:pulumi:<stack>::<project>::<type>::<name>`. */
export function stackOf(urn: string): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}

/** Value of the tag `imprimatur:stack` on objects of this URN's stack. */
export function ownerOf(urn: string): string {
  return ownerName(urn.split("::")[1] ?? "", stackOf(urn));
}

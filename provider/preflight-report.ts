import { mergeAlike } from "../facts/alike";
import { ownerName } from "../facts/tags";

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

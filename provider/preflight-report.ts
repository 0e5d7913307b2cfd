import { ownerName } from "../facts/tags";

/** All problems in one error, or nothing. */
export function refuse(cloud: string, problems: readonly string[]): void {
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

/** Value of the tag `imprimatur:stack` on what the stack of this URN makes. */
export function ownerOf(urn: string): string {
  return ownerName(urn.split("::")[1] ?? "", stackOf(urn));
}

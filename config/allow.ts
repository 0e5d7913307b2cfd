import { z } from "zod";

/**
 * Changes that affect users and that an `up` cannot undo: each must be named, in the stack file or on the command
 * line, before it is made.
 */
export const GUARDED = ["make-public", "new-region", "shorten-end-of-life", "delete-published"] as const;
export type Guarded = (typeof GUARDED)[number];

/** Environment variable with the comma-separated entries of a command line, set by `imprimatur up --allow`. */
export const ALLOW_VARIABLE = "IMPRIMATUR_ALLOW";

/** True if the value of the variable `CI` means an unattended run: warnings are not read, questions not answered. */
export function isUnattendedBy(ci: string | undefined): boolean {
  return !["", "0", "false"].includes(ci ?? "");
}

const ENTRY = new RegExp(`^(${GUARDED.join("|")})(:[0-9A-Za-z._-]{1,40})?$`);
export const ALLOW_RULE = `one of ${GUARDED.join(", ")}, alone or for one release as ${GUARDED[0]}:20261120.0`;

export const allow = z
  .array(
    z
      .string()
      .regex(ENTRY, { error: ALLOW_RULE })
      // Editors offer these.
      .meta({ examples: GUARDED.flatMap((kind) => [kind, `${kind}:20261120.0`]) }),
  )
  .default([])
  .meta({
    description:
      "Changes that `up` refuses unless they are named, each alone or for one release, as `make-public:20261120.0`. `make-public`: what was private becomes public. `new-region`: a published release comes to a further region. `shorten-end-of-life`: support ends earlier than users were told. `delete-published`: an image that users had is deleted, or made anew under another id. On the command line: `imprimatur up --allow make-public`.",
  });

export function isAllowEntry(text: string): boolean {
  return ENTRY.test(text);
}

/** True if the entries name this change of this release. */
export function isAllowed(entries: readonly string[], kind: Guarded, version: string): boolean {
  return entries.includes(kind) || entries.includes(`${kind}:${version}`);
}

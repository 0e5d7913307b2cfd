import { z } from "zod";

/**
 * Changes that users feel and that cannot be taken back by an `up`: each must be named, in the stack file or on the
 * command line, before it is made.
 */
export const GUARDED = ["make-public", "new-region", "shorten-end-of-life", "delete-published"] as const;
export type Guarded = (typeof GUARDED)[number];

/** Environment variable with the entries of a command line, commas between them: `imprimatur up --allow` sets it. */
export const ALLOW_VARIABLE = "IMPRIMATUR_ALLOW";

/** Whether a value of the variable `CI` says that nobody reads warnings or answers questions. */
export function isUnattendedBy(ci: string | undefined): boolean {
  return !["", "0", "false"].includes(ci ?? "");
}

const ENTRY = new RegExp(`^(${GUARDED.join("|")})(:[0-9A-Za-z._-]{1,40})?$`);
export const ALLOW_RULE = `one of ${GUARDED.join(", ")}, alone or for one release as ${GUARDED[0]}:20261120.0`;

export const allow = z
  .array(z.string().regex(ENTRY, { error: ALLOW_RULE }))
  .default([])
  .meta({
    description:
      "Changes that `up` refuses unless they are named, each alone or for one release, as `make-public:20261120.0`. `make-public`: what was private becomes public. `new-region`: a published release comes to a further region. `shorten-end-of-life`: support ends earlier than users were told. `delete-published`: an image that users had is deleted, or made anew under another id. On the command line: `imprimatur up --allow make-public`.",
  });

export function isAllowEntry(text: string): boolean {
  return ENTRY.test(text);
}

/** Whether the entries name this change of this release. */
export function isAllowed(entries: readonly string[], kind: Guarded, version: string): boolean {
  return entries.includes(kind) || entries.includes(`${kind}:${version}`);
}

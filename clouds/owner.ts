/** Whose a thing is whose name this stack wants: the words of every cloud. */

/** Of the tag or label on it, if there is one. */
export function describeOwner(owner: string | undefined): string {
  return owner === undefined
    ? "which this stack did not make"
    : `which this stack did not make (the stack ${owner} did)`;
}

/**
 * Of what bears this stack's own tags, in a state that has never had anything of the release: an update of this state would
 * have made its preflight before.
 */
export function describeDouble(stack: string): string {
  return (
    `which bears the tags of the stack ${stack}, and is not in this state: if an update was interrupted \`imprimatur up\` clears up before it asks this, and ` +
    "if this state was lost look with `imprimatur sweep`; if another checkout publishes as a stack of this name, give this one another"
  );
}

/** Wording about the owner of an object whose name this stack needs, for every cloud. */

/** Owner by its tag or label, if any. */
export function describeOwner(owner: string | undefined): string {
  return owner === undefined
    ? "which this stack did not make"
    : `which this stack did not make (the stack ${owner} did)`;
}

/**
 * For an object with this stack's own tags while the state has never had the release: an update of this state would
 * have run its preflight before.
 */
export function describeDouble(stack: string): string {
  return (
    `which bears the tags of the stack ${stack}, and is not in this state: if an update was interrupted \`imprimatur up\` clears up before it asks this, and ` +
    "if this state was lost look with `imprimatur sweep`; if another checkout publishes as a stack of this name, give this one another"
  );
}

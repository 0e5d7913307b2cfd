/** Reserved keys, for messages. */
export const TAKEN_KEYS = "toString, valueOf, __proto__ and what begins with __pulumi";

/**
 * Keys that no mapping of a resource may have: they shadow members of every JavaScript object, and Pulumi's SDK fails
 * (`safeToString` in runtime/rpc.js of @pulumi/pulumi 3.259, tried 2026-11-29), or misreads the object
 * (`__pulumiAsset` and its siblings in output.js and asset/). A prefix for regular expressions.
 */
export const NO_TAKEN_KEY = "(?!toString$|valueOf$|__proto__$|__pulumi)";

const TAKEN = new RegExp(`^${NO_TAKEN_KEY}`);

/** True if a name may be used as a key. */
export function isFreeKey(name: string): boolean {
  return TAKEN.test(name);
}

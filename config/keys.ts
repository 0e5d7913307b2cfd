/** Words that no key may be, for messages. */
export const TAKEN_KEYS = "toString, valueOf, __proto__ and what begins with __pulumi";

/**
 * Words that no mapping of a resource's may have as a key: with them an object is no longer what JavaScript takes it for, and
 * Pulumi's SDK falls over (`safeToString` in runtime/rpc.js of @pulumi/pulumi 3.259, tried 2026-11-29), or takes it for something
 * else (`__pulumiAsset` and its siblings in output.js and asset/). As the beginning of a regular expression.
 */
export const NO_TAKEN_KEY = "(?!toString$|valueOf$|__proto__$|__pulumi)";

const TAKEN = new RegExp(`^${NO_TAKEN_KEY}`);

/** Whether names that become keys may be this. */
export function isFreeKey(name: string): boolean {
  return TAKEN.test(name);
}

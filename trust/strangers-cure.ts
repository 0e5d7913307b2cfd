/**
 * Refusals reported to someone without access to the publisher's account: the clouds' own cures address a publisher.
 */
import { type CloudFailure, failedWith } from "../clouds/failure";

/** Ending of "withdrawn, deleted, or never shared": a cloud does not distinguish these. */
export const ASK_WHICH = "ask the publisher which";

/**
 * For a session's `curing`.
 *
 * @param publishers the default cure of the cloud's module, which a stranger cannot follow
 * @param cure for someone with an account of their own
 */
export function strangersCure(publishers: string, cure: string): (failure: CloudFailure) => CloudFailure {
  return (failure) => {
    // A more specific cure is kept: an API that is off, a login for another purpose.
    const isMeant = failedWith(failure, "denied") && (failure.cure ?? publishers) === publishers;
    return isMeant ? failure.curedBy(cure) : failure;
  };
}

/** Refusals, told to somebody who has nothing of the publisher's: the clouds' own cures speak to a publisher. */
import { type CloudFailure, failedWith } from "../clouds/failure";

/** Ends "withdrawn, deleted, or never shared": a cloud does not tell these apart. */
export const ASK_WHICH = "ask the publisher which";

/**
 * For a session's `curing`.
 *
 * @param publishers the cure that the cloud's module gives, which a stranger cannot follow
 * @param cure what somebody with an account of their own can do
 */
export function strangersCure(publishers: string, cure: string): (failure: CloudFailure) => CloudFailure {
  return (failure) => {
    // A cure that is another one knows better: an API that is off, a login for something else.
    const isMeant = failedWith(failure, "denied") && (failure.cure ?? publishers) === publishers;
    return isMeant ? failure.curedBy(cure) : failure;
  };
}

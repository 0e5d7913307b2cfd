/** Compute Engine calls on an image's IAM policy. */
import { type ImagePlace, imageUrl, showImage } from "./images";
import { callGoogle, getGoogle, type GoogleSession } from "./session";

export interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  /** The condition of the binding. */
  readonly condition?: unknown;
}

export interface Policy {
  readonly version?: number;
  readonly etag?: string;
  readonly bindings?: readonly Binding[];
}

/**
 * Including conditions: a policy that was read without them must not be written back, and names a conditional role
 * `<role>_withcond_<hash>` (cloud.google.com/iam/docs/policies#specifying-version, from memory).
 */
export function getImagePolicy(session: GoogleSession, place: ImagePlace): Promise<Policy> {
  const url = `${imageUrl(place)}/getIamPolicy?optionsRequestedPolicyVersion=3`;
  return getGoogle(session, `images.getIamPolicy ${showImage(place)}`, url);
}

/** @throws {CloudFailure} `busy`: the policy was changed since it was read, according to its etag */
export async function setImagePolicy(
  session: GoogleSession,
  place: ImagePlace,
  policy: Policy,
): Promise<void> {
  const request = { method: "POST", url: `${imageUrl(place)}/setIamPolicy`, json: { policy } } as const;
  await callGoogle(session, `images.setIamPolicy ${showImage(place)}`, request);
}

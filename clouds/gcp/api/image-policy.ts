/** The calls of Compute Engine on who may use an image: its IAM policy. */
import { type ImagePlace, imageUrl, showImage } from "./images";
import { callGoogle, getGoogle, type GoogleSession } from "./session";

export interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
  /** Under which alone it holds. */
  readonly condition?: unknown;
}

export interface Policy {
  readonly version?: number;
  readonly etag?: string;
  readonly bindings?: readonly Binding[];
}

/**
 * With conditions, where it has any: a policy that was read without them must not be written back, and says of a role under one
 * `<role>_withcond_<hash>` (cloud.google.com/iam/docs/policies#specifying-version, from memory).
 */
export function getImagePolicy(session: GoogleSession, place: ImagePlace): Promise<Policy> {
  const url = `${imageUrl(place)}/getIamPolicy?optionsRequestedPolicyVersion=3`;
  return getGoogle(session, `images.getIamPolicy ${showImage(place)}`, url);
}

/** @throws {CloudFailure} `busy`: somebody else changed it since it was read, by its etag */
export async function setImagePolicy(
  session: GoogleSession,
  place: ImagePlace,
  policy: Policy,
): Promise<void> {
  const request = { method: "POST", url: `${imageUrl(place)}/setIamPolicy`, json: { policy } } as const;
  await callGoogle(session, `images.setIamPolicy ${showImage(place)}`, request);
}

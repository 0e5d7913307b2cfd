import { describeImage, disableImageDeprecation, enableImageDeprecation } from "./api/images";
import { ifPresent, type Session } from "./api/session";
import { retryWhileAbsent } from "./retry-while-absent";

const MINUTE = 60_000;

/**
 * Sets an AMI's deprecation time. A time in the past means immediately: AWS accepts no date in the past, and rounds
 * to the nearest minute (EC2 API reference, EnableImageDeprecation, 2026-11), so the next full minute is used.
 *
 * @param at milliseconds since 1970
 * @throws {CloudFailure} `absent`: there is no such AMI
 */
export async function deprecateImage(
  session: Session,
  imageId: string,
  at: number,
  now: () => number = Date.now,
): Promise<void> {
  // Evaluated for each attempt: the minute may have passed.
  const when = () => new Date(Math.max(at, Math.ceil(now() / MINUTE) * MINUTE));
  await retryWhileAbsent(session, imageId, () => enableImageDeprecation(session, imageId, when));
}

/** Cancels the deprecation. AWS keeps its own date on public AMIs, two years after their creation. */
export async function undeprecateImage(session: Session, imageId: string): Promise<void> {
  await ifPresent(disableImageDeprecation(session, imageId));
}

/** The AMI's deprecation time in milliseconds since 1970, if it has one; `undefined`: there is no such AMI. */
export async function deprecationOf(
  session: Session,
  imageId: string,
): Promise<{ readonly at?: number } | undefined> {
  const image = await describeImage(session, imageId);
  if (!image) return undefined;
  return image.DeprecationTime ? { at: Date.parse(image.DeprecationTime) } : {};
}

import { describeImage, disableImageDeprecation, enableImageDeprecation } from "./api/images";
import { ifPresent, type Session } from "./api/session";
import { retryWhileAbsent } from "./retry-while-absent";

const MINUTE = 60_000;

/**
 * Deprecates an AMI at a time. One that is past means at once: AWS takes no date in the past, and rounds to the nearest
 * minute (EC2 API reference, EnableImageDeprecation, 2026-11), so "at once" is the next whole minute.
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
  // Asked anew for each try: the minute may have passed.
  const when = () => new Date(Math.max(at, Math.ceil(now() / MINUTE) * MINUTE));
  await retryWhileAbsent(session, imageId, () => enableImageDeprecation(session, imageId, when));
}

/** Takes the date away again. AWS keeps one of its own on public AMIs, two years after they were made. */
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

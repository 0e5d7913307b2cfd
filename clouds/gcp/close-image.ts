/** Takes an image away from its users: nothing is waited for but these calls. */
import { CloudFailure } from "../failure";
import type { GoogleSession } from "./http";
import { keepUsers } from "./image-users";
import { deprecateImage, findImage, type GoogleImage, type ImagePlace, showImage } from "./images";

export interface ImageToClose extends ImagePlace {
  /** Label `imprimatur-stack` on the image. */
  readonly stackLabel: string;
  /** SHA-256 of the raw disk, hex. */
  readonly sha256: string;
  /** Marked OBSOLETE: no family gives it out from then on, and users are told. */
  readonly obsolete: boolean;
}

/**
 * An image that is gone is closed, and so is another one under its name, which is nobody's business here. Users and mark go at
 * once: neither waits for the other, nor fails with it.
 *
 * @returns whether there was anything to take away
 * @throws what kept its users in, or, once they are out, what kept it from being marked
 */
export async function closeImage(
  session: GoogleSession,
  image: ImageToClose,
  mayKeep: (member: string) => boolean,
): Promise<boolean> {
  const found = await findImage(session, image);
  if (!found || !isOurs(found, image)) return false;
  const [users, mark] = await Promise.allSettled([
    keepUsers(session, image, mayKeep),
    image.obsolete ? markObsolete(session, image, found) : false,
  ]);
  if (users.status === "rejected") throw users.reason;
  if (mark.status === "rejected") throw notMarked(image, mark.reason);
  return users.value.length > 0 || mark.value;
}

/** Dates and replacement stay as they are: what is right of them comes once everything is closed. */
async function markObsolete(session: GoogleSession, place: ImagePlace, found: GoogleImage): Promise<boolean> {
  const { deprecated = {} } = found;
  if (deprecated.state === "OBSOLETE" || deprecated.state === "DELETED") return false;
  await deprecateImage(session, place, { ...deprecated, state: "OBSOLETE" });
  return true;
}

/** Label and description can both be changed by others: one of the two is enough. */
function isOurs(
  { labels = {}, description = "" }: GoogleImage,
  { stackLabel, sha256 }: ImageToClose,
): boolean {
  return labels["imprimatur-stack"] === stackLabel || description.endsWith(`sha256:${sha256}`);
}

function notMarked(image: ImageToClose, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  const kind = error instanceof CloudFailure ? error.kind : "refused";
  return new CloudFailure(kind, `its users are out, but ${showImage(image)} is not marked OBSOLETE: ${why}`);
}

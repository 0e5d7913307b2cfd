/** Takes an image away from its users: nothing is waited for but these calls. */
import { LABEL } from "../../facts/tags";
import { CloudFailure } from "../failure";
import type { GoogleSession } from "./api/session";
import { keepUsers } from "./image-users";
import type { Owner } from "./others";
import { deprecateImage, findImage, type GoogleImage, type ImagePlace, showImage } from "./api/images";

export interface ImageToClose extends ImagePlace {
  /** Who made it. */
  readonly owner: Pick<Owner, "label" | "formerLabel">;
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

/**
 * The label can be taken away by others: then the description tells, which can not be changed.
 *
 * @throws {CloudFailure} `refused`: the same disk under the same name, and the label names another stack
 */
function isOurs(found: GoogleImage, image: ImageToClose): boolean {
  const { labels = {}, description = "" } = found;
  const owner = labels[LABEL.stack];
  const { label, formerLabel } = image.owner;
  if (owner === label) return true;
  if (!description.endsWith(`sha256:${image.sha256}`)) return false;
  if (owner === undefined || owner === formerLabel) return true;
  throw new CloudFailure(
    "refused",
    `${showImage(image)} holds the same disk, and its label ${LABEL.stack} names another stack, ${owner}`,
    { cure: `if it is this stack's, set that label to ${label}; if not, it stays as it is` },
  );
}

function notMarked(image: ImageToClose, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  const kind = error instanceof CloudFailure ? error.kind : "refused";
  return new CloudFailure(kind, `its users are out, but ${showImage(image)} is not marked OBSOLETE: ${why}`);
}

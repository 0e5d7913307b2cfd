/** Removes an image's users, and nothing else: no other change is waited for. */
import { identityTag } from "../../facts/disk-identity";
import { LABEL } from "../../facts/tags";
import { CloudFailure } from "../failure";
import type { GoogleSession } from "./api/session";
import { keepUsers } from "./image-users";
import type { Owner } from "./others";
import { deprecateImage, findImage, type GoogleImage, type ImagePlace, showImage } from "./api/images";

interface ImageToClose extends ImagePlace {
  /** The stack that created it. */
  readonly owner: Pick<Owner, "label" | "formerLabel">;
  /** The raw disk, by `diskIdentity`. */
  readonly sha256: string;
  /** To be marked OBSOLETE: families then no longer resolve to it, and users get a warning. */
  readonly obsolete: boolean;
}

/**
 * An absent image counts as closed, and so does a different one under its name, which is left alone. Users are
 * removed and the mark is set concurrently, and independently of each other.
 *
 * @returns whether anything was changed
 * @throws the failure to remove the users; if that succeeded, the failure to set the mark
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

/** Dates and replacement stay unchanged: they are corrected once everything is closed. */
async function markObsolete(session: GoogleSession, place: ImagePlace, found: GoogleImage): Promise<boolean> {
  const { deprecated = {} } = found;
  if (deprecated.state === "OBSOLETE" || deprecated.state === "DELETED") return false;
  await deprecateImage(session, place, { ...deprecated, state: "OBSOLETE" });
  return true;
}

/**
 * The label can be removed by others; the description, which is immutable, then identifies the image.
 *
 * @throws {CloudFailure} `refused`: the same disk under the same name, and the label names another stack
 */
function isOurs(found: GoogleImage, image: ImageToClose): boolean {
  const { labels = {}, description = "" } = found;
  const owner = labels[LABEL.stack];
  const { label, formerLabel } = image.owner;
  if (owner === label) return true;
  if (!description.endsWith(identityTag(image.sha256))) return false;
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

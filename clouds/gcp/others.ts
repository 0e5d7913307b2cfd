/**
 * Objects of another stack under a name that this one wants to use, other than images: archives in one bucket, and
 * families.
 */
import { LABEL } from "../../facts/tags";
import { listSome } from "../../facts/words";
import { CloudFailure, failedWith } from "../failure";
import type { GoogleSession } from "./api/session";
import { findNewestOf } from "./api/images";
import {
  deleteObject,
  findObject,
  listObjects,
  type ObjectPlace,
  showObject,
  type StoredObject,
} from "./api/objects";

/** This stack, as its objects are marked. */
export interface Owner {
  /** Metadata `imprimatur-stack` of its archives. */
  readonly stack: string;
  /** Label `imprimatur-stack` of its images. */
  readonly label: string;
  /** That label in the spelling of earlier versions, which may collide with another stack's. */
  readonly formerLabel: string;
}

/** The other stack that owns an archive, if any; an archive without the metadata has no known owner. */
function otherOwner({ metadata = {} }: StoredObject, stack: string): string | undefined {
  const owner = metadata[LABEL.stack];
  return owner === stack ? undefined : owner;
}

/**
 * Two stacks that publish the same bytes as the same release through one bucket use the same archive name, which is
 * derived from these.
 */
export async function othersArchive(
  session: GoogleSession,
  place: ObjectPlace,
  stack: string,
): Promise<string | undefined> {
  try {
    const found = await findObject(session, place);
    const owner = found && otherOwner(found, stack);
    return owner === undefined ? undefined : describeArchive(place, owner);
  } catch (error) {
    // Reported for the bucket itself.
    if (failedWith(error, "denied")) return undefined;
    throw error;
  }
}

function describeArchive(place: ObjectPlace, owner: string): string {
  return (
    `${showObject(place)} is the archive of the stack ${owner}, which publishes the same disk as the same release; wait until that is ` +
    "done with it (`keepArchive: true` keeps it), or name a bucket of its own in imprimatur:gcp.bucket"
  );
}

/** @throws {CloudFailure} `refused`: the archive is another stack's */
export function refuseOthersArchive(place: ObjectPlace, found: StoredObject, stack: string): void {
  const owner = otherOwner(found, stack);
  if (owner !== undefined) throw new CloudFailure("refused", describeArchive(place, owner));
}

/** An absent archive is accepted, and another stack's is left alone. */
export async function deleteOwnArchive(
  session: GoogleSession,
  place: ObjectPlace,
  stack: string,
): Promise<void> {
  const found = await findObject(session, place);
  if (found && otherOwner(found, stack) === undefined) await deleteObject(session, place);
}

/**
 * Refuses to delete a bucket of this stack that contains what this stack did not put there.
 *
 * @throws {CloudFailure} `refused`: it does
 */
export async function refuseOthersObjects(
  session: GoogleSession,
  bucket: string,
  stack: string,
): Promise<void> {
  const held = (await listObjects(session, bucket)).map(({ name, metadata = {} }) => ({
    name,
    owner: metadata[LABEL.stack],
  }));
  const theirs = held.flatMap(({ name, owner }) =>
    owner === undefined || owner === stack ? [] : [`${name} of the stack ${owner}`],
  );
  const foreign = held.flatMap(({ name, owner }) => (owner === undefined ? [name] : []));
  const parts = [
    ...(theirs.length > 0 ? [listSome(theirs)] : []),
    ...(foreign.length > 0 ? [`${listSome(foreign)}, which bears no stack's mark`] : []),
  ];
  if (parts.length === 0) return;
  const cures = [
    ...(theirs.length > 0 ? ["destroy that stack first, or let it publish through another bucket"] : []),
    ...(foreign.length > 0 ? [`copy out what is needed, and delete it (\`gcloud storage rm\`)`] : []),
  ];
  throw new CloudFailure("refused", `bucket gs://${bucket} stays: it holds ${parts.join("; and ")}`, {
    cure: `${cures.join("; ")}; then run the same command again`,
  });
}

/**
 * A family resolves to the image in it that was created last: another stack's, or, after a move of this stack's, this
 * one's.
 */
export async function othersFamily(
  session: GoogleSession,
  { project, family }: { project: string; family: string },
  { label, formerLabel }: Owner,
): Promise<string | undefined> {
  const found = await findNewestOf(session, { project, family });
  const owner = found?.labels?.[LABEL.stack];
  if (owner === undefined || owner === label || owner === formerLabel) return undefined;
  return (
    `users of the family ${project}/${family} get ${found?.name} of the stack ${owner}, and would get this stack's images; ` +
    "change `family` in imprimatur:gcp, or withdraw that release first"
  );
}

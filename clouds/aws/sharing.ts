/** Sharing of an AMI and its snapshot: read completely, set completely, in a safe order. */
import { failedWith } from "../failure";
import { retryWhileAbsent, ABSENT_LIMIT } from "./retry-while-absent";
import {
  batches,
  imageShares,
  launchPermissions,
  modifyImage,
  modifySnapshot,
  NO_SHARES,
  type Shares,
  type SnapshotShares,
  snapshotShares,
  volumePermissions,
  notIn,
} from "./permission-calls";
import { describeImage } from "./api/images";
import type { Session } from "./api/session";

/** An AMI and its root snapshot. */
interface SharedPair {
  imageId: string;
  snapshotId: string;
}

export interface SeenShares {
  image: Shares;
  snapshot: SnapshotShares;
}

/**
 * Milliseconds to retry, instead of `ABSENT_LIMIT`, if no access is to be granted: an absent object then needs no
 * closing.
 */
const GONE_LIMIT = 5_000;

/** `undefined`: the image does not exist. A snapshot that no longer exists is not shared. */
export async function readShares(session: Session, pair: SharedPair): Promise<SeenShares | undefined> {
  try {
    const image = await imageShares(session, pair.imageId);
    return { image, snapshot: await snapshotShares(session, pair.snapshotId).catch(absentIsPrivate) };
  } catch (error) {
    if (!failedWith(error, "absent")) throw error;
    // Returned for a pending or disabled image, which still exists, and for a deregistered one (EC2 API reference,
    // error codes).
    if (error.code === "InvalidAMIID.Unavailable" && (await isThere(session, pair.imageId))) throw error;
    return undefined;
  }
}

async function isThere(session: Session, imageId: string): Promise<boolean> {
  const state = (await describeImage(session, imageId))?.State;
  return state !== undefined && state !== "deregistered";
}

/**
 * Shares the pair with exactly these. Grantees not listed lose the image first, then its snapshot; only then is
 * access granted, to the snapshot first: no user ever sees an image that they cannot copy, and a failure halfway
 * leaves fewer readers, not more.
 *
 * @throws {CloudFailure} kind `absent` if image or snapshot is not visible and access is to be granted
 */
export async function setShares(session: Session, pair: SharedPair, want: Shares): Promise<void> {
  const { imageId, snapshotId } = pair;
  const limit = isShared(want) ? ABSENT_LIMIT : GONE_LIMIT;
  const image = await attemptUnlessGone(session, limit, imageId, () => imageShares(session, imageId));
  const snapshot = await attemptUnlessGone(session, limit, snapshotId, () =>
    snapshotShares(session, snapshotId),
  );
  const wanted = { image: launchPermissions(want), snapshot: volumePermissions(want) };
  const have = {
    image: launchPermissions(image ?? NO_SHARES),
    snapshot: volumePermissions(snapshot ?? NO_SHARES),
  };

  for (const Remove of batches(notIn(have.image, wanted.image)))
    await attemptUnlessGone(session, limit, imageId, () => modifyImage(session, imageId, { Remove }));
  for (const Remove of batches(notIn(have.snapshot, wanted.snapshot)))
    await attemptUnlessGone(session, limit, snapshotId, () =>
      modifySnapshot(session, snapshotId, { Remove }),
    );
  for (const Add of batches(notIn(wanted.snapshot, have.snapshot)))
    await attemptUnlessGone(session, limit, snapshotId, () => modifySnapshot(session, snapshotId, { Add }));
  for (const Add of batches(notIn(wanted.image, have.image)))
    await attemptUnlessGone(session, limit, imageId, () => modifyImage(session, imageId, { Add }));
}

function isShared(want: Shares): boolean {
  return launchPermissions(want).length > 0;
}

function absentIsPrivate(error: unknown): SnapshotShares {
  if (failedWith(error, "absent")) return { public: false, accounts: [] };
  throw error;
}

/** Like {@link retryWhileAbsent}; if access is only to be removed, an object that stays invisible is not an error. */
async function attemptUnlessGone<T>(
  session: Session,
  limit: number,
  id: string,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await retryWhileAbsent(session, id, attempt, limit);
  } catch (error) {
    if (limit === GONE_LIMIT && failedWith(error, "absent")) return undefined;
    throw error;
  }
}

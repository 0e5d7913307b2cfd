/** Removes an AMI's permissions beyond a limit; the AMI is found by its name alone. */
import type { Image } from "@aws-sdk/client-ec2";
import { TAG } from "../../facts/tags";
import { failedWith } from "../failure";
import { describeImages } from "./api/images";
import type { Session } from "./api/session";
import { tagRecord } from "./api/tags";
import {
  batches,
  imageShares,
  launchPermissions,
  modifyImage,
  modifySnapshot,
  type Shares,
  snapshotShares,
  volumePermissions,
  notIn,
} from "./permission-calls";

interface NamedImage {
  /** Unique in an account and region (EC2 API reference, RegisterImage, read 2026-11). */
  readonly name: string;
  /** The stack that created it; images of other stacks are left alone. */
  readonly stack: string;
}

/**
 * Milliseconds for which the snapshots wait for the image: users lose the image first, unless EC2 does not respond
 * for it.
 */
const IMAGE_FIRST = 5_000;

/**
 * Removes all permissions on image and snapshots that are not in `most`, and grants none. A failure on one does not
 * keep the others from being closed.
 *
 * @returns whether a permission was removed; false if there is no such image
 * @throws {CloudFailure} the first failure, after all others have been processed
 */
export async function closeImage(
  session: Session,
  { name, stack }: NamedImage,
  most: Shares,
): Promise<boolean> {
  const named = await describeImages(session, { own: [{ Name: "name", Values: [name] }] });
  const [image] = named.filter(({ Tags }) => (tagRecord(Tags)[TAG.stack] ?? stack) === stack);
  if (image === undefined) return false;
  const closing = closePermissions(session, image, most);
  await settledOr(closing, IMAGE_FIRST, session);
  const snapshots = (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
  const others = snapshots.map((id) => closeSnapshot(session, id, most));
  const ends = await Promise.allSettled([closing, ...others]);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return ends.some((end) => end.status === "fulfilled" && end.value);
}

async function closePermissions(
  session: Session,
  { ImageId: id = "", State }: Image,
  most: Shares,
): Promise<boolean> {
  // A disabled AMI is private, and one that is not available yet has never been shared; the permissions of neither
  // can be read (EC2 User Guide, "disable-an-ami", and EC2 API reference, InvalidAMIID.Unavailable, read 2026-11).
  if (State !== "available") return false;
  return unlessGone(async () => {
    const extra = notIn(launchPermissions(await imageShares(session, id)), launchPermissions(most));
    for (const Remove of batches(extra)) await modifyImage(session, id, { Remove });
    return extra.length > 0;
  });
}

function closeSnapshot(session: Session, id: string, most: Shares): Promise<boolean> {
  return unlessGone(async () => {
    const extra = notIn(volumePermissions(await snapshotShares(session, id)), volumePermissions(most));
    for (const Remove of batches(extra)) await modifySnapshot(session, id, { Remove });
    return extra.length > 0;
  });
}

async function unlessGone(close: () => Promise<boolean>): Promise<boolean> {
  try {
    return await close();
  } catch (error) {
    if (failedWith(error, "absent")) return false;
    throw error;
  }
}

/** Resolves when `work` settles or after `limit` milliseconds. */
async function settledOr(work: Promise<unknown>, limit: number, { policy, signal }: Session): Promise<void> {
  const enough = new AbortController();
  const waited = policy.wait(limit, AbortSignal.any([signal, enough.signal])).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), waited]);
  enough.abort();
}

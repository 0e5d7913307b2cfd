/** Takes an AMI away from who is not to have it any more, found by nothing but its name. */
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

export interface NamedImage {
  /** An account has it once in a region (EC2 API reference, RegisterImage, read 2026-11). */
  readonly name: string;
  /** The stack that made it: what another one made is not this one's to close. */
  readonly stack: string;
}

/** Milliseconds that a snapshot waits for its image: users lose the image first, unless EC2 does not answer for it. */
const IMAGE_FIRST = 5_000;

/**
 * Takes image and snapshots from everybody who is not in `most`, and gives nobody anything. A failure of one keeps none of the
 * others from being closed.
 *
 * @returns whether there was anything to take away; not, where there is no such image
 * @throws {CloudFailure} the first failure, once everything else is closed
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
  // One that is disabled is private, and one that is not there yet was shared with nobody; neither has permissions to ask for
  // (EC2 User Guide, "disable-an-ami", and EC2 API reference, InvalidAMIID.Unavailable, read 2026-11).
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

/** Done when the work is, however it ends, or when that takes too long. */
async function settledOr(work: Promise<unknown>, limit: number, { policy, signal }: Session): Promise<void> {
  const enough = new AbortController();
  const waited = policy.wait(limit, AbortSignal.any([signal, enough.signal])).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), waited]);
  enough.abort();
}

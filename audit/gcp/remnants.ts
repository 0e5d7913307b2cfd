/** Leftovers of an interrupted creation of an image or a bucket on Google Cloud. */
import { LABEL } from "../../facts/tags";
import { LOOKUP, wait } from "../../clouds/retry";
import { CloudFailure } from "../../clouds/failure";
import { type GoogleSession, openGoogleSession } from "../../clouds/gcp/api/session";
import { getImagePolicy } from "../../clouds/gcp/api/image-policy";
import { deleteImage, findImage, type GoogleImage, type ImagePlace } from "../../clouds/gcp/api/images";
import {
  deleteBucket,
  deleteObject,
  findBucket,
  findObject,
  listObjects,
  showObject,
} from "../../clouds/gcp/api/objects";
import { ownerLabels } from "../../config/gcp/names";
import { plain, type Properties } from "../deployment";
import type { Owner } from "../sweep/leftover";
import { DELETED, type FindRemnant, type Recovery } from "../recover/remnant";

export const googleImageRemnant: FindRemnant = (inputs, recovery) =>
  imageRemnant(plain(inputs.name), inputs, recovery);

/** Created by this program's own resource. */
export const arm64ImageRemnant: FindRemnant = (inputs, recovery) =>
  imageRemnant(plain(inputs.imageName), inputs, recovery);

async function imageRemnant(
  image: string | undefined,
  inputs: Properties,
  { owner, ids, signal, status, policy }: Recovery,
): ReturnType<FindRemnant> {
  const project = plain(inputs.project);
  if (project === undefined || image === undefined) return undefined;
  if (ids.has(`projects/${project}/global/images/${image}`.toLowerCase())) return undefined;
  const session = openGoogleSession(signal, { status, policy: LOOKUP });
  const place = { project, image };
  const found = await findImage({ ...session, ...(policy && { policy }) }, place);
  if (!found) return undefined;
  const isShared = ((await getImagePolicy(session, place)).bindings ?? []).length > 0;
  const kept = !isOurs(owner, found.labels)
    ? "its labels do not name this stack"
    : isShared
      ? "it is shared"
      : undefined;
  return {
    what: `image ${project}/${image}`,
    kept,
    done: DELETED,
    async resolve() {
      await untilMade(session, place, found);
      await deleteImage(session, place);
    },
  };
}

/** Timeout of this program's own image creation. */
const MADE_LIMIT = 6 * 3_600_000;

/** An image cannot be deleted while it is created: `resourceNotReady`. */
async function untilMade(session: GoogleSession, place: ImagePlace, first: GoogleImage): Promise<void> {
  let waited = 0;
  let found: GoogleImage | undefined = first;
  for (let pace = 1_000; found?.status === "PENDING"; pace = Math.min(10_000, pace * 1.5)) {
    const what = `image ${place.project}/${place.image}`;
    if (waited > MADE_LIMIT)
      throw new CloudFailure("timeout", `${what} on Google Cloud: not made after 6 hours`);
    session.status(`${what} is still being made; it is deleted then`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
    found = await findImage(session, place);
  }
}

/** A non-empty bucket is more than an interrupted creation. */
export const bucketRemnant: FindRemnant = async (inputs, { owner, ids, signal, status }) => {
  const name = plain(inputs.name);
  if (name === undefined || ids.has(name.toLowerCase())) return undefined;
  const session = openGoogleSession(signal, { status, policy: LOOKUP });
  const found = await findBucket(session, name);
  if (!found) return undefined;
  const kept = !isOurs(owner, found.labels)
    ? "its labels do not name this stack"
    : (await listObjects(session, name)).length > 0
      ? "it holds objects"
      : undefined;
  return {
    what: `bucket ${name}`,
    kept,
    done: DELETED,
    resolve: () => deleteBucket(session, name),
  };
};

/** An upload, interrupted or complete: kept for the next `up`. */
export const archiveRemnant: FindRemnant = async (inputs, { owner, ids, next, signal, status }) => {
  const [bucket, object] = [plain(inputs.bucket), plain(inputs.object)];
  if (next === "up" || bucket === undefined || object === undefined) return undefined;
  const place = { bucket, object };
  if (ids.has(showObject(place).toLowerCase())) return undefined;
  const session = openGoogleSession(signal, { status, policy: LOOKUP });
  const found = await findObject(session, place);
  if (!found) return undefined;
  const { metadata = {} } = found;
  const ours = metadata[LABEL.stack] === owner.stack && metadata[LABEL.product] === owner.product;
  const kept = ours ? undefined : "its metadata does not name this stack";
  return {
    what: `archive ${showObject(place)}`,
    kept,
    done: DELETED,
    resolve: () => deleteObject(session, place),
  };
};

function isOurs(owner: Owner, labels: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(ownerLabels(owner)).every(([key, value]) => labels[key] === value);
}

/** Compute Engine images: what no native resource does with them. */
import { CloudFailure } from "../failure";
import { wait } from "../retry";
import { callGoogle, computeEndpoint, findGoogle, type GoogleSession } from "./http";

export interface Deprecation {
  state?: string;
  replacement?: string;
  deprecated?: string;
  obsolete?: string;
  deleted?: string;
}

export interface GoogleImage {
  /** Decimal text of up to 20 digits, never used again; `name` can be. */
  id?: string;
  name: string;
  selfLink: string;
  status: string;
  /** RFC 3339 */
  creationTimestamp?: string;
  family?: string;
  description?: string;
  architecture?: string;
  /** What Google stores, and bills: a multiple of 64, not the archive's size. Decimal text, as int64 in Google's JSON. */
  archiveSizeBytes?: string;
  diskSizeGb?: string;
  rawDisk?: { source?: string };
  deprecated?: Deprecation;
  labels?: Record<string, string>;
  labelFingerprint?: string;
  licenses?: string[];
  storageLocations?: string[];
  guestOsFeatures?: { type: string }[];
}

/** What tells an image from another one that gets its name: config/object-identity.ts. */
export function identityOf({ id, creationTimestamp }: GoogleImage): { uid?: string; createdAt?: string } {
  return {
    ...(id !== undefined && { uid: id }),
    ...(creationTimestamp !== undefined && { createdAt: creationTimestamp }),
  };
}

export interface ImagePlace {
  project: string;
  image: string;
}

/** The name in a self link, an id or a bare name. */
export function imageName(reference: string): string {
  return reference.split("/").at(-1) ?? reference;
}

/** `projects/…` and what follows: two spellings of one link have the same. */
export function linkPath(link: string): string {
  return link.replace(/^.*?(?=projects\/)/, "");
}

function collection(project: string): string {
  return `${computeEndpoint()}/projects/${encodeURIComponent(project)}/global/images`;
}

/** Where an image answers. */
export function imageUrl({ project, image }: ImagePlace): string {
  return `${collection(project)}/${encodeURIComponent(imageName(image))}`;
}

/** `project/name` */
export function showImage({ project, image }: ImagePlace): string {
  return `${project}/${imageName(image)}`;
}

export async function findImage(session: GoogleSession, place: ImagePlace): Promise<GoogleImage | undefined> {
  const text = await findGoogle(session, `images.get ${showImage(place)}`, imageUrl(place));
  return text === undefined ? undefined : (JSON.parse(text) as GoogleImage);
}

/** The image that a family names now. */
export async function findNewestOf(
  session: GoogleSession,
  { project, family }: { project: string; family: string },
): Promise<GoogleImage | undefined> {
  const url = `${collection(project)}/family/${encodeURIComponent(family)}`;
  const text = await findGoogle(session, `images.getFromFamily ${project}/${family}`, url);
  return text === undefined ? undefined : (JSON.parse(text) as GoogleImage);
}

/** Creates an image and waits until it is READY. */
export async function insertImage(
  session: GoogleSession,
  project: string,
  body: { name: string; [field: string]: unknown },
): Promise<void> {
  await change(session, `images.insert ${project}/${body.name}`, project, "POST", collection(project), body);
}

export async function patchImage(session: GoogleSession, place: ImagePlace, fields: object): Promise<void> {
  await change(session, `images.patch ${showImage(place)}`, place.project, "PATCH", imageUrl(place), fields);
}

export async function setImageLabels(
  session: GoogleSession,
  place: ImagePlace,
  labels: Record<string, string>,
): Promise<void> {
  const labelFingerprint = (await findImage(session, place))?.labelFingerprint;
  const what = `images.setLabels ${showImage(place)}`;
  await change(session, what, place.project, "POST", `${imageUrl(place)}/setLabels`, {
    labels,
    labelFingerprint,
  });
}

/** An empty status clears it. */
export async function deprecateImage(
  session: GoogleSession,
  place: ImagePlace,
  status: Deprecation,
): Promise<void> {
  await change(
    session,
    `images.deprecate ${showImage(place)}`,
    place.project,
    "POST",
    `${imageUrl(place)}/deprecate`,
    status,
  );
}

/** An absent image is fine. */
export async function deleteImage(session: GoogleSession, place: ImagePlace): Promise<void> {
  await change(
    session,
    `images.delete ${showImage(place)}`,
    place.project,
    "DELETE",
    imageUrl(place),
    undefined,
    [404],
  );
}

interface Operation {
  name: string;
  status: string;
  progress?: number;
  error?: { errors?: { code?: string; message?: string }[] };
}

/** Six hours: an image of hundreds of GiB takes its time, and the engine's own limit ends sooner when one is set. */
const OPERATION_LIMIT = 6 * 3_600_000;

async function change(
  session: GoogleSession,
  what: string,
  project: string,
  method: "POST" | "PATCH" | "DELETE",
  url: string,
  json: object | undefined,
  accept: readonly number[] = [],
): Promise<void> {
  const answer = await callGoogle(session, what, { method, url, json, accept });
  if (accept.includes(answer.status)) return;
  let operation = JSON.parse(answer.text) as Operation;
  const self = `${computeEndpoint()}/projects/${encodeURIComponent(project)}/global/operations/${operation.name}`;
  let waited = 0;
  for (let pace = 250; operation.status !== "DONE"; pace = Math.min(5_000, pace * 1.5)) {
    if (waited > OPERATION_LIMIT)
      throw new CloudFailure("timeout", `${what} on Google Cloud: not done after 6 hours`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
    session.status(`${what}: ${operation.status.toLowerCase()}, ${operation.progress ?? 0}%`);
    const poll = await callGoogle(session, `operations.get ${operation.name}`, { method: "GET", url: self });
    operation = JSON.parse(poll.text) as Operation;
  }
  const [first] = operation.error?.errors ?? [];
  if (first)
    throw new CloudFailure("refused", `${what} on Google Cloud: ${first.code}: ${first.message}`, {
      code: first.code,
    });
}

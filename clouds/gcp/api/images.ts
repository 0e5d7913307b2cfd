/** Compute Engine calls on images. */
import { computeEndpoint } from "./endpoints";
import { changeCompute } from "./operations";
import { findGoogle, type GoogleSession, listGoogle } from "./session";

export interface Deprecation {
  state?: string;
  replacement?: string;
  deprecated?: string;
  obsolete?: string;
  deleted?: string;
}

export interface GoogleImage {
  /** Decimal text of up to 20 digits, never reused; a `name` can be. */
  id?: string;
  name: string;
  selfLink: string;
  status: string;
  /** RFC 3339 */
  creationTimestamp?: string;
  family?: string;
  description?: string;
  architecture?: string;
  /**
   * The stored and billed size: a multiple of 64, not the archive's size. Decimal text, as int64 in Google's JSON.
   */
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

/** Distinguishes an image from a later one of the same name: config/object-identity.ts. */
export function identityOf({ id, creationTimestamp }: GoogleImage): { uid?: string; createdAt?: string } {
  return {
    uid: id,
    createdAt: creationTimestamp,
  };
}

export interface ImagePlace {
  project: string;
  image: string;
}

interface FamilyPlace {
  project: string;
  family: string;
}

/** The name in a self link, an id or a bare name. */
export function imageName(reference: string): string {
  return reference.split("/").at(-1) ?? reference;
}

/** The part from `projects/` on: equal for two spellings of one link. */
export function linkPath(link: string): string {
  return link.replace(/^.*?(?=projects\/)/, "");
}

function collection(project: string): string {
  return `${computeEndpoint()}/projects/${encodeURIComponent(project)}/global/images`;
}

function familyUrl(project: string, family: string): string {
  return `${collection(project)}/family/${encodeURIComponent(family)}`;
}

/** The image's URL in the API. */
export function imageUrl({ project, image }: ImagePlace): string {
  return `${collection(project)}/${encodeURIComponent(imageName(image))}`;
}

/** `project/name` */
export function showImage({ project, image }: ImagePlace): string {
  return `${project}/${imageName(image)}`;
}

export function findImage(session: GoogleSession, place: ImagePlace): Promise<GoogleImage | undefined> {
  return findGoogle(session, `images.get ${showImage(place)}`, imageUrl(place));
}

/** The image that a family resolves to now. */
export function findNewestOf(
  session: GoogleSession,
  { project, family }: FamilyPlace,
): Promise<GoogleImage | undefined> {
  return findGoogle(session, `images.getFromFamily ${project}/${family}`, familyUrl(project, family));
}

/** Statuses for a caller who may not know whether an object exists. */
const NOT_FOR_THE_CALLER = [403, 404];

/** The image as visible to the caller; `undefined`: it does not exist or is not visible. */
export function seenImage(session: GoogleSession, place: ImagePlace): Promise<GoogleImage | undefined> {
  return findGoogle(session, `images.get ${showImage(place)}`, imageUrl(place), NOT_FOR_THE_CALLER);
}

/** The image that a family resolves to for the caller; `undefined`: there is none, or it is not visible. */
export function seenNewestOf(
  session: GoogleSession,
  { project, family }: FamilyPlace,
): Promise<GoogleImage | undefined> {
  const what = `images.getFromFamily ${project}/${family}`;
  return findGoogle(session, what, familyUrl(project, family), NOT_FOR_THE_CALLER);
}

/** @param filter https://cloud.google.com/compute/docs/reference/rest/v1/images/list */
export function listImages(session: GoogleSession, project: string, filter: string): Promise<GoogleImage[]> {
  const url = `${collection(project)}?filter=${encodeURIComponent(filter)}`;
  return listGoogle(session, `images.list ${project}`, url);
}

/** Creates an image and waits until it is READY. */
export async function insertImage(
  session: GoogleSession,
  project: string,
  body: { name: string; [field: string]: unknown },
): Promise<void> {
  await changeCompute(
    session,
    `images.insert ${project}/${body.name}`,
    project,
    "POST",
    collection(project),
    body,
  );
}

export async function patchImage(session: GoogleSession, place: ImagePlace, fields: object): Promise<void> {
  await changeCompute(
    session,
    `images.patch ${showImage(place)}`,
    place.project,
    "PATCH",
    imageUrl(place),
    fields,
  );
}

export async function setImageLabels(
  session: GoogleSession,
  place: ImagePlace,
  labels: Record<string, string>,
): Promise<void> {
  const labelFingerprint = (await findImage(session, place))?.labelFingerprint;
  const what = `images.setLabels ${showImage(place)}`;
  await changeCompute(session, what, place.project, "POST", `${imageUrl(place)}/setLabels`, {
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
  await changeCompute(
    session,
    `images.deprecate ${showImage(place)}`,
    place.project,
    "POST",
    `${imageUrl(place)}/deprecate`,
    status,
  );
}

/** An absent image is accepted. */
export async function deleteImage(session: GoogleSession, place: ImagePlace): Promise<void> {
  await changeCompute(
    session,
    `images.delete ${showImage(place)}`,
    place.project,
    "DELETE",
    imageUrl(place),
    undefined,
    [404],
  );
}

/** Looking at what a project has, and at what anybody sees of it; nothing here changes anything. */
import { callGoogle, computeEndpoint, type GoogleSession, storageEndpoint } from "./http";
import { type GoogleImage, imageName, type ImagePlace } from "./images";
import type { StoredObject } from "./objects";

export interface Binding {
  readonly role: string;
  readonly members?: readonly string[];
}

/** What somebody is answered who may not know whether a thing exists. */
const NOT_FOR_THE_CALLER = [403, 404];

/** @param filter https://cloud.google.com/compute/docs/reference/rest/v1/images/list */
export async function listImages(
  session: GoogleSession,
  project: string,
  filter: string,
): Promise<GoogleImage[]> {
  const url = `${collection(project)}?filter=${encodeURIComponent(filter)}`;
  return listed<GoogleImage>(session, `images.list ${project}`, url);
}

/** What whoever asks for the family gets; `undefined`: nothing, or nothing that the caller may see. */
export function imageOfFamily(
  session: GoogleSession,
  project: string,
  family: string,
): Promise<GoogleImage | undefined> {
  const url = `${collection(project)}/family/${encodeURIComponent(family)}`;
  return seen(session, `images.getFromFamily ${project}/${family}`, url);
}

/** The image as the caller sees it; `undefined`: there is none, or none that the caller may see. */
export function seenImage(
  session: GoogleSession,
  { project, image }: ImagePlace,
): Promise<GoogleImage | undefined> {
  const name = imageName(image);
  return seen(session, `images.get ${project}/${name}`, `${collection(project)}/${encodeURIComponent(name)}`);
}

export async function imageBindings(
  session: GoogleSession,
  { project, image }: ImagePlace,
): Promise<Binding[]> {
  const name = imageName(image);
  const answer = await callGoogle(session, `images.getIamPolicy ${project}/${name}`, {
    method: "GET",
    url: `${collection(project)}/${encodeURIComponent(name)}/getIamPolicy`,
  });
  return (JSON.parse(answer.text) as { bindings?: Binding[] }).bindings ?? [];
}

/** Objects of a bucket; an absent bucket has none. */
export function listObjects(session: GoogleSession, bucket: string): Promise<StoredObject[]> {
  const url = `${storageEndpoint()}/storage/v1/b/${encodeURIComponent(bucket)}/o?projection=full`;
  return listed<StoredObject>(session, `objects.list gs://${bucket}`, url);
}

function collection(project: string): string {
  return `${computeEndpoint()}/projects/${encodeURIComponent(project)}/global/images`;
}

async function seen(session: GoogleSession, what: string, url: string): Promise<GoogleImage | undefined> {
  const answer = await callGoogle(session, what, { method: "GET", url, accept: NOT_FOR_THE_CALLER });
  return NOT_FOR_THE_CALLER.includes(answer.status) ? undefined : (JSON.parse(answer.text) as GoogleImage);
}

async function listed<T>(session: GoogleSession, what: string, url: string): Promise<T[]> {
  const all: T[] = [];
  let page = "";
  do {
    const answer = await callGoogle(session, what, { method: "GET", url: `${url}${page}`, accept: [404] });
    if (answer.status === 404) return all;
    const { items = [], nextPageToken } = JSON.parse(answer.text) as { items?: T[]; nextPageToken?: string };
    all.push(...items);
    page = nextPageToken ? `&pageToken=${encodeURIComponent(nextPageToken)}` : "";
  } while (page);
  return all;
}

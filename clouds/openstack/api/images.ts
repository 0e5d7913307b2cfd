/** Glance's calls on images (docs.openstack.org/api-ref/image/v2, read 2026-11). */
import { randomUUID } from "node:crypto";
import { refusedByOpenstack } from "../failure";
import type { Visibility } from "../visibility";
import { callGlance, callOnce, findInGlance, type OpenstackSession, withRetry } from "./session";
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";

/** An image; its own properties are members besides. */
export interface GlanceImage {
  readonly id: string;
  readonly name?: string | null;
  /** `queued`, `saving`, `active`, `deactivated`, … */
  readonly status: string;
  readonly visibility: Visibility;
  readonly os_hidden?: boolean;
  readonly protected?: boolean;
  /** Bytes; absent until it is active. */
  readonly size?: number | null;
  readonly os_hash_algo?: string | null;
  readonly os_hash_value?: string | null;
  readonly disk_format?: string | null;
  readonly min_disk?: number;
  readonly min_ram?: number;
  /** Id of a project. */
  readonly owner?: string | null;
  readonly created_at?: string;
  readonly [property: string]: unknown;
}

const PATCH = "application/openstack-images-v2.1-json-patch";

/** One change of a property; `undefined` takes it away. */
export type Changes = Readonly<Record<string, string | number | boolean | undefined>>;

const pathOf = (id: string, part = "") => `/v2/images/${encodeURIComponent(id)}${part}`;

/**
 * Names the id itself, which Glance takes (api-ref, "Create image", `id`): a try whose answer was lost makes the next one a
 * conflict (`exception.Duplicate` in glance/api/v2/images.py, 25.1.0), not a second image.
 */
export async function createImage(session: OpenstackSession, body: object): Promise<GlanceImage> {
  const what = `create image ${String((body as { name?: unknown }).name)}`;
  const json = { id: randomUUID(), ...body };
  const call = { method: "POST", path: "/v2/images", json, accept: [409] } as const;
  const answer = await callGlance(session, what, call);
  if (answer.status !== 409) return jsonAnswer(`${what} on OpenStack`, answer.text);
  const made = await findImage(session, json.id);
  if (made === undefined) throw refusedByOpenstack(`${what} in ${session.region}`, answer);
  return made;
}

/** `undefined`: it does not exist, or is not visible to these credentials. */
export function findImage(session: OpenstackSession, id: string): Promise<GlanceImage | undefined> {
  return findInGlance(session, `get image ${id}`, pathOf(id));
}

interface Page {
  readonly images?: readonly GlanceImage[];
  /** From `/v2` on. */
  readonly next?: string;
}

/**
 * Only a list is one: whatever else answers, as a proxy, does not say that nothing is there.
 *
 * @param filter values of properties, which all have to fit; hidden images are found only where it says so
 */
export async function listImages(
  session: OpenstackSession,
  filter: Readonly<Record<string, string>>,
): Promise<GlanceImage[]> {
  const what = "list images";
  const all: GlanceImage[] = [];
  let next: string | undefined = `/v2/images?${new URLSearchParams({ limit: "100", ...filter }).toString()}`;
  while (next !== undefined) {
    const { text } = await callGlance(session, what, { method: "GET", path: next });
    const page: Page = jsonAnswer<Page | null>(`${what} on OpenStack`, text) ?? {};
    if (page.images === undefined)
      throw new CloudFailure(
        "network",
        `${what} in ${session.region} on OpenStack: the answer has no images`,
        {
          cure: "look at the image service's address in the catalog (`openstack catalog show image`)",
        },
      );
    all.push(...page.images);
    next = page.next;
  }
  return all;
}

/**
 * Changes properties, all of them or none. A property that is there is replaced by `add` too (RFC 6902, 4.1; seen with
 * Glance 25, 2026-11-30), and taking away one that is not there is a conflict: only what is there may be `undefined`.
 */
export async function changeImage(
  session: OpenstackSession,
  id: string,
  changes: Changes,
): Promise<GlanceImage> {
  const what = `change image ${id}`;
  const operations = Object.entries(changes).map(([name, value]) => {
    const path = `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return value === undefined ? { op: "remove", path } : { op: "add", path, value };
  });
  const { text } = await callGlance(session, what, {
    method: "PATCH",
    path: pathOf(id),
    headers: { "content-type": PATCH },
    json: operations,
  });
  return jsonAnswer(`${what} on OpenStack`, text);
}

/** A missing image is accepted. */
export async function deleteImage(session: OpenstackSession, id: string): Promise<void> {
  await callGlance(session, `delete image ${id}`, { method: "DELETE", path: pathOf(id), accept: [404] });
}

/** Bytes of a disk go once, for as long as they take: whoever sends or reads them begins again, and watches that they move. */
const once = (session: OpenstackSession): OpenstackSession => ({
  ...session,
  policy: { ...session.policy, attempts: 1, timeout: 2 ** 31 - 1 },
});

/**
 * Sends the bytes of a queued image: there is no part of an upload to go on with.
 *
 * @param stop aborted when nothing moves
 */
export async function putImageFile(
  session: OpenstackSession,
  id: string,
  { size, bytes }: { readonly size: number; readonly bytes: AsyncIterable<Uint8Array> },
  stop: AbortSignal,
): Promise<void> {
  const what = `upload image ${id}`;
  const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
  const call = { method: "PUT", path: pathOf(id, "/file"), headers, stream: bytes } as const;
  await withRetry(once(session), what, (signal) =>
    callOnce(session, what, call, AbortSignal.any([signal, stop])),
  );
}

/**
 * Reads the bytes of an active image.
 *
 * @param stop aborted when nothing moves
 */
export async function getImageFile(
  session: OpenstackSession,
  id: string,
  read: (bytes: AsyncIterable<Uint8Array>) => Promise<void>,
  stop: AbortSignal = session.signal,
): Promise<void> {
  const what = `read image ${id}`;
  const headers = { accept: "application/octet-stream" };
  const call = { method: "GET", path: pathOf(id, "/file"), headers, wantsStream: true } as const;
  await withRetry(once(session), what, async (signal) => {
    const { stream } = await callOnce(session, what, call, AbortSignal.any([signal, stop]));
    await read(stream ?? noBytes());
  });
}

async function* noBytes(): AsyncGenerator<Uint8Array> {
  // 204: the image has no data.
}

export interface ImageMember {
  readonly member_id: string;
  /** `pending`, `accepted` or `rejected`. */
  readonly status: string;
}

/** Of a shared image: any other refuses the question (403). */
export async function listMembers(session: OpenstackSession, id: string): Promise<ImageMember[]> {
  const found = await findInGlance<{ members: ImageMember[] }>(
    session,
    `list members of image ${id}`,
    pathOf(id, "/members"),
  );
  return found?.members ?? [];
}

/** One that is there already is accepted. */
export async function addMember(session: OpenstackSession, id: string, member: string): Promise<void> {
  const call = { method: "POST", path: pathOf(id, "/members"), json: { member }, accept: [409] } as const;
  await callGlance(session, `share image ${id} with ${member}`, call);
}

/** One that is not there is accepted. */
export async function removeMember(session: OpenstackSession, id: string, member: string): Promise<void> {
  const path = pathOf(id, `/members/${encodeURIComponent(member)}`);
  await callGlance(session, `unshare image ${id} from ${member}`, { method: "DELETE", path, accept: [404] });
}

/** Formats that the service takes. */
export async function diskFormats(session: OpenstackSession): Promise<readonly string[]> {
  const schema = await findInGlance<{ properties?: { disk_format?: { enum?: (string | null)[] } } }>(
    session,
    "ask for the schema of images",
    "/v2/schemas/image",
  );
  return (schema?.properties?.disk_format?.enum ?? []).filter((format) => format !== null);
}

/** Quotas by name, in the units of the operator's limits: MiB for sizes. Empty where there are none. */
export async function imageUsage(
  session: OpenstackSession,
): Promise<Readonly<Record<string, { readonly limit: number; readonly usage: number }>>> {
  type Usage = { usage?: Record<string, { limit: number; usage: number }> };
  const found = await findInGlance<Usage>(session, "ask for the quotas of images", "/v2/info/usage");
  return found?.usage ?? {};
}

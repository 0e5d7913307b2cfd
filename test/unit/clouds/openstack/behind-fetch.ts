/** Keystone and Glance behind `fetch`, as far as one test needs them. */
import type { Properties } from "../../../../plugin/resource";

export const PROJECT = "0123456789abcdef0123456789abcdef";
export const REGION = "RegionOne";
const VARIABLES = {
  OS_AUTH_URL: "https://keystone.example.org",
  OS_USERNAME: "me",
  OS_PASSWORD: "hush",
  OS_PROJECT_ID: PROJECT,
};

export interface Asked {
  readonly method: string;
  /** From `/v2` on. */
  readonly path: string;
  readonly json: unknown;
}

interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  /** Of a disk, instead. */
  readonly bytes?: Buffer;
}

const SIGNED_IN = {
  token: {
    expires_at: "2999-01-01T00:00:00Z",
    ...{ project: { id: PROJECT, name: "images" }, user: { id: "u", name: "me" } },
    roles: [{ id: "r", name: "member" }],
    catalog: [
      {
        type: "image",
        endpoints: [{ interface: "public", region_id: REGION, url: "https://glance.example.org" }],
      },
    ],
  },
};

export function signedIn(said: unknown = SIGNED_IN): Response {
  return new Response(JSON.stringify(said), { status: 201, headers: { "x-subject-token": "t" } });
}

/**
 * Sets credentials and answers every request until the tests of the file end.
 *
 * @returns what Glance was asked, in order
 */
export function openstackBehindFetch(glance: (asked: Asked) => Answer): Asked[] {
  const asked: Asked[] = [];
  Object.assign(process.env, VARIABLES);
  delete process.env.OS_CLOUD;
  jest.spyOn(globalThis, "fetch").mockImplementation(async (to, init = {}) => {
    const url = new URL(to instanceof Request ? to.url : to);
    if (url.host === "keystone.example.org") return signedIn();
    const { method = "GET", body } = init;
    if (body instanceof ReadableStream) await new Response(body).arrayBuffer();
    const json: unknown = typeof body === "string" ? JSON.parse(body) : undefined;
    const one = { method, path: `${url.pathname}${url.search}`, json };
    asked.push(one);
    const { status = 200, json: said, bytes } = glance(one);
    return new Response(bytes ? new Uint8Array(bytes) : said === undefined ? null : JSON.stringify(said), {
      status,
    });
  });
  return asked;
}

/** What a JSON patch of Glance's changes. */
export function changesOf({ json }: Asked): Properties {
  const operations = json as { path: string; value?: unknown }[];
  return Object.fromEntries(operations.map(({ path, value }) => [path.slice(1), value]));
}

import { listImages } from "../../../../clouds/openstack/api/images";
import { openOpenstackSession } from "../../../../clouds/openstack/api/session";
import { closeImages } from "../../../../clouds/openstack/close-image";
import { BRISK } from "../../../../clouds/retry";
import { type Asked, changesOf, openstackBehindFetch, REGION } from "./behind-fetch";

afterEach(() => jest.restoreAllMocks());

const PLACE = { product: "demo", stack: "dev", release: "1", name: "demo-1", architecture: "x86_64" };
const NOBODY = { visibility: "private", projects: [], withdrawn: true } as const;
const session = () =>
  openOpenstackSession({ region: REGION }, new AbortController().signal, {
    policy: { ...BRISK, attempts: 3, wait: () => Promise.resolve() },
  });

/** One shared image with these members; `members` answers everything that is done to them. */
function glanceWith(ids: readonly string[], members: (asked: Asked) => { status: number }) {
  return openstackBehindFetch((asked) => {
    const { method, path } = asked;
    if (path.includes("/members")) {
      if (method !== "GET") return members(asked);
      return { json: { members: ids.map((id) => ({ member_id: id, status: "accepted" })) } };
    }
    if (method === "PATCH") return { json: { id: "i", status: "active", visibility: "private" } };
    const isHidden = path.includes("os_hidden=true");
    return {
      json: { images: isHidden ? [] : [{ id: "i", name: "demo-1", status: "active", visibility: "shared" }] },
    };
  });
}

test.each([403, 503])("a member that may not be taken out (%i) keeps no image open", async (status) => {
  const asked = glanceWith(["a", "b"], () => ({ status }));
  await expect(closeImages(session(), PLACE, NOBODY)).resolves.toBe(true);
  const patch = asked.find(({ method }) => method === "PATCH");
  expect(patch && changesOf(patch)).toEqual({ visibility: "private", os_hidden: true });
});

test("who stays a member although nobody is to be is told", async () => {
  glanceWith(["a", "b"], () => ({ status: 403 }));
  const kept = { visibility: "shared", projects: ["a"], withdrawn: false } as const;
  await expect(closeImages(session(), PLACE, kept)).rejects.toThrow(/unshare image i from b.*HTTP 403/);
});

test.each<[string, { status?: number; json?: unknown }]>([
  ["nothing under that address", { status: 404, json: {} }],
  ["something else", { json: { versions: [] } }],
])("a list of images that is %s is no empty list", async (_what, answer) => {
  openstackBehindFetch(() => answer);
  await expect(closeImages(session(), PLACE, NOBODY)).rejects.toThrow(
    /list images in RegionOne|list images on/,
  );
  await expect(listImages(session(), {})).rejects.toThrow(/HTTP 404|no images/);
});

// The stack file's template of names changed with the withdrawal, or somebody renamed the image.
test("an image that has another name now is closed too, and no other architecture's", async () => {
  const open = { status: "active", visibility: "community" };
  const images = [
    { ...open, id: "renamed", name: "old-1", architecture: "x86_64" },
    { ...open, id: "arm", name: "old-1-arm", architecture: "aarch64" },
    { ...open, id: "named", name: "demo-1" },
  ];
  const asked = openstackBehindFetch(({ method, path }) => {
    if (method === "PATCH") return { json: images[0] };
    const named = new URLSearchParams(path.split("?")[1]).get("name");
    const found = images.filter(({ name }) => named === null || name === named);
    return { json: { images: path.includes("os_hidden=true") ? [] : found } };
  });
  await closeImages(session(), PLACE, NOBODY);
  const closed = asked.filter(({ method }) => method === "PATCH").map(({ path }) => path);
  expect(closed).toEqual(["/v2/images/renamed", "/v2/images/named"]);
});

import type { Call, Properties } from "../../../../plugin/resource";
import { image } from "../../../../provider/openstack/image";
import { BRISK } from "../../../../clouds/retry";
import { type Asked, changesOf, openstackBehindFetch, REGION } from "../../clouds/openstack/behind-fetch";
import { Harness } from "../harness";

const LABELS = {
  "imprimatur-product": "demo",
  "imprimatur-release": "1",
  "imprimatur-digest": "sha256:x",
  "imprimatur-stack": "dev",
};
const POLICY = { ...BRISK, wait: () => Promise.resolve() };

let harness: Harness;
beforeAll(async () => {
  harness = new Harness();
  await harness.disk(4096, [0]);
});
afterAll(() => harness.stop());
afterEach(() => jest.restoreAllMocks());

const inputs = (): Properties => ({
  ...{ region: REGION, imageName: "demo-1", labels: LABELS, properties: { os_distro: "debian" } },
  ...{ minDisk: 1, minRam: 512, protected: true, ...harness.diskInputs() },
});
const call = (): Call => ({ ...harness.call(), policy: POLICY }) as Call;

/** Images of Glance by id; an upload makes one active, with the hash that `hash` says of it. */
function glanceWith(
  images: Record<string, Properties>,
  upload: (image: Properties) => { status: number },
): Asked[] {
  return openstackBehindFetch((asked) => {
    const { method, path, json } = asked;
    const [, id = "", part] = /^\/v2\/images\/([^/?]+)(\/file)?/.exec(path) ?? [];
    const found = images[id];
    if (method === "POST")
      return { json: (images.made = { ...(json as object), id: "made", status: "queued" }) };
    if (id === "") return { json: { images: path.includes("os_hidden=true") ? [] : Object.values(images) } };
    if (found === undefined) return { status: 404, json: {} };
    if (part !== undefined) return upload(found);
    if (method === "PATCH") return { json: Object.assign(found, changesOf(asked)) };
    if (method === "DELETE" && found.protected === true)
      return { status: 403, json: { message: "protected" } };
    if (method === "DELETE") delete images[id];
    return { json: found };
  });
}

const accepted = (found: Properties) => {
  found.status = "active";
  return { status: 204 };
};

test("an image that waits for its bytes gets none before it is private, and what the stack file says now", async () => {
  const queued = { id: "q", status: "queued", visibility: "shared", min_ram: 0, ...LABELS };
  const asked = glanceWith({ q: queued }, accepted);
  const { outputs } = await image.create(inputs(), call());
  expect(outputs.imageId).toBe("q");
  const [changed, sent] = [
    asked.findIndex(({ method }) => method === "PATCH"),
    asked.findIndex(({ method }) => method === "PUT"),
  ];
  expect(changesOf(asked[changed]!)).toMatchObject({ visibility: "private", min_ram: 512, protected: true });
  expect(changed).toBeLessThan(sent);
});

test("bytes that changed on the way are told, and their image goes, protected as it is", async () => {
  const images: Record<string, Properties> = {};
  glanceWith(images, (found) => {
    Object.assign(found, { os_hash_algo: "sha512", os_hash_value: "00" });
    return accepted(found);
  });
  await expect(image.create(inputs(), call())).rejects.toThrow(/the service has sha512 00, sent was/);
  expect(images).toEqual({});
});

test("an upload whose answer was lost is no failure: its image is there", async () => {
  const asked = glanceWith({}, (found) => {
    accepted(found);
    return { status: 502 };
  });
  await expect(image.create(inputs(), call())).resolves.toMatchObject({ outputs: { imageId: "made" } });
  expect(asked.filter(({ method }) => method === "PUT")).toHaveLength(1);
});

// A refresh takes the engine's own mark of it away.
test("an upload that was interrupted is gone on with after a refresh too", () => {
  const old = { inputs: inputs(), outputs: { ...inputs(), imageId: "q", unfinished: true } };
  expect(image.diff(old, inputs(), call()).changes).toEqual({
    unfinished: { kind: "delete", replace: false },
  });
  expect(image.diff({ ...old, outputs: { ...inputs(), imageId: "q" } }, inputs(), call()).changes).toEqual(
    {},
  );
});

test("a creation whose answer was lost makes one image, not two", async () => {
  const made: Properties[] = [];
  openstackBehindFetch(({ method, path, json }) => {
    const { id } = (json ?? {}) as Properties;
    if (method === "POST" && id !== undefined && made.some((each) => each.id === id)) return { status: 409 };
    if (method === "POST") made.push({ ...(json as object), status: "queued" });
    if (method === "POST") return { status: 503 };
    if (path.startsWith("/v2/images?")) return { json: { images: [] } };
    if (method === "PUT") return accepted(made[0]!);
    return { json: made[0] };
  });
  const { outputs } = await image.create(inputs(), call());
  expect(made).toHaveLength(1);
  expect(outputs.imageId).toBe(made[0]!.id);
});

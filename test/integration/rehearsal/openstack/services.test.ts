/** Keystone and Glance themselves. Skipped, and said, where Debian's packages are not installed. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parse } from "yaml";
import type { RunningCloud } from "../../../../rehearsal/cloud";
import { start } from "../../../../rehearsal/openstack";
import { missingServices } from "../../../../rehearsal/openstack/programs";

const missing = missingServices();
if (missing !== undefined) console.warn(`skipped: OpenStack's services are not installed; ${missing}`);
const onServices = missing === undefined ? test : test.skip;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "openstack-"));
let cloud: RunningCloud | undefined;
afterAll(async () => {
  await cloud?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Cloud {
  readonly auth: Readonly<Record<string, string>>;
}

/** Requests of one user of clouds.yaml to Glance of a region. */
async function userOf(name: string, region: string) {
  const { clouds } = parse(fs.readFileSync(path.join(folder, "clouds.yaml"), "utf8")) as {
    clouds: Record<string, Cloud>;
  };
  const { auth_url: url = "", username, password, project_name: project } = clouds[name]!.auth;
  const domain = { name: "Default" };
  const auth = {
    identity: { methods: ["password"], password: { user: { name: username, domain, password } } },
    scope: { project: { name: project, domain } },
  };
  const headers = { "content-type": "application/json" };
  const signed = await fetch(`${url}/auth/tokens`, {
    method: "POST",
    headers,
    body: JSON.stringify({ auth }),
  });
  const { token } = (await signed.json()) as {
    token: { catalog: { type: string; endpoints: { region: string; url: string }[] }[] };
  };
  const door = token.catalog
    .find(({ type }) => type === "image")
    ?.endpoints.find((endpoint) => endpoint.region === region);
  return async (method: string, at: string, body?: object) => {
    const answer = await fetch(`${door?.url ?? ""}${at}`, {
      method,
      headers: { ...headers, "x-auth-token": signed.headers.get("x-subject-token") ?? "" },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

onServices(
  "two regions keep what was made over a restart; a stranger sees no private image, and may publish none to everyone",
  async () => {
    cloud = await start({ directory: folder, pace: 0 });
    expect(cloud.environment()).toMatchObject({ OS_CLOUD: "publisher", STRANGER_OS_CLOUD: "stranger" });
    const image = { name: "kept", disk_format: "raw", container_format: "bare", visibility: "private" };
    const publisher = await userOf("publisher", "RegionTwo");
    const made = await publisher("POST", "/v2/images", image);
    expect(made.status).toBe(201);
    await cloud.stop();

    cloud = await start({ directory: folder, pace: 0 });
    const { id } = JSON.parse(made.text) as { id: string };
    expect(await cloud.inventory()).toEqual([
      {
        cloud: "openstack",
        account: "publisher",
        region: "RegionTwo",
        kind: "image",
        id,
        name: "kept",
        state: "private, queued",
      },
    ]);
    const stranger = await userOf("stranger", "RegionTwo");
    expect((await stranger("GET", `/v2/images/${id}`)).status).toBe(404);
    const everyone = { ...image, visibility: "public" };
    expect((await stranger("POST", "/v2/images", everyone)).status).toBe(403);
    expect((await (await userOf("publisher", "RegionOne"))("POST", "/v2/images", everyone)).status).toBe(201);
  },
  600_000,
);

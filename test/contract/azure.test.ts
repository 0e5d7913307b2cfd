import { createHash } from "node:crypto";
import { GROUP, type Rehearsal, rehearse } from "../integration/rehearsal/azure/harness";
import type { Played } from "./exchange";
import { RECORDED } from "./recorded";
import { compareAll, type Plays, playAll } from "./stand-in";

const LOCATION = { location: "westeurope" };
const DISKS = "disks?api-version=2024-03-02";
const GALLERIES = "api-version=2024-03-03";

/** Factor on the stand-in's delays. At 0 everything completes at once, and no pending operation is ever returned. */
const PACE = 0.02;

let azure: Rehearsal;
let played: Plays;

const BLOBS = { "x-ms-version": "2021-12-02" };

async function plain(answer: Response): Promise<Played> {
  const text = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: text === "" ? undefined : text,
  };
}

async function play(): Promise<Plays> {
  const root = `/subscriptions/${azure.cloud.environment().AZURE_SUBSCRIPTION_ID}`;
  const compute = `${root}/resourceGroups/${GROUP}/providers/Microsoft.Compute`;
  const ask = async (method: string, path: string, json?: object): Promise<Played> => {
    const answer = await azure.arm(method, path, json);
    const empty = Object.keys(answer.body).length === 0;
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: empty ? undefined : answer.body,
    };
  };
  const follow = async (begun: Played, header: string): Promise<Played> => {
    const where = begun.headers?.[header];
    if (where === undefined) throw new Error(`no ${header} in ${JSON.stringify(begun)}`);
    const link = new URL(where);
    for (;;) {
      const answer = await ask("GET", link.pathname + link.search);
      const { status } = (answer.body ?? {}) as { status?: string };
      if (answer.status !== 202 && status !== "InProgress") return answer;
    }
  };
  /** Sends the request and follows its operation to the end. */
  const begun = async (method: string, path: string, json?: object): Promise<Played> => {
    const answer = await ask(method, path, json);
    const header = ["azure-asyncoperation", "location"].find((name) => answer.headers?.[name]);
    if (answer.status < 300 && header) await follow(answer, header);
    return answer;
  };
  const disk = `${compute}/${DISKS.replace("disks?", "disks/disk-1?")}`;
  const access = (action: string) => disk.replace("disk-1?", `disk-1/${action}?`);
  const gallery = (rest = "") => `${compute}/galleries/debian${rest}?${GALLERIES}`;
  const grant = { access: "Write", durationInSeconds: 3600 };
  const group = `${root}/resourceGroups/${GROUP}?api-version=2024-03-01`;
  const creationData = { createOption: "Upload", uploadSizeBytes: 20 * 1024 * 1024 + 512 };
  const links: Record<string, Played> = {};
  const page = async (method: string, query: string, headers: Record<string, string>, body?: Buffer) => {
    const { accessSAS } = (await follow(links.grant ?? { status: 0 }, "location")).body as {
      accessSAS: string;
    };
    return plain(await fetch(`${accessSAS}&${query}`, { method, headers: { ...BLOBS, ...headers }, body }));
  };
  const range = { "x-ms-range": "bytes=0-511" };
  const vault = async (
    path: string,
    json?: object,
    token = azure.cloud.environment().AZURE_KEYVAULT_TOKEN,
  ) => {
    const answer = await fetch(`http://127.0.0.1:${azure.cloud.port}${path}?api-version=7.4`, {
      method: json ? "POST" : "GET",
      headers: token ? { authorization: `Bearer ${token}` } : {},
      ...(json && { body: JSON.stringify(json) }),
    });
    const { body, ...rest } = await plain(answer);
    return { ...rest, body: JSON.parse(String(body)) as unknown };
  };
  const { ADMINISTRATOR_AZURE_KEYVAULT_TOKEN: maker } = azure.cloud.environment();
  const { body: made } = await vault("/keys/release/create", { kty: "EC", crv: "P-256" }, maker);
  const key = new URL((made as { key: { kid: string } }).key.kid).pathname;
  const missing = "/subscriptions/00000000-0000-0000-0000-000000000000?api-version=2022-12-01";

  return playAll({
    "subscription/get": () => ask("GET", `${root}?api-version=2022-12-01`),
    "subscription/get/gone": () => ask("GET", missing),
    "provider/get": () => ask("GET", `${root}/providers/Microsoft.Compute?api-version=2024-03-01`),
    "vault/key": () => vault(key),
    "vault/sign": () => vault(`${key}/sign`, { alg: "ES256", value: Buffer.alloc(32).toString("base64url") }),
    "vault/no-token": () => vault(key, undefined, ""),
    "groups/put": () => ask("PUT", group, LOCATION),
    "groups/get": () => ask("GET", group),
    "disks/put": () =>
      begun("PUT", disk, {
        ...LOCATION,
        properties: { osType: "Linux", hyperVGeneration: "V2", creationData },
      }),
    "disks/get": () => ask("GET", disk),
    "disks/get/gone": () => ask("GET", disk.replace("disk-1", "disk-2")),
    "disks/throttled": async () => {
      await azure.cloud.fault?.({ kind: "throttle", match: "/disks/", retryAfter: 0 });
      return ask("GET", disk);
    },
    "disks/grant": async () => (links.grant = await ask("POST", access("beginGetAccess"), grant)),
    "disks/grant/async": () => follow(links.grant ?? { status: 0 }, "azure-asyncoperation"),
    "disks/grant/end": () => follow(links.grant ?? { status: 0 }, "location"),
    "permissions/list": () =>
      ask("GET", `${root}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`),
    "locks/list": async () => {
      const scope = `/resourceGroups/${GROUP}`;
      await azure.cloud.fault?.({ kind: "lock", scope, level: "ReadOnly" });
      const answer = await ask(
        "GET",
        `${root}${scope}/providers/Microsoft.Authorization/locks?api-version=2020-05-01`,
      );
      await azure.cloud.fault?.({ kind: "lock", scope, level: "none" });
      return answer;
    },
    "pages/put": () => {
      const body = Buffer.alloc(512, 1);
      const md5 = createHash("md5").update(body).digest("base64");
      return page("PUT", "comp=page", { ...range, "x-ms-page-write": "update", "content-md5": md5 }, body);
    },
    "pages/ranges": () => page("GET", "comp=pagelist", range),
    "pages/clear": () => page("PUT", "comp=page", { ...range, "x-ms-page-write": "clear" }),
    "pages/read": async () => {
      // Bytes of a disk are not text.
      const { status, headers } = await page("GET", "", range);
      return { status, ...(headers && { headers }) };
    },
    "pages/head": () => page("HEAD", "", {}),
    "disks/list": () => ask("GET", `${compute}/disks?${DISKS.split("?")[1]}`),
    "groups/list": () => ask("GET", `${root}/resourcegroups?api-version=2021-04-01`),
    "groups/resources": () => ask("GET", `${root}/resourceGroups/${GROUP}/resources?api-version=2021-04-01`),
    "disks/revoke": () => ask("POST", access("endGetAccess")),
    "disks/delete": () => begun("DELETE", disk),
    "galleries/put": () => begun("PUT", gallery(), LOCATION),
    "galleries/put/again": () => begun("PUT", gallery(), { ...LOCATION, tags: { a: "b" } }),
    "galleries/get": () => ask("GET", gallery()),
    "galleries/list": () => ask("GET", `${root}/providers/Microsoft.Compute/galleries?${GALLERIES}`),
    "definitions/put": () =>
      begun("PUT", gallery("/images/trixie"), {
        ...LOCATION,
        properties: {
          osType: "Linux",
          osState: "Generalized",
          hyperVGeneration: "V2",
          identifier: { publisher: "Debian", offer: "debian-13", sku: "13-gen2" },
        },
      }),
    "definitions/get": () => ask("GET", gallery("/images/trixie")),
    "definitions/list": () => ask("GET", gallery("/images")),
    "definitions/delete": () => begun("DELETE", gallery("/images/trixie")),
    // Shortly after its definition's deletion was reported done, and again once the deletion is visible to the
    // gallery.
    "galleries/delete/busy": () => ask("DELETE", gallery()),
    "galleries/delete": async () => {
      for (;;) {
        const answer = await begun("DELETE", gallery());
        if (answer.status !== 409) return answer;
      }
    },
    "galleries/share": async () => {
      const shared = gallery().replace("/debian", "/shared");
      const subscription = azure.cloud.environment().STRANGER_AZURE_SUBSCRIPTION_ID ?? "";
      await begun("PUT", shared, { ...LOCATION, properties: { sharingProfile: { permissions: "Groups" } } });
      const groups = [{ type: "Subscriptions", ids: [subscription] }];
      return begun("POST", shared.replace("/shared?", "/shared/share?"), { operationType: "Add", groups });
    },
    "groups/delete": async () => {
      const share = gallery().replace("/debian?", "/shared/share?");
      await begun("POST", share, { operationType: "Reset" });
      return (links.group = await ask("DELETE", group));
    },
    "groups/delete/end": () => follow(links.group ?? { status: 0 }, "location"),
  });
}

beforeAll(async () => {
  azure = await rehearse(PACE);
  played = await play();
}, 60_000);
afterAll(() => azure.end());

compareAll(RECORDED.azure, () => played);

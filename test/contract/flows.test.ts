import { AdaptiveLimit } from "../../clouds/adaptive-limit";
import { grantAccess, revokeAccess } from "../../clouds/azure/api/disks";
import { pageRanges } from "../../clouds/azure/api/pages";
import { CloudFailure } from "../../clouds/failure";
import { callGoogle } from "../../clouds/gcp/api/session";
import { setImageLabels } from "../../clouds/gcp/api/images";
import { PATIENT } from "../../clouds/retry";
import { callAzure } from "../../clouds/azure/api/session";
import type { Exchange } from "./exchange";
import { RECORDED } from "./recorded";
import { bodyOf, headersOf } from "./sample";

/** Plays recorded responses in order, as the clouds gave them, and keeps the requests. */

const recorded = (id: string): Exchange => {
  const found = Object.values(RECORDED).flatMap((list) => list.find((exchange) => exchange.id === id) ?? []);
  if (!found[0]) throw new Error(`nothing is recorded as ${id}`);
  return found[0];
};

function session<A>(ids: readonly string[], answerOf: (exchange: Exchange, text: string) => A) {
  const waits: number[] = [];
  const asked: string[] = [];
  const left = ids.map(recorded);
  return {
    waits,
    asked,
    session: {
      signal: new AbortController().signal,
      policy: {
        ...PATIENT,
        attempts: 2,
        wait: async (milliseconds: number) => waits.push(milliseconds),
      },
      limit: new AdaptiveLimit({ start: 4 }),
      status: () => undefined,
      send: async ({ method, url }: { method: string; url: string }): Promise<A> => {
        asked.push(`${method} ${url.replace(/\?.*/, "")}`);
        const next = left.shift();
        if (!next) throw new Error(`nothing is recorded after ${asked.length - 1} answers`);
        const body = bodyOf(next.body);
        return answerOf(
          next,
          typeof body === "string" ? body : JSON.stringify(body ?? "").replace(/^""$/, ""),
        );
      },
    },
  };
}

const azure = (...ids: string[]) =>
  session(ids, (exchange, text) => ({
    status: exchange.status,
    headers: new Headers(headersOf(exchange)),
    body: Buffer.from(text),
  }));
const google = (...ids: string[]) =>
  session(ids, (exchange, text) => ({
    status: exchange.status,
    headers: new Headers(headersOf(exchange)),
    text,
  }));

const DISK = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d";

test("a link is granted: accepted without a body, and read at the end of Location", async () => {
  const { session: open, asked } = azure("disks/grant", "disks/grant/end");
  expect(await grantAccess(open, DISK, "Write")).toMatch(/^https:\/\/.+sig=/);
  expect(asked).toHaveLength(2);
});

test("a link is granted: the same from Azure-AsyncOperation's last answer", async () => {
  const { session: open } = azure("disks/grant", "disks/grant/async");
  expect(await grantAccess(open, DISK, "Write")).toMatch(/^https:\/\/.+sig=/);
});

test("links end with an operation whose last answer is empty", async () => {
  const { session: open, asked } = azure("disks/revoke", "groups/delete/end");
  await revokeAccess(open, DISK);
  expect(asked).toHaveLength(2);
});

test("page ranges are read through the byte order mark", async () => {
  const { session: open } = azure("pages/ranges");
  expect(await pageRanges(open, "read", "https://cloud.test/link?sig=secret")).toEqual([
    { start: 0, end: 512 },
  ]);
});

test("Compute's throttling is waited for, and lowers the number of requests in flight", async () => {
  const { session: open, waits, asked } = azure("disks/throttled", "disks/get");
  await callAzure(open, "get disk d", { method: "GET", url: "https://cloud.test/disk" });
  expect([asked.length, waits.length, open.limit.value]).toEqual([2, 1, 2]);
});

test("labels are set by an operation that is done in its first answer", async () => {
  const { session: open, asked, waits } = google("images/get", "images/set-labels");
  await setImageLabels(open, { project: "p", image: "image-1" }, { env: "dev" });
  expect([asked.length, waits.length]).toEqual([2, 0]);
});

test("an archive that is none is said in Google's words", async () => {
  const { session: open } = google("images/get", "images/insert/no-archive");
  const failure = await setImageLabels(open, { project: "p", image: "image-1" }, {}).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(CloudFailure);
  expect((failure as CloudFailure).message).toContain("The tar archive is not a valid image.");
});

test("a chunk is answered 308 with what was kept", async () => {
  const { session: open } = google("resumable/chunk");
  const answer = await callGoogle(open, "chunk", {
    method: "PUT",
    url: "https://cloud.test/",
    accept: [308],
  });
  expect(answer.headers.get("range")).toMatch(/^bytes=0-\d+$/);
});

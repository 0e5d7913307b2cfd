import { describeImages } from "../../../clouds/aws/api/images";
import { describeSnapshots } from "../../../clouds/aws/api/snapshots";
import { AdaptiveLimit } from "../../../clouds/adaptive-limit";
import { listGalleries } from "../../../clouds/azure/api/galleries";
import { listImages } from "../../../clouds/gcp/api/images";
import { PATIENT } from "../../../clouds/retry";
import { sessionAnswering } from "./aws/answering";

/**
 * Pages as the clouds may cut them: fewer items than were asked for, none at all with a token for the next page (EC2:
 * "a page may be empty", API reference, "Pagination"; Azure: test/contract/, groups list; read 2026-11-29), and an
 * empty token at the end.
 */
const PAGES: readonly (readonly string[])[] = [["a"], [], ["b", "c"], []];
const wait = async () => undefined;
const common = () => ({
  signal: new AbortController().signal,
  policy: { ...PATIENT, wait },
  limit: new AdaptiveLimit(),
  status: () => undefined,
});

/** The page of a token, and the token of the next one. */
function pageAt(token: string | undefined): { names: readonly string[]; next: string } {
  const at = Number(token || "0");
  return { names: PAGES[at] ?? [], next: at + 1 < PAGES.length ? `${at + 1}` : "" };
}

test.each([
  [
    "DescribeSnapshots",
    (session: ReturnType<typeof sessionAnswering>) =>
      describeSnapshots(session, { own: [] }, (each) => each.SnapshotId),
    (names: readonly string[]) => ({ Snapshots: names.map((SnapshotId) => ({ SnapshotId })) }),
  ],
  [
    "DescribeImages",
    (session: ReturnType<typeof sessionAnswering>) =>
      describeImages(session, { own: [] }, (each) => each.ImageId),
    (names: readonly string[]) => ({ Images: names.map((ImageId) => ({ ImageId })) }),
  ],
] as const)(
  "AWS: %s goes through every page, and asks again for the one that failed alone",
  async (operation, list, answer) => {
    const asked: (string | undefined)[] = [];
    const session = sessionAnswering({
      [operation]: async ({ NextToken }: { NextToken?: string }) => {
        asked.push(NextToken);
        if (asked.filter((token) => token === "2").length === 1 && NextToken === "2")
          throw Object.assign(new Error("Request limit exceeded."), {
            name: "RequestLimitExceeded",
            $metadata: { httpStatusCode: 503 },
          });
        const { names, next } = pageAt(NextToken);
        return { ...answer(names), NextToken: next };
      },
    });
    expect(await list(session)).toEqual(["a", "b", "c"]);
    expect(asked).toEqual([undefined, "1", "2", "2", "3"]);
  },
);

test("Google Cloud: a page may be empty, and have a next one", async () => {
  const send = async ({ url }: { url: string }) => {
    const { names, next } = pageAt(new URL(url).searchParams.get("pageToken") ?? undefined);
    const items = names.length > 0 ? { items: names.map((name) => ({ name })) } : {};
    return {
      status: 200,
      headers: new Headers(),
      text: JSON.stringify({ ...items, nextPageToken: next || undefined }),
    };
  };
  const found = await listImages({ ...common(), send }, "p", "labels.x=y");
  expect(found.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("Azure: a page may be empty, and link to a next one", async () => {
  const send = async ({ url }: { url: string }) => {
    const { names, next } = pageAt(new URL(url).searchParams.get("$skiptoken") ?? undefined);
    const nextLink = next && `${url.replace(/&\$skiptoken=.*/, "")}&$skiptoken=${next}`;
    const body = { value: names.map((name) => ({ name })), nextLink: nextLink || null };
    return { status: 200, headers: new Headers(), body: Buffer.from(JSON.stringify(body)) };
  };
  const found = await listGalleries({ ...common(), send }, "s");
  expect(found.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

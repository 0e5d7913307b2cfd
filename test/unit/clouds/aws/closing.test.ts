import { closeImage } from "../../../../clouds/aws/closing";
import { NO_SHARES, type Shares } from "../../../../clouds/aws/permission-calls";
import { tagList } from "../../../../clouds/aws/api/tags";
import { clientsAnswering } from "./answering";
import { awsError, FakeRegion } from "./fake-region";

const [A, B] = ["111111111111", "222222222222"];
const NAMED = { name: "demo-1-x86_64", stack: "dev" };
const OURS = { "imprimatur:stack": "dev" };

/** An image with public and account permissions, on one snapshot with the same permissions. */
async function shared(region: FakeRegion, state = "available", tags: Record<string, string> = OURS) {
  const session = region.session();
  await region.begin("a");
  const snapshot = region.only();
  snapshot.state = "completed";
  snapshot.permissions.push({ Group: "all" }, { UserId: A });
  region.images.set("ami-1", [{ Group: "all" }, { UserId: A }]);
  region.named.push({
    ImageId: "ami-1",
    State: state as "available",
    Tags: tagList(tags),
    BlockDeviceMappings: [{ Ebs: { SnapshotId: snapshot.id } }],
  });
  region.calls.length = 0;
  return session;
}

test.each<{ what: string; most: Shares; state?: string; tags?: Record<string, string>; moves: string[] }>([
  {
    what: "withdrawn",
    most: NO_SHARES,
    moves: ["image -all", `image -${A}`, "snapshot -all", `snapshot -${A}`],
  },
  { what: "narrowed", most: { ...NO_SHARES, accounts: [A] }, moves: ["image -all", "snapshot -all"] },
  { what: "shared with more", most: { ...NO_SHARES, public: true, accounts: [A, B] }, moves: [] },
  {
    what: "disabled, and so private",
    most: NO_SHARES,
    state: "disabled",
    moves: ["snapshot -all", `snapshot -${A}`],
  },
  { what: "another stack's", most: NO_SHARES, tags: { "imprimatur:stack": "other" }, moves: [] },
  {
    what: "without its tags",
    most: { ...NO_SHARES, accounts: [A] },
    tags: {},
    moves: ["image -all", "snapshot -all"],
  },
])("an image that is $what: $moves", async ({ most, state, tags, moves }) => {
  const region = new FakeRegion();
  const session = await shared(region, state, tags);
  expect(await closeImage(session, NAMED, most)).toBe(moves.length > 0);
  expect(region.moves).toEqual(moves);
  region.moves.length = 0;
  expect(await closeImage(session, NAMED, most)).toBe(false);
  expect(region.moves).toEqual([]);
});

test("an image that is not there is closed", async () => {
  const region = new FakeRegion();
  expect(await closeImage(region.session(), NAMED, NO_SHARES)).toBe(false);
  expect(region.calls).toEqual(["DescribeImages"]);
});

test.each([
  { fails: "ModifyImageAttribute", moves: ["snapshot -all", `snapshot -${A}`] },
  { fails: "DescribeImageAttribute", moves: ["snapshot -all", `snapshot -${A}`] },
  { fails: "ModifySnapshotAttribute", moves: ["image -all", `image -${A}`] },
])("$fails that is refused keeps the other from nothing", async ({ fails, moves }) => {
  const region = new FakeRegion();
  const session = await shared(region);
  region.fault = (call) => {
    if (call === fails) throw awsError("UnauthorizedOperation", 403);
  };
  await expect(closeImage(session, NAMED, NO_SHARES)).rejects.toThrow("UnauthorizedOperation");
  expect(region.moves).toEqual(moves);
});

test("a snapshot does not wait for an image that does not answer", async () => {
  const region = new FakeRegion();
  const never = new AbortController();
  const session = await shared(region);
  const clients = clientsAnswering({
    ...region.answers,
    DescribeImageAttribute: (_input, signal) =>
      new Promise<never>((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(awsError("AbortError", 0))),
      ),
  });
  const silent = { ...session, clients, signal: never.signal, policy: { ...session.policy, grace: 0 } };
  const closing = closeImage(silent, NAMED, NO_SHARES).catch(() => undefined);
  while (region.moves.length < 2) await new Promise(setImmediate);
  never.abort();
  await closing;
  expect(region.moves).toEqual(["snapshot -all", `snapshot -${A}`]);
});

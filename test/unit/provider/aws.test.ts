import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, failure, Harness } from "./harness";

const DATA = [0, 1, 2, 9, 30, 31, 32, 33, 34, 35, 40, 64];
let harness: Harness;
let cloud: RunningCloud;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  await harness.disk(64 * BLOCK + 4096, DATA);
});
beforeEach(() => {
  harness.requests.length = 0;
});
afterAll(() => harness.stop());
jest.setTimeout(120_000);

const REGION = "eu-central-1";
const inputs = () => ({
  region: REGION,
  description: "demo",
  tags: { Name: "demo" },
  ...harness.diskInputs(),
});
const stored = () => harness.requests.filter((line) => /PutSnapshotBlock .* 201/.test(line)).length;

test("a disk goes up, is verified byte by byte, shared, read, and taken away", async () => {
  const snapshot = harness.handler("aws:Snapshot");
  const made = await snapshot.create(inputs(), harness.call());
  expect(made.outputs).toEqual({ ...inputs(), volumeSize: 1 });
  expect(stored()).toBe(DATA.length);

  const proof = { region: REGION, snapshotId: made.id, size: harness.size, blockMapRoot: harness.root };
  const verified = await harness.handler("aws:Verification").create(proof, harness.call());
  expect(verified.outputs).toMatchObject({ level: "bytes", blocks: DATA.length });
  const wrong = { ...proof, blockMapRoot: "00".repeat(32) };
  await expect(harness.handler("aws:Verification").create(wrong, harness.call())).rejects.toThrow(
    `snapshot ${made.id} in ${REGION} is not the inspected disk`,
  );

  const shares = { region: REGION, snapshotId: made.id, public: true, accounts: ["123456789012"] };
  const shared = await harness.handler("aws:SnapshotSharing").create(shares, harness.call());
  expect(await harness.inputsSeen("aws:SnapshotSharing", shared.id, shares, shared.outputs)).toEqual(shares);
  await harness
    .handler("aws:SnapshotSharing")
    .delete(shared.id, { inputs: shares, outputs: shares }, harness.call());
  expect(await harness.inputsSeen("aws:SnapshotSharing", shared.id, shares, shares)).toMatchObject({
    public: false,
    accounts: [],
  });

  const state = { inputs: inputs(), outputs: made.outputs };
  const news = { ...inputs(), tags: { Other: "1" } };
  await snapshot.update(made.id, state, news, harness.call());
  expect(await harness.inputsSeen("aws:Snapshot", made.id, news, { ...made.outputs, ...news })).toEqual(news);
  await snapshot.delete(made.id, state, harness.call());
  await snapshot.delete(made.id, state, harness.call());
  expect(await harness.inputsSeen("aws:Snapshot", made.id, inputs(), made.outputs)).toBeUndefined();
  expect(await cloud.inventory()).toEqual([]);
});

test("Ctrl-C keeps what arrived, the next update sends the rest, and no block goes twice", async () => {
  const stop = new AbortController();
  const call = harness.call(stop.signal);
  const status = (line: string) => {
    if (line.startsWith("uploading")) stop.abort();
  };
  const stopped = await failure(harness.handler("aws:Snapshot").create(inputs(), { ...call, status }));
  expect(stopped.name).toBe("PartialFailure");
  expect(stopped.message).toMatch(/stopped by request; \d+ of 12 blocks have arrived in snap-/);
  const before = stored();
  expect(before).toBeLessThan(DATA.length);
  const old = { inputs: inputs(), outputs: stopped.outputs ?? {} };
  const outputs = await harness
    .handler("aws:Snapshot")
    .update(stopped.id ?? "", old, inputs(), harness.call());
  expect(stored()).toBe(DATA.length);
  expect(outputs).toEqual({ ...inputs(), volumeSize: 1 });
  await harness
    .handler("aws:Snapshot")
    .delete(stopped.id ?? "", { inputs: inputs(), outputs }, harness.call());
});

test("a disk that changed since it was inspected leaves nothing behind", async () => {
  const changed = { ...inputs(), blockMapRoot: "00".repeat(32) };
  const refused = await failure(harness.handler("aws:Snapshot").create(changed, harness.call()));
  expect(refused.message).toMatch(/demo.raw has changed since it was inspected .*imprimatur inspect/);
  expect(await cloud.inventory()).toEqual([]);
});

test.each<[string, object, string[]]>([
  ["the image file moved", { imageFile: "elsewhere/demo.json" }, []],
  ["the description changed", { description: "other words" }, []],
  ["a tag changed", { tags: { Name: "x" } }, ["tags"]],
  ["the bytes changed", { blockMapRoot: "1", sha256: "1" }, ["blockMapRoot!", "sha256!"]],
  ["the region changed", { region: "eu-west-1" }, ["region!"]],
])("when %s, the snapshot is changed as little as can be", (_name, change, wanted) => {
  const { changes } = harness
    .handler("aws:Snapshot")
    .diff({ inputs: inputs(), outputs: inputs() }, { ...inputs(), ...change }, harness.call());
  const found = Object.entries(changes).map(([key, { replace }]) => (replace ? `${key}!` : key));
  expect(found.sort()).toEqual(wanted);
});

test("a snapshot that AWS ended is replaced", () => {
  const old = { inputs: inputs(), outputs: { ...inputs(), unfinished: { arrived: [], lost: true } } };
  const { changes } = harness.handler("aws:Snapshot").diff(old, inputs(), harness.call());
  expect(changes).toEqual({ unfinished: { kind: "delete", replace: true } });
});

test("preflight passes a fresh account and names a region that does not exist", async () => {
  const args = { homeRegion: REGION, regions: [{ region: REGION, public: true }], imageNames: ["demo"] };
  const { outputs } = await harness.handler("aws:Preflight").create(args, harness.call());
  expect(outputs.accountId).toMatch(/^\d{12}$/);
  const wrong = { ...args, regions: [...args.regions, { region: "eu-nowhere-1", public: false }] };
  await expect(harness.handler("aws:Preflight").create(wrong, harness.call())).rejects.toThrow(
    /AWS would refuse this publication, 1 problem:\n- eu-nowhere-1: /,
  );
});

describe("when AWS misbehaves", () => {
  const fault = (what: object) => cloud.fault?.(what);
  const snapshot = () => harness.handler("aws:Snapshot");
  afterEach(() => fault({ kind: "clear" }));

  test("a storm of throttling is outlived", async () => {
    await fault({ kind: "throttle", action: "PutSnapshotBlock", times: 30 });
    const { id, outputs } = await snapshot().create(inputs(), harness.call());
    expect(stored()).toBe(DATA.length);
    await snapshot().delete(id, { inputs: inputs(), outputs }, harness.call());
  });

  test("a refusal is not tried again, says what to do, and loses nothing", async () => {
    const refusal = { kind: "error", action: "PutSnapshotBlock", code: "AccessDeniedException", status: 403 };
    await fault({ ...refusal, skip: 5, times: 1 });
    const stopped = await failure(snapshot().create(inputs(), harness.call()));
    expect(stopped.message).toMatch(
      /block \d+ in eu-central-1: AccessDeniedException.*docs\/provider.md has the policy/,
    );
    const old = { inputs: inputs(), outputs: stopped.outputs ?? {} };
    const outputs = await snapshot().update(stopped.id ?? "", old, inputs(), harness.call());
    expect(stored()).toBe(DATA.length);
    await snapshot().delete(stopped.id ?? "", { inputs: inputs(), outputs }, harness.call());
  });

  test("one changed byte in the snapshot stops the publication, and the block is named", async () => {
    const { id, outputs } = await snapshot().create(inputs(), harness.call());
    await fault({ kind: "corrupt", region: REGION, snapshot: id, block: 31 });
    const proof = { region: REGION, snapshotId: id, size: harness.size, blockMapRoot: harness.root };
    await expect(harness.handler("aws:Verification").create(proof, harness.call())).rejects.toThrow(
      `snapshot ${id} in ${REGION} is not the inspected disk: 1 block of 512 KiB differs (31)`,
    );
    await snapshot().delete(id, { inputs: inputs(), outputs }, harness.call());
  });

  test("block public access is found before anything is uploaded", async () => {
    await fault({ kind: "block-public-access", region: REGION, state: "block-new-sharing" });
    const args = { homeRegion: REGION, regions: [{ region: REGION, public: true }], imageNames: [] };
    await expect(harness.handler("aws:Preflight").create(args, harness.call())).rejects.toThrow(
      `aws ec2 disable-image-block-public-access --region ${REGION}`,
    );
  });
});

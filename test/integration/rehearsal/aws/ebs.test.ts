import {
  CompleteSnapshotCommand,
  GetSnapshotBlockCommand,
  ListChangedBlocksCommand,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import {
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  ModifySnapshotAttributeCommand,
} from "@aws-sdk/client-ec2";
import fs from "node:fs";
import path from "node:path";
import {
  advance,
  BLOCK,
  block,
  checksum,
  errorName,
  HOME,
  putBlock,
  StandIn,
  STRANGER,
  stopClock,
} from "./stand-in";

let aws: StandIn;
beforeAll(async () => (aws = await StandIn.start()));
afterAll(() => aws.stop());
afterEach(() => jest.useRealTimers());

async function started(input = {}): Promise<string> {
  const { SnapshotId } = await aws.ebs().send(new StartSnapshotCommand({ VolumeSize: 1, ...input }));
  return SnapshotId!;
}

function complete(id: string, count: number, sum?: string) {
  return new CompleteSnapshotCommand({
    SnapshotId: id,
    ChangedBlocksCount: count,
    ...(sum === undefined
      ? {}
      : { Checksum: sum, ChecksumAlgorithm: "SHA256", ChecksumAggregationMethod: "LINEAR" }),
  });
}

async function reason(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "no error",
    (error: { name: string; Reason?: string }) => `${error.name} ${error.Reason}`,
  );
}

/** The checksum of every block of a snapshot, read back, by index. */
async function readBack(id: string, keys = aws.publisher()): Promise<Record<number, string>> {
  const ebs = aws.ebs(HOME, keys);
  const { Blocks } = await ebs.send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
  const sums: Record<number, string> = {};
  for (const { BlockIndex: index, BlockToken: token } of Blocks!) {
    const answer = await ebs.send(
      new GetSnapshotBlockCommand({ SnapshotId: id, BlockIndex: index, BlockToken: token }),
    );
    const data = Buffer.from(await answer.BlockData!.transformToByteArray());
    expect(answer.Checksum).toBe(checksum(data));
    sums[index!] = checksum(data);
  }
  return sums;
}

function sumsOf(blocks: Record<number, Buffer>): Record<number, string> {
  return Object.fromEntries(Object.entries(blocks).map(([index, data]) => [index, checksum(data)]));
}

test("what was put is read back, and nothing else", async () => {
  const blocks = { 0: block(1), 7: block(2), 2047: block(0) };
  const id = await started({ Tags: [{ Key: "a", Value: "b" }], Description: "d" });
  for (const [index, data] of Object.entries(blocks)) await aws.ebs().send(putBlock(id, Number(index), data));
  const digests = Object.values(blocks).map((data) => Buffer.from(checksum(data), "base64"));
  await aws.ebs().send(complete(id, 3, checksum(...digests)));
  expect(await readBack(id)).toEqual(sumsOf(blocks));
  const { Snapshots } = await aws.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
  expect(Snapshots![0]).toMatchObject({
    State: "completed",
    VolumeSize: 1,
    Tags: [{ Key: "a", Value: "b" }],
    Description: "d",
  });
});

describe("a block is refused", () => {
  let id: string;
  beforeAll(async () => (id = await started()));

  test.each([
    [
      "of another length",
      () => putBlock(id, 0, Buffer.alloc(BLOCK - 1, 1)),
      "ValidationException INVALID_PARAMETER_VALUE",
    ],
    [
      "whose checksum is another's",
      () => putBlock(id, 0, block(1), checksum(block(2))),
      "InvalidSignatureException undefined",
    ],
    ["beyond the volume", () => putBlock(id, 2048, block(1)), "ValidationException INVALID_BLOCK"],
    [
      "of an id that was never given out",
      () => putBlock("snap-12340000000000000", 0, block(1)),
      "ValidationException INVALID_SNAPSHOT_ID",
    ],
    ["of what is no id", () => putBlock("snap-THING", 0, block(1)), "ValidationException undefined"],
  ])("%s", async (_what, command, wanted) => {
    expect(await reason(aws.ebs().send(command()))).toBe(wanted);
  });

  test("of a snapshot that does not exist, or is a stranger's", async () => {
    const missing = putBlock("snap-0123456789abcdef0", 0, block(1));
    expect(await reason(aws.ebs().send(missing))).toBe("ResourceNotFoundException SNAPSHOT_NOT_FOUND");
    const foreign = aws.ebs(HOME, aws.stranger()).send(putBlock(id, 0, block(1)));
    expect(await reason(foreign)).toBe("ResourceNotFoundException SNAPSHOT_NOT_FOUND");
  });

  test("once the snapshot is complete", async () => {
    const done = await aws.snapshot();
    expect(await reason(aws.ebs().send(putBlock(done, 1, block(1))))).toBe(
      "ValidationException INVALID_SNAPSHOT_ID",
    );
  });
});

describe("completing", () => {
  const stateOf = async (id: string) =>
    (await aws.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots![0]!.State;

  test("with a wrong count of blocks is accepted, and ends in an error", async () => {
    const id = await started();
    await aws.ebs().send(putBlock(id, 0, block(1)));
    await aws.ebs().send(putBlock(id, 0, block(2)));
    expect((await aws.ebs().send(complete(id, 2))).Status).toBe("pending");
    expect(await stateOf(id)).toBe("error");
    expect(await reason(aws.ebs().send(putBlock(id, 1, block(1))))).toBe(
      "ValidationException INVALID_SNAPSHOT_ID",
    );
  });

  test("with an aggregate in another order is accepted, and ends in an error", async () => {
    const id = await started();
    for (const index of [0, 1]) await aws.ebs().send(putBlock(id, index, block(index)));
    const digests = [1, 0].map((value) => Buffer.from(checksum(block(value)), "base64"));
    expect((await aws.ebs().send(complete(id, 2, checksum(...digests)))).Status).toBe("pending");
    expect(await stateOf(id)).toBe("error");
  });

  test("with what is no checksum at all is refused", async () => {
    const id = await started();
    expect(await reason(aws.ebs().send(complete(id, 0, "Abracadabra!")))).toBe(
      "ValidationException undefined",
    );
  });

  test("takes its time, and says so again to whoever asks twice", async () => {
    const slow = await StandIn.start(1);
    try {
      stopClock();
      const id = await slow.snapshot();
      const state = async () => {
        const { Snapshots } = await slow.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }));
        return Snapshots![0]!.State;
      };
      expect(await errorName(state())).toBe("InvalidSnapshot.NotFound");
      advance(1.5);
      expect([await state(), await errorName(state()), await state()]).toEqual([
        "pending",
        "InvalidSnapshot.NotFound",
        "pending",
      ]);
      expect((await slow.ebs().send(complete(id, 1))).Status).toBe("pending");
      advance(2);
      expect(await state()).toBe("completed");
    } finally {
      await slow.stop();
    }
  });
});

describe("client tokens", () => {
  test("the same request finds the same snapshot, another one is a conflict", async () => {
    const first = await started({ ClientToken: "t1", Description: "one" });
    expect(await started({ ClientToken: "t1", Description: "one" })).toBe(first);
    expect(await errorName(started({ ClientToken: "t1", Description: "two" }))).toBe("ConflictException");
  });

  test("a deleted snapshot frees its token", async () => {
    const first = await started({ ClientToken: "t2" });
    await aws.ec2().send(new DeleteSnapshotCommand({ SnapshotId: first }));
    expect(await started({ ClientToken: "t2" })).not.toBe(first);
  });
});

test("an upload that nobody continues for its timeout fails", async () => {
  stopClock();
  const id = await started({ Timeout: 10 });
  await aws.ebs().send(putBlock(id, 0, block(1)));
  advance(9 * 60);
  await aws.ebs().send(putBlock(id, 1, block(1)));
  advance(9 * 60);
  const state = async () =>
    (await aws.ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots![0]!.State;
  expect(await state()).toBe("pending");
  advance(2 * 60);
  expect(await state()).toBe("error");
  expect(await errorName(aws.ebs().send(putBlock(id, 2, block(1))))).toBe("ValidationException");
});

test("a child holds its parent's blocks and lists what it changed", async () => {
  const parent = await aws.snapshot({ 0: block(1), 1: block(2) });
  const child = await aws.snapshot({ 1: block(3), 2: block(4) }, { ParentSnapshotId: parent });
  expect(await readBack(child)).toEqual(sumsOf({ 0: block(1), 1: block(3), 2: block(4) }));
  const changed = await aws
    .ebs()
    .send(new ListChangedBlocksCommand({ FirstSnapshotId: parent, SecondSnapshotId: child }));
  expect(changed.ChangedBlocks!.map((one) => one.BlockIndex)).toEqual([1, 2]);
  const unrelated = new ListChangedBlocksCommand({
    FirstSnapshotId: await aws.snapshot(),
    SecondSnapshotId: child,
  });
  expect(await reason(aws.ebs().send(unrelated))).toBe("ValidationException UNRELATED_SNAPSHOTS");
});

describe("reading", () => {
  test("pages until all blocks were listed once", async () => {
    const blocks = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [index * 2, block(9)]));
    const id = await aws.snapshot(blocks);
    const seen: number[] = [];
    let token: string | undefined;
    do {
      const page = await aws
        .ebs()
        .send(new ListSnapshotBlocksCommand({ SnapshotId: id, MaxResults: 100, NextToken: token }));
      seen.push(...page.Blocks!.map((one) => one.BlockIndex!));
      token = page.NextToken;
    } while (token !== undefined);
    expect(seen).toEqual(Object.keys(blocks).map(Number));
  });

  test("a block token opens its own block only, and not for ever", async () => {
    stopClock();
    const id = await aws.snapshot({ 0: block(1), 1: block(2) });
    const { Blocks } = await aws.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
    const get = (index: number) =>
      aws.ebs().send(
        new GetSnapshotBlockCommand({
          SnapshotId: id,
          BlockIndex: index,
          BlockToken: Blocks![0]!.BlockToken,
        }),
      );
    expect(await reason(get(0))).toBe("no error");
    expect(await reason(get(1))).toBe("ValidationException INVALID_BLOCK_TOKEN");
    advance(8 * 24 * 3600);
    expect(await reason(get(0))).toBe("ValidationException INVALID_BLOCK_TOKEN");
  });

  test("is for the owner and named accounts; a public snapshot is not for reading", async () => {
    const id = await aws.snapshot();
    const asStranger = () =>
      aws.ebs(HOME, aws.stranger()).send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
    const change = (what: "Add" | "Remove", whom: { Group?: "all"; UserId?: string }) =>
      aws
        .ec2()
        .send(
          new ModifySnapshotAttributeCommand({ SnapshotId: id, CreateVolumePermission: { [what]: [whom] } }),
        );
    expect(await errorName(asStranger())).toBe("ResourceNotFoundException");
    await change("Add", { Group: "all" });
    expect(await errorName(asStranger())).toBe("AccessDeniedException");
    await change("Add", { UserId: STRANGER });
    expect(await errorName(asStranger())).toBe("no error");
    expect(await readBack(id, aws.stranger())).toEqual(sumsOf({ 0: block(1) }));
  });
});

test("equal blocks are kept once, zeros never, and deleting frees the disk", async () => {
  const own = await StandIn.start();
  try {
    const files = () =>
      fs
        .readdirSync(path.join(own.directory, "blocks"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile()).length;
    const first = await own.snapshot({ 0: block(1), 1: block(1), 2: block(0), 3: block(2) });
    const second = await own.snapshot({ 0: block(2) });
    expect(files()).toBe(2);
    await own.ec2().send(new DeleteSnapshotCommand({ SnapshotId: first }));
    expect(files()).toBe(1);
    await own.ec2().send(new DeleteSnapshotCommand({ SnapshotId: second }));
    expect(files()).toBe(0);
    expect(fs.readdirSync(path.join(own.directory, "maps"))).toEqual([]);
    expect(await own.cloud.inventory()).toEqual([]);
  } finally {
    await own.stop();
  }
});

test.each([
  [{ VolumeSize: 0 }, "INVALID_VOLUME_SIZE"],
  [{ VolumeSize: 65_537 }, "INVALID_VOLUME_SIZE"],
  [{ Timeout: 9 }, "INVALID_PARAMETER_VALUE"],
  [{ Tags: [{ Key: "aws:x", Value: "y" }] }, "INVALID_TAG"],
  [{ Description: "x".repeat(256) }, "INVALID_PARAMETER_VALUE"],
])("StartSnapshot refuses %j", async (input, wanted) => {
  expect(await reason(started(input))).toBe(`ValidationException ${wanted}`);
});

import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DiskToSend,
  finishSnapshot,
  makeSnapshot,
  SnapshotUnfinished,
} from "../../../../clouds/aws/make-snapshot";
import { TAG } from "../../../../facts/tags";
import type { HashedBlock } from "../../../../disk/blocks";
import { awsError, BLOCK, FakeRegion } from "./fake-region";

let journalFolder: string;
beforeEach(() => {
  journalFolder = mkdtempSync(join(tmpdir(), "journal-"));
});
afterEach(() => rmSync(journalFolder, { recursive: true }));

const INDICES = [0, 1, 2, 5, 6, 9, 10, 11, 40, 41, 42, 43];
const PLAN = {
  owner: "urn:pulumi:demo::imprimatur::imprimatur:aws:Snapshot::x",
  sha256: "ab".repeat(32),
  size: 44 * BLOCK,
  description: "demo",
  tags: { Name: "demo" },
};

class Disk implements DiskToSend {
  reads = 0;
  readonly dataBlocks = INDICES.length;
  constructor(private readonly fill: (index: number) => number = (index) => index + 1) {}
  open(): AsyncIterable<HashedBlock> {
    const { fill } = this;
    const count = () => this.reads++;
    return (async function* () {
      for (const index of INDICES) {
        count();
        const data = Buffer.alloc(BLOCK, fill(index));
        yield { index, data, sha256: createHash("sha256").update(data).digest() };
      }
    })();
  }
  check(): void {}
}

const options = () => ({ waitLimit: 60_000, journalFolder });
const make = (region: FakeRegion, disk: DiskToSend = new Disk(), signal?: AbortSignal) =>
  makeSnapshot(region.session(signal), PLAN, disk, options());
const failure = async (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error as Error,
  );

/** Fails the nth call of this name. */
function nth(name: string, number: number, error: () => Error) {
  let seen = 0;
  return (call: string) => {
    if (call === name && ++seen === number) throw error();
  };
}

test("sends every data block once and hands over a completed snapshot", async () => {
  const region = new FakeRegion();
  const disk = new Disk();
  const id = await make(region, disk);
  expect(id).toBe("snap-1");
  expect(region.only().state).toBe("completed");
  expect([...region.stored].sort((a, b) => a - b)).toEqual(INDICES);
  expect(region.only().tags).toEqual({ Name: "demo" });
  expect(readdirSync(journalFolder)).toEqual([]);
});

describe("failures that pass are outlived", () => {
  test.each<[string, () => Error]>([
    ["throttling", () => awsError("RequestThrottledException", 400)],
    ["concurrent limit", () => awsError("ConcurrentLimitExceededException", 503)],
    ["internal error", () => awsError("InternalServerException", 500)],
    ["bare 503", () => awsError("UnknownError", 503)],
    ["connection reset", () => Object.assign(new Error("read"), { code: "ECONNRESET" })],
    ["no DNS for a moment", () => Object.assign(new Error("dns"), { code: "EAI_AGAIN" })],
    [
      "a block that arrived changed",
      () =>
        awsError("InvalidSignatureException", 403, {
          message: "The value passed in as x-amz-Checksum does not match the computed checksum.",
        }),
    ],
    [
      "a block that arrived too slowly",
      () =>
        awsError("ValidationException", 400, {
          Reason: "INVALID_PARAMETER_VALUE",
          message: "Failed to read block data",
        }),
    ],
    ["a 429 of whatever code", () => awsError("SomethingNew", 429)],
    [
      "write timed out there",
      () => awsError("ValidationException", 400, { Reason: "WRITE_REQUEST_TIMEOUT" }),
    ],
  ])("%s on every call, three times over", async (_name, error) => {
    const region = new FakeRegion();
    const tries = new Map<string, number>();
    region.fault = (call, index) => {
      const key = `${call} ${index}`;
      tries.set(key, (tries.get(key) ?? 0) + 1);
      if ((tries.get(key) ?? 0) <= 3) throw error();
    };
    await make(region);
    expect(region.only().state).toBe("completed");
    expect(region.stored).toHaveLength(INDICES.length);
  });
});

describe("failures that do not pass stop at once", () => {
  test.each<[string, () => Error]>([
    ["access denied", () => awsError("AccessDeniedException", 403)],
    ["expired session", () => awsError("ExpiredTokenException", 400)],
    ["quota", () => awsError("ServiceQuotaExceededException", 402)],
    ["validation", () => awsError("ValidationException", 400, { Reason: "INVALID_PARAMETER_VALUE" })],
    ["a block beyond the volume", () => awsError("ValidationException", 400, { Reason: "INVALID_BLOCK" })],
    ["a wrong signature", () => awsError("InvalidSignatureException", 403)],
  ])("%s is tried once", async (_name, error) => {
    const region = new FakeRegion();
    region.fault = (call, index) => {
      if (call === "PutSnapshotBlock" && index === 5) throw error();
    };
    const disk = new Disk();
    const thrown = await failure(make(region, disk));
    expect(thrown).toBeInstanceOf(SnapshotUnfinished);
    expect(thrown?.message).toContain("PutSnapshotBlock snap-1, block 5 in eu-test-1");
    expect(region.calls.filter((call) => call === "PutSnapshotBlock").length).toBeLessThan(INDICES.length);
    expect(region.count("CompleteSnapshot")).toBe(0);
  });

  test("StartSnapshot refused: nothing is left, and it is a plain error", async () => {
    const region = new FakeRegion();
    region.fault = nth("StartSnapshot", 1, () => awsError("AccessDeniedException", 403));
    const thrown = await failure(make(region));
    expect(thrown).not.toBeInstanceOf(SnapshotUnfinished);
    expect(region.snapshots.size).toBe(0);
  });

  test("a missing disk is found before anything is created", async () => {
    const region = new FakeRegion();
    const disk = new Disk();
    disk.open = () => {
      throw new Error("not there");
    };
    expect((await failure(make(region, disk)))?.message).toBe("not there");
    expect(region.count("StartSnapshot")).toBe(0);
  });
});

describe("an interrupted upload sends no block twice", () => {
  const stopAfter = (region: FakeRegion, blocks: number) => {
    region.fault = (call) => {
      if (call === "PutSnapshotBlock" && region.stored.length >= blocks)
        throw awsError("AccessDeniedException", 403);
    };
  };
  const eachOnce = (region: FakeRegion) => expect([...region.stored].sort((a, b) => a - b)).toEqual(INDICES);

  test("when the engine kept the id", async () => {
    const region = new FakeRegion();
    stopAfter(region, 5);
    const thrown = (await failure(make(region))) as SnapshotUnfinished;
    // Another machine, without the journal: the state has to be enough.
    rmSync(journalFolder, { recursive: true });
    region.fault = () => undefined;
    await finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options());
    eachOnce(region);
    expect(region.only().state).toBe("completed");
  });

  test("over three interruptions", async () => {
    const region = new FakeRegion();
    stopAfter(region, 2);
    let thrown = (await failure(make(region))) as SnapshotUnfinished;
    for (const blocks of [5, 7]) {
      stopAfter(region, blocks);
      thrown = (await failure(
        finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options()),
      )) as SnapshotUnfinished;
      expect(thrown).toBeInstanceOf(SnapshotUnfinished);
    }
    rmSync(journalFolder, { recursive: true });
    region.fault = () => undefined;
    await finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options());
    eachOnce(region);
  });

  test("when even the id was lost: found by its tag, and the journal knows the rest", async () => {
    const region = new FakeRegion();
    stopAfter(region, 5);
    await failure(make(region));
    region.fault = () => undefined;
    expect(await make(region)).toBe("snap-1");
    eachOnce(region);
  });

  test("when the snapshot cannot be seen yet: found by its client token", async () => {
    const region = new FakeRegion();
    region.hideNew = true;
    stopAfter(region, 5);
    await failure(make(region));
    region.fault = () => undefined;
    expect(await make(region)).toBe("snap-1");
    eachOnce(region);
  });

  test("when the engine kept the id of a snapshot that cannot be seen yet", async () => {
    const region = new FakeRegion();
    region.hideNew = true;
    stopAfter(region, 5);
    const thrown = (await failure(make(region))) as SnapshotUnfinished;
    region.fault = () => undefined;
    await finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options());
    eachOnce(region);
  });

  test("when it was killed while waiting for `completed`", async () => {
    const region = new FakeRegion();
    region.fault = nth("DeleteTags", 1, () => awsError("AccessDenied", 403));
    await failure(make(region));
    region.fault = () => undefined;
    const disk = new Disk();
    expect(await make(region, disk)).toBe("snap-1");
    expect(disk.reads).toBe(0);
    eachOnce(region);
    expect(region.only().tags).not.toHaveProperty(TAG.upload);
  });

  test("when it was stopped by the user", async () => {
    const region = new FakeRegion();
    const stop = new AbortController();
    region.fault = (call) => {
      if (call === "PutSnapshotBlock" && region.stored.length === 4) stop.abort();
    };
    const thrown = (await failure(make(region, new Disk(), stop.signal))) as SnapshotUnfinished;
    expect(thrown.message).toBe("stopped by request");
    region.fault = () => undefined;
    await finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options());
    eachOnce(region);
  });
});

describe("what must not be taken over", () => {
  test("a snapshot that is in somebody's state", async () => {
    const region = new FakeRegion();
    await make(region);
    expect(await make(region)).toBe("snap-2");
  });

  test("a deleted snapshot that StartSnapshot still answers", async () => {
    const region = new FakeRegion();
    await make(region);
    await region.remove("snap-1");
    expect(await make(region)).toBe("snap-2");
    expect(region.snapshots.size).toBe(1);
  });

  test("a snapshot that AWS ended", async () => {
    const region = new FakeRegion();
    region.fault = nth("PutSnapshotBlock", 1, () => awsError("AccessDeniedException", 403));
    const thrown = (await failure(make(region))) as SnapshotUnfinished;
    region.only().state = "error";
    region.fault = () => undefined;
    const again = (await failure(
      finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options()),
    )) as SnapshotUnfinished;
    expect(again.lost).toBe(true);
    expect(again.message).toContain("run `pulumi up` again");
    expect(await make(region)).toBe("snap-2");
  });
});

describe("a snapshot of other blocks than AWS was told", () => {
  /** AWS loses a block that it reported as stored; CompleteSnapshot is accepted, and the snapshot ends in `error`. */
  const losing = (region: FakeRegion) => {
    region.fault = (call) => {
      if (call === "CompleteSnapshot") region.only().blocks.delete(INDICES[3]!);
    };
  };
  const told =
    /snap-1 in eu-test-1 was ended by AWS \(it gives no reason: .*\); run `pulumi up` again: a new one is made/;

  test("is not left behind, and the next `up` sends everything to a new one", async () => {
    const region = new FakeRegion();
    losing(region);
    const thrown = await failure(make(region));
    expect(thrown).not.toBeInstanceOf(SnapshotUnfinished);
    expect(thrown?.message).toMatch(told);
    expect(region.snapshots.size).toBe(0);
    expect(readdirSync(journalFolder)).toEqual([]);
    region.fault = () => undefined;
    expect(await make(region)).toBe("snap-2");
    expect(region.only().blocks.size).toBe(INDICES.length);
  });

  test("is named when it cannot even be deleted", async () => {
    const region = new FakeRegion();
    losing(region);
    const lose = region.fault;
    region.fault = (call) => {
      lose(call);
      if (call === "DeleteSnapshot") throw awsError("UnauthorizedOperation", 403);
    };
    expect((await failure(make(region)))?.message).toMatch(/could not be deleted: DeleteSnapshot snap-1/);
  });

  test("is lost at once when the engine kept its id: one further `up` replaces it", async () => {
    const region = new FakeRegion();
    region.fault = nth("PutSnapshotBlock", 3, () => awsError("AccessDeniedException", 403));
    const thrown = (await failure(make(region))) as SnapshotUnfinished;
    losing(region);
    const again = (await failure(
      finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options()),
    )) as SnapshotUnfinished;
    expect([again.lost, again.arrived]).toEqual([true, []]);
    expect(again.message).toMatch(told);
  });
});

test.each([409, 503])(
  "a client token of another request, said with %d, is left for the next one",
  async (status) => {
    const region = new FakeRegion();
    region.fault = nth("StartSnapshot", 1, () => awsError("ConflictException", status));
    await make(region);
    expect(region.count("StartSnapshot")).toBe(2);
  },
);

test("an unfinished snapshot that somebody deleted is said to be lost, and replaced", async () => {
  const region = new FakeRegion();
  region.fault = nth("PutSnapshotBlock", 3, () => awsError("AccessDeniedException", 403));
  const thrown = (await failure(make(region))) as SnapshotUnfinished;
  region.fault = () => undefined;
  await region.remove("snap-1");
  const again = (await failure(
    finishSnapshot(region.session(), thrown.snapshotId, new Disk(), thrown.arrived, options()),
  )) as SnapshotUnfinished;
  expect(again.lost).toBe(true);
  expect(again.message).toContain("snap-1 in eu-test-1 is gone; run `pulumi up` again");
});

describe("a disk that is not the inspected one", () => {
  const other = new Disk();
  other.check = () => {
    throw new Error("changed since inspect");
  };

  test("is never completed, and the pending snapshot goes away", async () => {
    const region = new FakeRegion();
    const thrown = await failure(make(region, other));
    expect(thrown).not.toBeInstanceOf(SnapshotUnfinished);
    expect(thrown?.message).toBe("changed since inspect");
    expect(region.count("CompleteSnapshot")).toBe(0);
    expect(region.snapshots.size).toBe(0);
    expect(readdirSync(journalFolder)).toEqual([]);
  });

  test("is told when it changed between two runs, and then sent again where it changed", async () => {
    const region = new FakeRegion();
    region.fault = (call) => {
      if (call === "PutSnapshotBlock" && region.stored.length >= 5)
        throw awsError("AccessDeniedException", 403);
    };
    let thrown = (await failure(make(region, new Disk(() => 7)))) as SnapshotUnfinished;
    rmSync(journalFolder, { recursive: true });
    region.fault = () => undefined;
    thrown = (await failure(
      finishSnapshot(region.session(), "snap-1", new Disk(), thrown.arrived, options()),
    )) as SnapshotUnfinished;
    expect(thrown.message).toContain("not the one that an earlier run began to upload");
    await finishSnapshot(region.session(), "snap-1", new Disk(), thrown.arrived, options());
    for (const [index, data] of region.only().blocks) expect(data[0]).toBe(index + 1);
  });
});

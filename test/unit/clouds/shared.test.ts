import fc from "fast-check";
import { formatBytes, formatSeconds } from "../../../facts/words";
import { AdaptiveLimit } from "../../../clouds/adaptive-limit";
import { checkpointGroup, checkpointIndices, staleGroups } from "../../../clouds/upload-checkpoint";
import { ByteBudget } from "../../../clouds/byte-budget";
import { forEachParallel } from "../../../clouds/parallel";
import { CloudFailure } from "../../../clouds/failure";
import { Progress } from "../../../clouds/progress";
import { formatRanges, parseRanges } from "../../../clouds/ranges";

describe("ranges", () => {
  test.each<[number[], string]>([
    [[], ""],
    [[7], "7"],
    [[3, 1, 2, 9, 11, 10], "1-3,9-11"],
  ])("%j is %j", (indices, text) => expect(formatRanges(indices)).toBe(text));

  test("any set survives the round trip", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5000)), (indices) => {
        expect([...parseRanges(formatRanges(indices))]).toEqual([...indices].sort((a, b) => a - b));
      }),
    );
  });

  test.each(["1-", "a", "1,,2", "-3"])("%j is refused", (text) =>
    expect(() => parseRanges(text)).toThrow("block ranges"),
  );
});

describe("a failure", () => {
  const failure = new CloudFailure("denied", "Sign key-1 in eu-west-1: AccessDenied", {
    code: "AccessDenied",
    cure: "let the role do this",
  });
  test.each<[string, CloudFailure, string]>([
    ["ends with its cure", failure, "Sign key-1 in eu-west-1: AccessDenied; let the role do this"],
    [
      "has one cure, the one of whoever knows best",
      failure.curedBy("ask the key's owner"),
      "Sign key-1 in eu-west-1: AccessDenied; ask the key's owner",
    ],
    [
      "says what is worth knowing before the cure",
      failure.noting("gave up after 8 tries"),
      "Sign key-1 in eu-west-1: AccessDenied (gave up after 8 tries); let the role do this",
    ],
  ])("%s", (_name, told, message) => {
    expect(told).toMatchObject({ message, kind: "denied", code: "AccessDenied" });
  });
});

describe("what arrived", () => {
  const digests = new Map([1, 2, 5].map((index) => [index, Buffer.alloc(32, index)]));
  test("is believed of the same disk", () => {
    const groups = checkpointGroup(digests);
    expect(checkpointIndices(groups)).toEqual(new Set([1, 2, 5]));
    expect(staleGroups(groups, new Map([...digests, [9, Buffer.alloc(32)]]))).toEqual([]);
  });
  test.each<[string, Map<number, Buffer>]>([
    ["a block differs", new Map([...digests, [2, Buffer.alloc(32, 77)]])],
    ["a block became zero", new Map([...digests].slice(1))],
  ])("is not believed when %s", (_name, disk) =>
    expect(staleGroups(checkpointGroup(digests), disk)).toHaveLength(1),
  );
});

describe("adaptive limit", () => {
  const drive = (
    limit: AdaptiveLimit,
    clock: { at: number },
    rate: (limit: number) => number,
    requests: number,
  ) => {
    for (let i = 0; i < requests; i++) {
      clock.at += 1 / rate(limit.value);
      limit.succeeded();
    }
  };

  test("grows as long as it pays, and stays near the knee", () => {
    const clock = { at: 0 };
    const limit = new AdaptiveLimit({ start: 4, most: 64, now: () => clock.at });
    drive(limit, clock, (workers) => Math.min(workers, 24), 4000);
    expect(limit.value).toBeGreaterThanOrEqual(16);
    expect(limit.value).toBeLessThanOrEqual(40);
  });

  test("a storm of refusals halves it once, not to nothing", () => {
    const limit = new AdaptiveLimit({ start: 32, now: () => 0 });
    for (let i = 0; i < 32; i++) limit.throttled();
    expect(limit.value).toBe(16);
  });

  test("never falls under one", () => {
    const limit = new AdaptiveLimit({ start: 2, now: () => 0 });
    for (let i = 0; i < 10; i++) {
      limit.throttled();
      for (let j = 0; j < 8; j++) limit.succeeded();
    }
    expect(limit.value).toBeGreaterThanOrEqual(1);
  });
});

describe("parallel work", () => {
  test("never has more in flight than the limit, and does everything", async () => {
    const limit = new AdaptiveLimit({ start: 3, most: 3 });
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEachParallel(
      Array.from({ length: 20 }, (_, i) => i),
      limit,
      new AbortController().signal,
      { bytes: () => 0 },
      async (item) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        done.push(item);
      },
    );
    expect(most).toBe(3);
    expect(done).toHaveLength(20);
  });

  test("the first error stops the rest, and is the one thrown", async () => {
    const limit = new AdaptiveLimit({ start: 2, most: 2 });
    const begun: number[] = [];
    const work = forEachParallel(
      [1, 2, 3, 4, 5, 6, 7, 8],
      limit,
      new AbortController().signal,
      { bytes: () => 0 },
      async (item) => {
        begun.push(item);
        if (item === 3) throw new Error("three");
        await new Promise((resolve) => setImmediate(resolve));
      },
    );
    await expect(work).rejects.toThrow("three");
    expect(begun.length).toBeLessThan(8);
  });

  test("all transfers together keep to the budget, and none is starved by one that never ends", async () => {
    const budget = new ByteBudget(10);
    const stuck = new AbortController();
    const limit = () => new AdaptiveLimit({ start: 8, least: 8, most: 8 });
    let held = 0;
    let most = 0;
    const hold = async (bytes: number, until: Promise<unknown>) => {
      most = Math.max(most, (held += bytes));
      await until;
      held -= bytes;
    };
    const never = forEachParallel(
      [4, 4, 4],
      limit(),
      stuck.signal,
      { bytes: (n) => n, budget },
      (n, signal) => hold(n, new Promise((resolve) => signal.addEventListener("abort", resolve))),
    );
    const done: number[] = [];
    const soon = () => new Promise((resolve) => setImmediate(resolve));
    const other = new AbortController().signal;
    await forEachParallel([1, 2, 2, 1, 2, 1], limit(), other, { bytes: (n) => n, budget }, async (n) => {
      await hold(n, soon());
      done.push(n);
    });
    expect(done).toHaveLength(6);
    expect(most).toBe(10);
    stuck.abort(new Error("enough"));
    await expect(never).rejects.toThrow("enough");
    expect(held).toBe(0);
    // Callers that were stopped while waiting hold nothing.
    expect(await budget.share().take(10, other)).toBe(true);
  });

  test("a request larger than the whole budget is let through alone", async () => {
    const budget = new ByteBudget(10);
    const { signal } = new AbortController();
    const [large, small] = [budget.share(), budget.share()];
    await large.take(30, signal);
    const order: string[] = [];
    const waiting = small.take(1, signal).then(() => order.push("small"));
    order.push("large done");
    large.give(30);
    await waiting;
    expect(order).toEqual(["large done", "small"]);
  });
});

test("progress says how much, how fast and how long still, these numbers first, at most twice a second", () => {
  const clock = { at: 0 };
  const lines: string[] = [];
  const progress = new Progress({
    what: "up",
    totalBytes: 8 << 20,
    show: (line) => lines.push(line),
    now: () => clock.at,
  });
  progress.skipped(1 << 20);
  for (let i = 0; i < 40; i++) {
    clock.at += 25;
    progress.moved(1 << 16);
  }
  expect(lines).toHaveLength(3);
  expect(lines[1]).toBe("28 %, 2.5 MiB/s, 3 s left: up, 2.3 MiB of 8 MiB, 1 MiB kept from before");
});

test.each<[number, string]>([
  [0, "0 B"],
  [524_288, "512 KiB"],
  [1.5 * 1024 ** 3, "1.5 GiB"],
  [200 * 1024 ** 2, "200 MiB"],
])("%d bytes are %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test.each<[number, string]>([
  [3.2, "4 s"],
  [200, "3 min 20 s"],
  [7500, "2 h 5 min"],
])("%d seconds are %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

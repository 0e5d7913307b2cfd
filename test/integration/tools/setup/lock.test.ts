import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { withLock } from "../../../../tools/setup/lock";

describe("work under a lock", () => {
  let lock: string;
  beforeEach(() => {
    lock = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-lock-")), "set-up.lock");
    jest.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    fs.rmSync(path.dirname(lock), { recursive: true });
  });

  test("is done by one at a time, and all of it is done", async () => {
    let inside = 0;
    let most = 0;
    let done = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      done++;
    };
    await Promise.all([withLock(lock, work), withLock(lock, work)]);
    expect({ most, done }).toEqual({ most: 1, done: 2 });
  });

  test("is not held up by the lock of a process that was killed", async () => {
    const killed = spawnSync(process.execPath, ["-e", ""]).pid;
    fs.writeFileSync(lock, String(killed));
    await expect(withLock(lock, () => Promise.resolve("done"))).resolves.toBe("done");
  });

  test("gives the lock back when it fails", async () => {
    await expect(withLock(lock, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(fs.existsSync(lock)).toBe(false);
  });
});

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { NotInspectable } from "./tree";

/** The largest file that a rule has a reason to read: dpkg's status of a full desktop is about 10 MB. */
export const READ_LIMIT = 64 * 1024 * 1024;

export interface Debugfs {
  /** Bytes of a block of the file system. */
  blockSize: number;
  /** One request of debugfs(8), without a line break in it. */
  ask: (request: string) => { out: Buffer; problem: string };
}

/**
 * e2fsprogs' `debugfs` on the ext2/3/4 file system at `start` bytes of `disk` (read-only, `file?offset=N`, debugfs(8)).
 *
 * @throws {NotInspectable} debugfs is missing, or finds no ext file system there
 */
export function openDebugfs(disk: string, start: number): Debugfs {
  const debugfs = findDebugfs();
  const device = `${disk}?offset=${start}`;

  /** debugfs exits with 0 whatever happens; what went wrong is on stderr, below its own banner. */
  const ask: Debugfs["ask"] = (request) => {
    // -c skips the bitmaps: faster, and a damaged bitmap must not stop the reading of a file.
    const { stdout, stderr, error } = spawnSync(debugfs, ["-c", "-R", request, device], {
      maxBuffer: READ_LIMIT * 2,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBUGFS_PAGER: "__none__" },
    });
    if (error) throw new NotInspectable(`debugfs: ${error.message}`);
    return { out: stdout, problem: stderr.toString().split("\n").slice(1).join(" ").trim() };
  };

  const stats = ask("stats").out.toString();
  const blockSize = /^Block size:\s+(\d+)/m.exec(stats)?.[1];
  if (!/^Filesystem magic number:\s+0xEF53/m.test(stats) || blockSize === undefined) {
    throw new NotInspectable("the root partition holds no ext2, ext3 or ext4 file system");
  }
  return { blockSize: Number(blockSize), ask };
}

function findDebugfs(): string {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  const found = folders.map((folder) => `${folder}/debugfs`).find((file) => existsSync(file));
  if (!found) throw new NotInspectable("debugfs is not installed; install the package e2fsprogs");
  return found;
}

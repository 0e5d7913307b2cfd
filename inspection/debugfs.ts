import { spawnSync } from "node:child_process";
import { programPath } from "../facts/programs";
import { NotInspectable } from "./tree";

interface Debugfs {
  /**
   * One debugfs(8) request. Files are named by inode, `<12>`: no name from the disk is ever part of a request.
   *
   * @param limit maximum bytes of its output
   * @throws {NotInspectable} when debugfs takes too long, prints too much or crashes: the disk is hostile
   */
  ask: (request: string, limit: number) => { out: Buffer; problem: string };
}

/** Milliseconds for one request, which takes a few on a sound disk. A file system that exceeds it gets no more. */
const TIME_LIMIT = 60_000;
/** Requests; a Debian cloud image needs about 100. */
const MOST_REQUESTS = 20_000;
/** Longest error message in characters. */
const COMPLAINT = 300;

/** Path of descriptor 3 in the child process. */
const GIVEN = process.platform === "linux" ? "/proc/self/fd/3" : "/dev/fd/3";

/**
 * e2fsprogs' `debugfs` on the ext2/3/4 file system at `start` bytes of an open disk, read-only.
 *
 * @param disk its descriptor: debugfs would interpret a `?` in a file name as the start of options
 * @throws {NotInspectable} when debugfs is missing
 */
export function openDebugfs(disk: number, start: number): Debugfs {
  const debugfs = findDebugfs();
  let left = MOST_REQUESTS;
  let late = false;
  return {
    ask(request, limit) {
      if (late) throw new NotInspectable(`debugfs gave no answer within ${TIME_LIMIT / 1000} s`);
      if (left-- <= 0) throw new NotInspectable(`it takes more than ${MOST_REQUESTS} questions to debugfs`);
      // -c skips the bitmaps: faster, and a damaged bitmap must not prevent reading a file.
      const { stdout, stderr, error, signal } = spawnSync(
        debugfs,
        ["-c", "-R", request, `${GIVEN}?offset=${start}`],
        {
          maxBuffer: limit,
          timeout: TIME_LIMIT,
          killSignal: "SIGKILL",
          stdio: ["ignore", "pipe", "pipe", disk],
          env: { ...process.env, DEBUGFS_PAGER: "__none__" },
        },
      );
      const code: unknown = error && "code" in error ? error.code : undefined;
      if (code === "ETIMEDOUT") late = true;
      if (code === "ENOBUFS") throw new NotInspectable(`debugfs answers with more than ${limit} bytes`);
      if (error) throw new NotInspectable(`debugfs: ${error.message}`);
      if (signal) throw new NotInspectable(`debugfs ended with ${signal}`);
      // It always exits with 0; errors are on stderr, below its banner.
      const complaint = stderr.toString().split("\n").slice(1).join(" ").trim();
      return { out: stdout, problem: complaint.slice(0, COMPLAINT) };
    },
  };
}

function findDebugfs(): string {
  const found = programPath("debugfs");
  if (!found) throw new NotInspectable("debugfs is not installed; install the package e2fsprogs");
  return found;
}

import fs from "node:fs";
import path from "node:path";
import type { Checkout } from "./checkout";

const PLUGIN = "provider/pulumi-resource-imprimatur";
/** Every system call that can bring bytes of a file into a process, and those that open and close descriptors. */
const CALLS =
  "openat,open,close,read,readv,pread64,preadv,preadv2,mmap,sendfile,copy_file_range,splice,io_uring_setup";

/** Every read of one file by the provider plugin, counted by the kernel's tracing, so that the plugin cannot know. */
export class TracedReads {
  private constructor(private readonly folder: string) {}

  /** From now on the checkout's plugin is started under strace, and stays the engine's own child. */
  static of(checkout: Checkout, file: string): TracedReads {
    const folder = checkout.path(".trace");
    fs.mkdirSync(folder);
    const plugin = checkout.path(PLUGIN);
    const traced = `${plugin}-traced`;
    fs.renameSync(plugin, traced);
    const strace = `strace -D -f -ff --seccomp-bpf -qq -ttt -y -s 0 -e trace=${CALLS} -P '${checkout.path(file)}'`;
    fs.writeFileSync(plugin, `#!/bin/sh\nexec ${strace} -o '${folder}/thread' '${traced}' "$@"\n`, {
      mode: 0o755,
    });
    return new TracedReads(folder);
  }

  /** Bytes read through each opening of the file, openings without a read left out. */
  perOpening(): number[] {
    const calls = fs
      .readdirSync(this.folder)
      .flatMap((thread) => fs.readFileSync(path.join(this.folder, thread), "utf8").split("\n"))
      .flatMap((line) => callOf(line))
      .sort((a, b) => a.time - b.time);
    const open = new Map<number, number>();
    const done: number[] = [];
    for (const { name, descriptor, result } of calls) {
      if (name === "close") {
        done.push(open.get(descriptor) ?? 0);
        open.delete(descriptor);
      } else open.set(descriptor, (open.get(descriptor) ?? 0) + result);
    }
    return [...done, ...open.values()].filter((bytes) => bytes > 0);
  }
}

interface TracedCall {
  time: number;
  name: string;
  descriptor: number;
  /** For a read: bytes. */
  result: number;
}

/**
 * `1795547662.05 preadv(18</disk.raw>, [...], 8, 0) = 4194304`: one line, one call; lines of other forms are skipped.
 */
function callOf(line: string): TracedCall[] {
  const found = /^(\d+\.\d+) (\w+)\((\d+)<.*\)\s+= (\d+)/.exec(line);
  if (!found) return [];
  const [, time, name = "", descriptor, result] = found;
  return [{ time: Number(time), name, descriptor: Number(descriptor), result: Number(result) }];
}

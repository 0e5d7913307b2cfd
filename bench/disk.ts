import { execFileSync } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { MIB } from "../facts/units";
import { readBlocks } from "../disk/blocks";
import { digestDisk } from "../disk/digest";
import { Disk } from "../disk/disk";
import { gzip } from "../disk/gzip";
import { sparseTar } from "../disk/sparse-tar";

/*
 * `npx tsx bench/disk.ts disk.raw`: how long this project takes for a disk, beside the tools that people use for the
 * same. Turns alternate, so that a busy machine is busy for both; the ratio of the medians is what counts.
 */

const ROUNDS = 3;

interface Race {
  name: string;
  ours: (raw: string, scratch: string) => Promise<void>;
  /** Command line of the tool compared with. */
  theirs: string;
  needs: string[];
}

const RACES: Race[] = [
  {
    name: "SHA-256 and SHA-512 of the file, and the block map",
    ours: (raw) => withDisk(raw, (disk) => digestDisk(disk)),
    theirs: 'sha256sum "$1" >/dev/null && sha512sum "$1" >/dev/null',
    needs: ["sha256sum", "sha512sum"],
  },
  {
    name: "the data blocks, read",
    ours: (raw) =>
      withDisk(raw, async (disk) => {
        for await (const block of readBlocks(disk)) void block;
      }),
    theirs: 'tar --sparse -cf - "$1" | cat >/dev/null',
    needs: ["tar"],
  },
  {
    name: "the archive for Compute Engine",
    ours: (raw, scratch) =>
      withDisk(raw, (disk) =>
        pipeline(gzip(sparseTar(disk)), createWriteStream(join(scratch, "ours.tar.gz"))),
      ),
    theirs: 'tar --sparse --format=oldgnu -cf - "$1" | pigz -6 >"$2/theirs.tar.gz"',
    needs: ["tar", "pigz"],
  },
];

async function withDisk(raw: string, use: (disk: Disk) => Promise<unknown>): Promise<void> {
  const disk = await Disk.open(raw);
  try {
    await use(disk);
  } finally {
    await disk.close();
  }
}

async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1] ?? NaN;
}

/** Bytes that this process has read, by the kernel's count; 0 where there is no such count. */
function bytesRead(): number {
  if (!existsSync("/proc/self/io")) return 0;
  return Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

async function main(raw: string | undefined): Promise<void> {
  if (raw === undefined || !existsSync(raw))
    throw new Error("name a raw disk: npx tsx bench/disk.ts disk.raw");
  const { size, blocks } = statSync(raw);
  console.log(`${raw}: ${size} bytes, ${blocks * 512} of them allocated`);
  const scratch = mkdtempSync(join(tmpdir(), "imprimatur-bench-"));
  const folders = (process.env.PATH ?? "").split(":");
  try {
    for (const { name, ours, theirs, needs } of RACES) {
      const missing = needs.filter((tool) => !folders.some((folder) => existsSync(join(folder, tool))));
      if (missing.length > 0) {
        console.log(`${name}: not measured, ${missing.join(" and ")} is missing`);
        continue;
      }
      const times = { ours: [] as number[], theirs: [] as number[] };
      let read = 0;
      for (let round = 0; round < ROUNDS; round++) {
        // The kernel counts what children have read as well, once they have ended.
        const before = bytesRead();
        times.ours.push(await seconds(() => ours(raw, scratch)));
        read = Math.round((bytesRead() - before) / MIB);
        times.theirs.push(
          await seconds(() => execFileSync("sh", ["-c", theirs, "sh", raw, scratch], { stdio: "ignore" })),
        );
      }
      const [mine, other] = [median(times.ours), median(times.theirs)];
      console.log(
        `${name}: ${mine.toFixed(1)} s, theirs ${other.toFixed(1)} s, ratio ${(mine / other).toFixed(2)}; ${read} MiB read`,
      );
    }
    console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

import { execFileSync } from "node:child_process";
import {
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createBrotliCompress } from "node:zlib";
import { PACKED } from "../../cli/try/demo-disk";
import { GIB, MIB } from "../../facts/units";
import { CONTENT } from "./content";

/*
 * `npx tsx tools/demo/build.ts`: makes the demo disk and packs it into the file that is committed beside this file.
 * Needed only when the demo changes; wants fdisk, dosfstools, mtools and e2fsprogs. No root rights, loop devices or
 * mounts, and the same bytes from the same tools.
 *
 *   0        1 MiB                65 MiB                                     1 GiB
 *   | GPT    | ESP, FAT32         | ext4 root, type root-x86-64              | GPT |
 */

/** Compute Engine takes whole GiB only. */
const SIZE = GIB;
const ESP = { start: MIB, length: 64 * MIB };
const ROOT = { start: 65 * MIB, length: SIZE - 66 * MIB };

const IDS = {
  disk: "d3300000-0000-4000-8000-000000000000",
  esp: "d3300000-0000-4000-8000-000000000001",
  root: "d3300000-0000-4000-8000-000000000002",
  rootFileSystem: "d3300000-0000-4000-8000-000000000003",
  hashSeed: "d3300000-0000-4000-8000-000000000004",
  espSerial: "d3300001",
};
/** 2026-11-20 00:00 UTC, seconds: the time of everything on the disk. */
const EPOCH = 1_795_132_800;

/**
 * Makes the raw disk.
 *
 * @throws with a tool's output, or the name of a missing one
 */
export function buildDemoDisk(raw: string): void {
  const work = mkdtempSync(join(tmpdir(), "imprimatur-demo-"));
  try {
    writeFileSync(raw, "");
    truncateSync(raw, SIZE);
    makePartitions(raw);
    makeEsp(raw, join(work, "esp"));
    makeRoot(raw, join(work, "root"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function makePartitions(raw: string): void {
  const line = ({ start, length }: typeof ESP, rest: string) =>
    `start=${start / 512}, size=${length / 512}, ${rest}`;
  const table = [
    "label: gpt",
    `label-id: ${IDS.disk}`,
    line(ESP, `type=c12a7328-f81f-11d2-ba4b-00a0c93ec93b, uuid=${IDS.esp}, name=esp`),
    line(ROOT, `type=4f68bce3-e8cd-4db1-96e7-fbcaf984b709, uuid=${IDS.root}, name=root`),
  ];
  tool("sfdisk", ["--quiet", raw], `${table.join("\n")}\n`);
}

function makeEsp(raw: string, folder: string): void {
  const image = `${folder}.img`;
  writeFileSync(image, "");
  truncateSync(image, ESP.length);
  tool("mkfs.vfat", ["-F", "32", "-s", "1", "-n", "ESP", "-i", IDS.espSerial, "--invariant", image]);
  writeTree(folder, CONTENT.esp);
  const names = [...new Set(Object.keys(CONTENT.esp).map((path) => path.split("/")[0] ?? ""))];
  tool("mcopy", ["-s", "-m", "-i", image, ...names.map((name) => join(folder, name)), "::/"]);
  place(image, raw, ESP.start);
}

function makeRoot(raw: string, folder: string): void {
  writeTree(folder, CONTENT.root);
  const image = `${folder}.img`;
  tool("mke2fs", [
    ...[
      "-q",
      "-t",
      "ext4",
      "-d",
      folder,
      "-L",
      "root",
      "-U",
      IDS.rootFileSystem,
      "-N",
      "1024",
      "-J",
      "size=4",
    ],
    ...["-E", `hash_seed=${IDS.hashSeed},root_owner=0:0`, image, `${ROOT.length / 1024}k`],
  ]);
  // mke2fs takes owner and times of inodes from the files that it copies.
  const paths = new Set(Object.keys(CONTENT.root).flatMap((path) => [path, ...parentsOf(path)]));
  const fields = {
    uid: "0",
    gid: "0",
    atime: `@${EPOCH}`,
    ctime: `@${EPOCH}`,
    mtime: `@${EPOCH}`,
    crtime: `@${EPOCH}`,
  };
  const extra = ["atime", "ctime", "mtime", "crtime"].map((field) => [`${field}_extra`, "0"] as const);
  const requests = ["/", "/lost+found", ...[...paths].map((path) => `/${path.replace(/\/$/, "")}`)].flatMap(
    (path) =>
      [...Object.entries(fields), ...extra].map(
        ([field, value]) => `set_inode_field ${path} ${field} ${value}`,
      ),
  );
  tool("debugfs", ["-w", "-f", "-", image], `${requests.join("\n")}\n`);
  place(image, raw, ROOT.start);
}

function writeTree(folder: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    const at = join(folder, path);
    if (path.endsWith("/")) mkdirSync(at, { recursive: true });
    else {
      mkdirSync(dirname(at), { recursive: true });
      writeFileSync(at, content, { mode: path.endsWith("shadow") ? 0o640 : 0o644 });
    }
  }
  for (const path of Object.keys(files).flatMap((path) => [path, ...parentsOf(path)])) {
    utimesSync(join(folder, path), EPOCH, EPOCH);
  }
}

function parentsOf(path: string): string[] {
  const parent = dirname(path);
  return parent === "." ? [] : [parent, ...parentsOf(parent)];
}

function place(image: string, raw: string, start: number): void {
  const blocks = [`bs=${MIB}`, `seek=${start / MIB}`];
  tool("dd", [`if=${image}`, `of=${raw}`, ...blocks, "conv=notrunc,sparse", "status=none"]);
}

function tool(name: string, args: string[], input?: string): void {
  execFileSync(name, args, {
    ...(input !== undefined && { input }),
    stdio: [input === undefined ? "ignore" : "pipe", "ignore", "pipe"],
    env: {
      ...process.env,
      PATH: `${process.env.PATH}:/usr/sbin:/sbin`,
      TZ: "UTC",
      SOURCE_DATE_EPOCH: String(EPOCH),
      // e2fsprogs before 1.47.1 knows only this one.
      E2FSPROGS_FAKE_TIME: String(EPOCH),
    },
  });
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "imprimatur-demo-"));
  try {
    const raw = join(folder, "demo.raw");
    buildDemoDisk(raw);
    const brotli = createBrotliCompress({ params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
    await pipeline(createReadStream(raw), brotli, createWriteStream(PACKED));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${PACKED}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

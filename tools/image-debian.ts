import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { MIB } from "../facts/units";
import { type DebianSources, debianSources } from "./debian/sources";

/*
 * `npm run image:debian`: a real Debian system as a raw disk, from Debian's own packages, without loop devices or a
 * virtual machine. The disk is kept in the user's cache folder under the digest of all that it is made from: this
 * recipe and the signed package lists.
 *
 *   0        1 MiB                    257 MiB                              2 GiB
 *   | GPT    | ESP: systemd-boot,     | ext4 root, type root-x86-64         | GPT |
 *   |        | kernel, initrd         | grown by cloud-init at first boot   |     |
 */

const SIZE = 2048 * MIB;
const ESP = { start: MIB, length: 256 * MIB };
const ROOT = { start: 257 * MIB, length: SIZE - 258 * MIB };

const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
/** Discoverable Partitions Specification: the root of an x86-64 system. */
const ROOT_TYPE = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";

const PACKAGES = [
  ...["linux-image-cloud-amd64", "systemd-boot", "initramfs-tools", "zstd"],
  ...["systemd-sysv", "systemd-resolved", "systemd-timesyncd", "libnss-resolve", "udev", "dbus", "iproute2"],
  ...["cloud-init", "cloud-guest-utils", "openssh-server", "sudo", "ca-certificates", "unattended-upgrades"],
];
/** NoCloud is for boot checks on the publisher's own machine. */
const DATASOURCES = ["NoCloud", "Ec2", "GCE", "Azure"];

const TOOLS: Record<string, string> = {
  mmdebstrap: "mmdebstrap",
  sfdisk: "fdisk",
  mcopy: "mtools",
  "mkfs.vfat": "dosfstools",
  mke2fs: "e2fsprogs",
  "apt-get": "apt (a Debian system)",
};

/** Names of the Debian packages that are missing for the build. */
function missingTools(): string[] {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
  return Object.entries(TOOLS)
    .filter(([tool]) => !folders.some((folder) => existsSync(join(folder, tool))))
    .map(([, debianPackage]) => debianPackage);
}

/** Everything in the disk follows from this digest: file name, partition and file-system ids. */
function recipeDigest(sources: DebianSources): Buffer {
  const hash = createHash("sha256");
  for (const file of ["image-debian.ts", "debian/customize.sh", "debian/fill.sh"]) {
    hash.update(readFileSync(join(__dirname, file)));
  }
  return hash.update(JSON.stringify(sources)).digest();
}

/** A UUID (RFC 9562, version 8) that belongs to one use in one recipe. */
function uuidOf(digest: Buffer, use: string): string {
  const bytes = createHash("sha256").update(digest).update(use).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function build(sources: DebianSources, digest: Buffer, disk: string): Promise<void> {
  const rootPartition = uuidOf(digest, "root partition");
  const espSerial = uuidOf(digest, "esp serial")
    .slice(0, 8)
    .toUpperCase()
    .replace(/^(.{4})/, "$1-");
  execFileSync("truncate", ["-s", String(SIZE), disk]);
  chmodSync(disk, 0o666); // written by mmdebstrap's mapped user when this is not run by root
  const table = [
    "label: gpt",
    `label-id: ${uuidOf(digest, "disk")}`,
    `start=${ESP.start / 512}, size=${ESP.length / 512}, type=${ESP_TYPE}, uuid=${uuidOf(digest, "esp")}, name=esp`,
    `start=${ROOT.start / 512}, size=${ROOT.length / 512}, type=${ROOT_TYPE}, uuid=${rootPartition}, name=root`,
  ];
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  execFileSync("sfdisk", ["--quiet", disk], {
    input: `${table.join("\n")}\n`,
    env: { ...process.env, PATH: path },
  });

  const list = `${disk}.sources.list`;
  writeFileSync(list, `${sources.lines.join("\n")}\n`);
  await run(
    "mmdebstrap",
    [
      // customize.sh cleans up by itself. mmdebstrap's own cleaning runs apt with a configuration file inside the tree,
      // and with the machine's own, emptying the machine's package lists, once that file is gone.
      "--skip=cleanup/apt,cleanup/mmdebstrap",
      ...["--variant=minbase", "--format=null", `--include=${PACKAGES.join(",")}`],
      `--customize-hook=cp '${list}' "$1/etc/apt/sources.list"`,
      `--customize-hook=sh '${join(__dirname, "debian", "customize.sh")}' "$1"`,
      `--customize-hook=sh '${join(__dirname, "debian", "fill.sh")}' "$1"`,
      ...[sources.suite, "/dev/null", list],
    ],
    {
      ...process.env,
      PATH: path,
      SOURCE_DATE_EPOCH: String(sources.date),
      DATASOURCES: DATASOURCES.join(", "),
      DISK: disk,
      ESP_START: String(ESP.start),
      ESP_LENGTH: String(ESP.length),
      ESP_SERIAL: espSerial,
      ROOT_START: String(ROOT.start),
      ROOT_LENGTH: String(ROOT.length),
      ROOT_UUID: uuidOf(digest, "root file system"),
      ROOT_PARTUUID: rootPartition,
    },
  );
  execFileSync("fallocate", ["--dig-holes", disk]);
  chmodSync(disk, 0o644);
}

/** Runs a long command; its lines become one moving progress line, and are shown whole only when it fails. */
async function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const started = Date.now();
  const lines: string[] = [];
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const show = (chunk: Buffer) => {
    lines.push(...chunk.toString().split("\n").filter(Boolean));
    const step = lines.findLast((line) => line.startsWith("I: ")) ?? "I: starting";
    if (process.stderr.isTTY) {
      process.stderr.write(`\r\x1b[K  ${Math.round((Date.now() - started) / 1000)} s  ${step.slice(3, 100)}`);
    }
  };
  child.stdout.on("data", show);
  child.stderr.on("data", show);
  const status = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  if (status !== 0) throw new Error(`${command} failed (exit ${status}):\n${lines.slice(-30).join("\n")}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const missing = missingTools();
  if (missing.length > 0) throw new Error(`missing here: apt-get install ${missing.join(" ")}`);
  const sources = debianSources();
  const digest = recipeDigest(sources);
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(cache, "imprimatur", "images");
  const disk = join(folder, `debian-${sources.suite}-amd64-${digest.toString("hex").slice(0, 12)}.raw`);
  if (!existsSync(disk)) {
    mkdirSync(folder, { recursive: true });
    const work = mkdtempSync(join(folder, "build-"));
    try {
      chmodSync(work, 0o777);
      process.stderr.write(`building Debian ${sources.suite} from its packages, about two minutes\n`);
      await build(sources, digest, join(work, "disk.raw"));
      renameSync(join(work, "disk.raw"), disk);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  if (values.out) execFileSync("cp", ["--sparse=always", "--reflink=auto", disk, resolve(values.out)]);
  process.stdout.write(`${values.out ? resolve(values.out) : disk}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`image:debian: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

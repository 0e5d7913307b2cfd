/** The commands that a refused container's message gives, run as they stand: each makes the disk again. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Disk } from "../../../disk/disk";
import { DiskProblem } from "../../../disk/problem";
import { readPartitionTable } from "../../../disk/partition-table";
import { makeGpt } from "../../unit/disk/make-gpt";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-containers-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/sbin"];
const has = (program: string) => folders.some((bin) => fs.existsSync(path.join(bin, program)));
const shell = (command: string) =>
  execFileSync("sh", ["-c", command], {
    cwd: folder,
    stdio: "pipe",
    env: { ...process.env, PATH: folders.join(":") },
  });

const LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
/** 8 MiB, so that VHD's geometry can hold its size. */
const disk = makeGpt(16_384, [{ typeGuid: LINUX, guid: LINUX, name: "root", first: 40, last: 9999 }]);
disk.fill("content", 60 * 512, 90 * 512);

const QEMU = "qemu-img convert -f raw -O";
const GOOD = "made.raw";

it.each<[string, string, string]>([
  ["qemu-img", "a.qcow2", `${QEMU} qcow2 ${GOOD} a.qcow2`],
  ["qemu-img", "a.vmdk", `${QEMU} vmdk ${GOOD} a.vmdk`],
  ["qemu-img", "a.vdi", `${QEMU} vdi ${GOOD} a.vdi`],
  ["qemu-img", "a.qed", `${QEMU} qed ${GOOD} a.qed`],
  ["qemu-img", "a.vhdx", `${QEMU} vhdx ${GOOD} a.vhdx`],
  [
    "qemu-img",
    "fixed, of ours.vhd",
    `${QEMU} vpc -o subformat=fixed,force_size ${GOOD} 'fixed, of ours.vhd'`,
  ],
  ["qemu-img", "dynamic.vhd", `${QEMU} vpc -o subformat=dynamic,force_size ${GOOD} dynamic.vhd`],
  ["tar", "a.tar", `cp ${GOOD} disk.raw && tar --format=oldgnu -Scf a.tar disk.raw`],
  ["qemu-img", "a.ova", `${QEMU} vmdk ${GOOD} in.vmdk && touch in.ovf && tar -cf a.ova in.ovf in.vmdk`],
  ["gzip", "b.raw.gz", `gzip -c ${GOOD} > b.raw.gz`],
  ["xz", "b.raw.xz", `xz -c ${GOOD} > b.raw.xz`],
  ["zstd", "b.raw.zst", `zstd -qc ${GOOD} > b.raw.zst`],
])("%s: what is said of %s makes the same disk", async (program, file, make) => {
  if (!has(program)) return;
  fs.writeFileSync(path.join(folder, GOOD), disk);
  shell(make);
  const before = fs.readFileSync(path.join(folder, file));
  const said = await cureOf(file);
  const raw = new Set(fs.readdirSync(folder));
  const command = said.slice(said.indexOf(": ") + 2);
  for (const old of ["disk.raw", "in.vmdk", "in.raw"]) fs.rmSync(path.join(folder, old), { force: true });
  shell(command);
  const made = fs
    .readdirSync(folder)
    .find((name) => name.endsWith(".raw") && (!raw.has(name) || /^(disk|in)\.raw$/.test(name)));
  expect(fs.readFileSync(path.join(folder, made ?? "")).equals(disk)).toBe(true);
  expect(fs.readFileSync(path.join(folder, file)).equals(before)).toBe(true);
  fs.rmSync(path.join(folder, made ?? ""));
});

async function cureOf(file: string): Promise<string> {
  try {
    const opened = await Disk.open(path.join(folder, file), { name: file });
    await readPartitionTable(opened).finally(() => opened.close());
  } catch (error) {
    if (error instanceof DiskProblem) return error.cure;
    throw error;
  }
  throw new Error(`${file} was taken`);
}

(has("sgdisk") ? it : it.skip).each<[string, (bytes: Buffer) => unknown]>([
  ["its primary GPT is missing", (bytes) => bytes.fill(0, 512, 34 * 512)],
  ["its primary GPT is broken", (bytes) => bytes.fill(7, 600, 700)],
  ["its backup is missing", (bytes) => bytes.fill(0, 16_383 * 512)],
  ["its protective MBR is missing", (bytes) => bytes.fill(0, 0, 512)],
])("what is said of a disk of which %s repairs it", async (_, damage) => {
  const bytes = Buffer.from(disk);
  damage(bytes);
  fs.writeFileSync(path.join(folder, "damaged.raw"), bytes);
  const said = await cureOf("damaged.raw");
  shell(said.slice(said.indexOf("sgdisk")));
  const opened = await Disk.open(path.join(folder, "damaged.raw"));
  const table = await readPartitionTable(opened).finally(() => opened.close());
  expect(table.partitions).toMatchObject([{ number: 1, name: "root", start: 40 * 512 }]);
});

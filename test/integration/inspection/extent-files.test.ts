import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { MIB } from "../../../facts/units";
import { filesAt } from "../../../inspection/extent-files";
import { testWith } from "../../e2e/harness/needs";

const BLOCK = 512 * 1024;
const FAT = { start: MIB, length: 8 * MIB };
const EXT4 = { start: 9 * MIB, length: 16 * MIB };
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

let folder: string;
let disk: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-files-"));
  disk = path.join(folder, "disk.raw");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(program: string, ...args: string[]): void {
  execFileSync(program, args, { stdio: "ignore", cwd: folder, env: { ...process.env, PATH } });
}

/** Offset of this text in the disk; each text is there once. */
function placeOf(text: string): number {
  const at = fs.readFileSync(disk).indexOf(text);
  expect(at).toBeGreaterThan(0);
  return at;
}

/** The block of 512 KiB around a byte. */
const around = (at: number) => ({ start: at - (at % BLOCK), end: at - (at % BLOCK) + BLOCK });

testWith(["mkfs.vfat", "mcopy", "mke2fs", "debugfs"])(
  "files of a FAT and of an ext4 by where they lie",
  () => {
    fs.mkdirSync(path.join(folder, "root/usr/bin"), { recursive: true });
    fs.mkdirSync(path.join(folder, "esp/EFI/BOOT"), { recursive: true });
    fs.writeFileSync(path.join(folder, "root/usr/bin/login"), `the login program${"x".repeat(9000)}`);
    fs.writeFileSync(path.join(folder, "root/usr/bin/\u001b[2Jevil"), "a name that clears the screen");
    // Larger than a block, so that they are in different ones.
    fs.writeFileSync(path.join(folder, "esp/EFI/BOOT/big.efi"), `the big one${"y".repeat(3 * BLOCK)}`);
    fs.writeFileSync(path.join(folder, "esp/EFI/BOOT/next.efi"), "z".repeat(BLOCK));
    fs.writeFileSync(path.join(folder, "esp/EFI/BOOT/last.efi"), "the last one");
    run("mkfs.vfat", "-C", "esp.img", String(FAT.length / 1024));
    run("mmd", "-i", "esp.img", "::EFI", "::EFI/BOOT");
    for (const file of ["big.efi", "next.efi", "last.efi"]) {
      run("mcopy", "-i", "esp.img", `esp/EFI/BOOT/${file}`, "::EFI/BOOT");
    }
    run("mke2fs", "-q", "-t", "ext4", "-b", "1024", "-d", "root", "root.img", `${EXT4.length / 1024}k`);
    fs.writeFileSync(disk, "");
    fs.truncateSync(disk, EXT4.start + EXT4.length + MIB);
    for (const [image, { start }] of [["esp.img", FAT] as const, ["root.img", EXT4] as const]) {
      run("dd", `if=${image}`, `of=${disk}`, "bs=1M", `seek=${start / MIB}`, "conv=notrunc");
    }
    const table = [
      { at: placeOf("the last one"), files: ["/EFI/BOOT/last.efi", "/EFI/BOOT/next.efi"] },
      { at: placeOf("the big one"), files: ["/EFI", "/EFI/BOOT", "/EFI/BOOT/big.efi"] },
      {
        at: placeOf("the login program"),
        files: expect.arrayContaining(["/usr/bin/login", "/usr/bin/\ufffd[2Jevil"]) as string[],
      },
      { at: EXT4.start + EXT4.length + 4096, files: [] },
    ];
    const extents = table.map(({ at }) => around(at));
    expect(filesAt(disk, [FAT, EXT4], extents)).toEqual(table.map(({ files }) => files));
  },
);

testWith(["mkfs.vfat", "mcopy"])("chains without an end cost neither memory nor the answer", () => {
  // 400 files of 4 GiB, each with one cluster that links to itself.
  const names = Array.from({ length: 400 }, (_, index) => `F${index}`);
  for (const name of names) fs.writeFileSync(path.join(folder, name), "x");
  run("mkfs.vfat", "-F", "16", "-s", "1", "-C", "loops.img", String(FAT.length / 1024));
  run("mcopy", "-i", "loops.img", ...names, "::");
  const fat = fs.readFileSync(path.join(folder, "loops.img"));
  const [reserved, length] = [fat.readUInt16LE(14), fat.readUInt16LE(22)];
  for (const name of names) {
    const entry = fat.subarray(fat.indexOf(`${name.padEnd(11)} `, 0, "latin1"));
    const cluster = entry.readUInt16LE(26);
    entry.writeUInt32LE(0xffffffff, 28);
    for (const copy of [0, 1]) fat.writeUInt16LE(cluster, (reserved + copy * length) * 512 + cluster * 2);
  }
  fs.writeFileSync(disk, Buffer.concat([Buffer.alloc(MIB), fat]));
  const [found] = filesAt(disk, [FAT], [{ start: FAT.start, end: FAT.start + FAT.length }]);
  expect(found).toEqual(names.map((name) => `/${name}`).sort());
});

test("a disk that is gone names nothing, and is no error: what differs is known without the names", () => {
  const partitions = [{ start: 0, length: MIB }];
  expect(filesAt(path.join(folder, "gone"), partitions, [{ start: 0, end: BLOCK }])).toEqual([[]]);
});

test("what holds no file system names nothing, whatever it says of itself", () => {
  fs.writeFileSync(disk, Buffer.alloc(4 * MIB, 0x55));
  expect(filesAt(disk, [{ start: 0, length: 4 * MIB }], [{ start: 0, end: BLOCK }])).toEqual([[]]);
  const loop = Buffer.alloc(4 * MIB, 0xff);
  loop.writeUInt16LE(0xaa55, 510);
  loop.writeUInt16LE(512, 11);
  loop.writeUInt8(1, 13);
  fs.writeFileSync(disk, loop);
  expect(filesAt(disk, [{ start: 0, length: 4 * MIB }], [{ start: 0, end: BLOCK }])).toEqual([[]]);
});

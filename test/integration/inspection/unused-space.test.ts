import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { MIB } from "../../../facts/units";
import { inspectImage } from "../../../inspection/rule";
import { deletedSecrets, unusedSpace } from "../../../inspection/rules/unused-space";
import { swapPartitions } from "../../../inspection/rules/swap";
import { describeWith } from "../../e2e/harness/needs";
import { EXPECTED } from "../../unit/inspection/expected";
import {
  diskOf,
  ext4Of,
  fatOf,
  inspecting,
  MAKERS,
  run,
  type SmallDisk,
  TYPE,
  withDebugfs,
} from "./small-disk";

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${"b3BlbnNzaC1rZXkt".repeat(4)}\n`;

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-unused-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Findings of the rules: `place: message`. */
const found = (disk: SmallDisk) =>
  inspecting(disk, (image) =>
    inspectImage(image, [deletedSecrets, unusedSpace, swapPartitions], EXPECTED).flatMap(
      ({ findings, why }) => [
        ...(why === undefined ? [] : [why]),
        ...findings.map(({ where, message }) => `${where}: ${message}`),
      ],
    ),
  );
const root = (content: Buffer) => diskOf(folder, [{ typeGuid: TYPE.root, content }]);

describeWith(MAKERS)("where no file is", () => {
  test("a file system that says it is larger than its partition is not counted through", () => {
    const content = ext4Of(folder, { "/etc/x": "y" });
    content.writeUInt32LE(0xffffffff, 1024 + 4);
    const why = expect.stringMatching(
      /^partition 1 has 16777216 bytes, and its file system 4398046510080$/,
    ) as string;
    expect(found(root(content))).toEqual([why, why]);
  });

  test.each([
    { options: [] },
    { options: ["-O", "^flex_bg"] },
    { options: ["-O", "^extent,^64bit,^flex_bg,^metadata_csum"] },
    { options: ["-b", "4096"] },
    { options: ["-b", "4096", "-O", "bigalloc", "-C", "16384"] },
    { options: ["-E", "lazy_itable_init=0", "-g", "1024"] },
  ])("a new file system has nothing, and a deleted key is found: mke2fs $options", ({ options }) => {
    const whole = ext4Of(folder, { "/root/.ssh/id": KEY, "/etc/x": "y" }, options);
    expect(found(root(whole))).toEqual([]);
    expect(found(root(withDebugfs(folder, whole, "rm /root/.ssh/id")))).toEqual([
      "the free blocks of partition 1: a private key is left",
    ]);
  });

  test("a deleted list of passwords, and a program that knows how keys begin", () => {
    const hash =
      "root:$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7:20000:0:99999:7:::\n";
    const whole = ext4Of(folder, { "/a": hash, "/b": "-----BEGIN OPENSSH PRIVATE KEY-----\0%s\0" });
    expect(found(root(withDebugfs(folder, whole, "rm /a", "rm /b")))).toEqual([
      "the free blocks of partition 1: the hash of a password is left",
    ]);
  });

  test("a key in a FAT, between partitions, behind a file system and at the end of the disk", () => {
    const fat = fatOf(folder, { "/key": KEY, "/x": "y" });
    const image = path.join(folder, "fat");
    fs.writeFileSync(image, fat);
    run("mdel", "-i", image, "::key");
    const disk = diskOf(folder, [
      { typeGuid: TYPE.esp, content: fs.readFileSync(image) },
      { typeGuid: TYPE.root, content: Buffer.concat([ext4Of(folder, { "/a": "b" }), Buffer.alloc(MIB)]) },
    ]);
    const size = fs.statSync(disk.file).size;
    const file = fs.openSync(disk.file, "r+");
    fs.ftruncateSync(file, size + MIB);
    for (const at of [40 * 512, size - MIB + 4096, size + 4096]) fs.writeSync(file, KEY, at);
    fs.closeSync(file);
    expect(found(disk)).toEqual([
      "the room between the partitions: a private key is left",
      "the free clusters of partition 1: a private key is left",
      "the end of partition 2, behind its file system: a private key is left",
      "the room behind the partitions: a private key is left",
    ]);
  });

  test("much that is not zero is told, whatever it is", () => {
    const disk = root(Buffer.concat([ext4Of(folder, {}), Buffer.alloc(20 * MIB, 1)]));
    expect(found(disk)).toEqual([
      `the end of partition 1, behind its file system: ${20 * MIB} bytes that are not zero`,
    ]);
  });

  test("swap is swap, and holds nothing", () => {
    const swap = (content: Buffer) => diskOf(folder, [{ typeGuid: TYPE.swap, content }]);
    const header = Buffer.alloc(2 * MIB);
    header.write("SWAPSPACE2", 4086);
    expect(found(swap(header))).toEqual([]);
    expect(found(swap(ext4Of(folder, { "/a": "b" })))).toEqual([
      "partition 1: is for swap by its type, and holds none",
    ]);
    header.write(KEY, MIB);
    expect(found(swap(header))).toEqual(["partition 1, which is for swap: a private key is left"]);
  });
});

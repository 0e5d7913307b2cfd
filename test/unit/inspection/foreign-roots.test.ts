import fs from "node:fs";
import path from "node:path";
import { parseStackConfig } from "../../../config/parse";
import { LINUX_TYPE } from "../../../disk/partition-types";
import { openImage } from "../../../inspection/image";
import { NotInspectable } from "../../../inspection/tree";
import { goodValues } from "../config/stack-values";
import { temporaryFolder } from "../disk/sparse-file";

const START = 1 << 20;
const LENGTH = 4 << 20;
const file = path.join(temporaryFolder(), "disk.raw");

/** The root of a disk whose only partition has these bytes at this offset. */
function rootOf(magic: string, at: number): unknown {
  const bytes = Buffer.alloc(START + LENGTH);
  bytes.write(magic, START + at, "latin1");
  fs.writeFileSync(file, bytes);
  const partitions = [{ number: 1, start: START, length: LENGTH, typeGuid: LINUX_TYPE, guid: "", name: "" }];
  const image = openImage(file, { size: bytes.length, architecture: "x86_64", partitions });
  image.close();
  return image.root;
}

test.each([
  ["a btrfs file system", "_BHRfS_M", 65_600],
  ["an LVM physical volume", "LABELONE", 512],
])("a root that is %s is named, with the way that is open to it", (what, magic, at) => {
  const root = rootOf(magic, at);
  expect(root).toBeInstanceOf(NotInspectable);
  const { message } = root as NotInspectable;
  expect(message).toContain(
    `the root partition holds ${what}: only ext2, ext3, ext4, XFS and FAT are read here`,
  );
  expect(message).toMatch(/inspect it without --policy.*'imprimatur boot'.*policy: optional, boot: required/);
});

test("a damaged XFS is named as one that cannot be read", () => {
  expect((rootOf("XFSB", 0) as NotInspectable).message).toBe(
    "the root partition cannot be read: its superblock is damaged",
  );
});

test("that way is one that a stack file takes, of an official product too", () => {
  const checks = { input: "optional", policy: "optional", boot: "required", record: "optional" };
  expect(parseStackConfig({ ...goodValues(), checks }).problems ?? []).toEqual([]);
});

import { gzipSync } from "node:zlib";
import {
  type FileList,
  type ListedFile,
  readFileList,
  unpackedList,
  writeFileList,
} from "../../../config/file-list";
import { nameOf } from "../../../facts/file-name";

const rights = { mode: 0o644, uid: 0, gid: 0 };
const file: ListedFile = { kind: "file", rights, size: 3, sha256: "a".repeat(64), package: "tool" };
const list = (files: [string, ListedFile][]): FileList => ({
  ...{ disk: "d".repeat(64), packages: new Map([["tool", "1:2~3+b4"]]), files: new Map(files) },
});

test.each([
  "/usr/bin/a b",
  "/etc/new\nline",
  "/etc/back\\slash \\040",
  "/srv/größe/日本/😀",
  `/srv/${nameOf(Buffer.from([0x66, 0xff, 0xe4, 0x20]))}/x`,
  "/etc/#mtree",
  "/srv/\u007f\u0001",
])("a list is read as it was written: %j", (path) => {
  const written = list([
    [path, { ...file, isSetting: true }],
    ["/link", { kind: "link", rights: { ...rights, mode: 0o777 }, target: path }],
    ["/boot/efi/x", { kind: "file", size: 0, sha256: "b".repeat(64) }],
    ["/tmp", { kind: "folder", rights: { mode: 0o1777, uid: 7, gid: 8 } }],
    ["/pipe", { kind: "other", rights }],
  ]);
  const text = writeFileList(written);
  expect(text).toMatch(/^[\n -~]*$/);
  const read = readFileList(text);
  if ("message" in read) throw new Error(read.message);
  expect(new Map([...read.files].sort())).toEqual(new Map([...written.files].sort()));
  expect(read.packages).toEqual(written.packages);
});

test("the order in which a disk is read makes no other list", () => {
  const two: [string, ListedFile][] = [
    ["/b", file],
    ["/a", file],
  ];
  expect(writeFileList(list(two))).toBe(writeFileList(list([...two].reverse())));
});

test.each([
  ["", /begins with ""/],
  ["#mtree\n./a type=file\n", /begins with "#mtree"/],
  ["#mtree v2.0 imprimatur 1\n# disk x\n./a type=block\n", /line 3/],
  ["#mtree v2.0 imprimatur 1\n# disk x\n./a type=file\n\n./b type=file\n", /line 4/],
])("what is no list is refused with its line: %j", (text, said) => {
  expect(readFileList(text)).toEqual({ message: expect.stringMatching(said) as string });
});

test("a list may be unpacked already, and one that is cut off is none", () => {
  const packed = gzipSync("text");
  expect(unpackedList(packed)).toBe("text");
  expect(unpackedList(Buffer.from("text"))).toBe("text");
  expect(unpackedList(packed.subarray(0, -9))).toBeUndefined();
});

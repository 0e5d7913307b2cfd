import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { MIB } from "../../../facts/units";
import { NotInspectable, type Tree } from "../../../inspection/tree";
import { describeWith } from "../../e2e/harness/needs";
import { inspecting, run, TYPE } from "./small-disk";

let folder: string;
beforeAll(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-xfs-"))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const SIZE = 320 * MIB;
const HEADER = Buffer.from("feedbabe", "hex");
// Longer ones are written without their header by mkfs.xfs 6.1 itself.
const LONG = `/srv/${"x".repeat(200)}`;
const many = Array.from({ length: 300 }, (_, index) => `a-long-name-of-a-file-${index}`);

/** An XFS with a few files, and a folder of several blocks: mkfs.xfs(8), -p. */
function xfsOf(options: readonly string[] = []): string {
  const place = fs.mkdtempSync(path.join(folder, "fs-"));
  const image = path.join(place, "image");
  const [text, big] = ["text", "big"].map((name) => path.join(place, name)) as [string, string];
  fs.writeFileSync(text, "some text\n");
  fs.writeFileSync(big, Buffer.alloc(3 * MIB + 5, "abcdefg"));
  const proto = [
    ...["/dev/null", "0 0", "d--755 0 0"],
    ...["etc d--755 0 0", `secret ---600 0 42 ${text}`, `setuid -u-755 1000 1000 ${big}`, "$"],
    ...["many d--755 0 0", ...many.map((name) => `${name} ---644 0 0 ${text}`), "$"],
    ...["near l--777 0 0 etc/secret", `far l--777 0 0 ${LONG}`, "null c--666 0 0 1 3", "$"],
  ];
  fs.writeFileSync(path.join(place, "proto"), `${proto.join("\n")}\n`);
  fs.closeSync(fs.openSync(image, "w"));
  fs.truncateSync(image, SIZE);
  run("mkfs.xfs", "-q", ...options, "-p", path.join(place, "proto"), image);
  return image;
}

/** The result of `use` on the tree, or the reason why it cannot be inspected. */
function seeing<T>(file: string, use: (tree: Tree) => T): T | string {
  const partitions = [{ number: 1, start: 0, length: SIZE, typeGuid: TYPE.root }];
  return inspecting({ file, partitions }, ({ root }) =>
    root instanceof NotInspectable ? root.message : use(root),
  );
}

/** Writes over bytes of an image; `at` gets the position of the log's first record. */
function spoil(file: string, at: (record: number) => number, bytes: readonly number[]): void {
  const disk = fs.openSync(file, "r+");
  const piece = Buffer.alloc(MIB);
  let record = -1;
  for (let from = 0; record < 0; from += MIB) {
    fs.readSync(disk, piece, 0, MIB, from);
    const found = piece.indexOf(HEADER);
    if (found >= 0) record = from + found;
  }
  fs.writeSync(disk, Buffer.from(bytes), 0, bytes.length, at(record));
  fs.closeSync(disk);
}

describeWith(["mkfs.xfs"])("a root of XFS", () => {
  test.each([{ options: [] }, { options: ["-m", "crc=0"] }, { options: ["-b", "size=1024"] }])(
    "is inspected as any other, made with $options",
    ({ options }) => {
      const seen = seeing(xfsOf(options), (tree) => ({
        text: tree.read("/near")?.toString(),
        target: tree.target("/far"),
        big: tree.read("/etc/setuid", 4 * MIB)?.equals(Buffer.alloc(3 * MIB + 5, "abcdefg")),
        etc: tree
          .list("/etc")
          ?.map(({ name, kind, size, mode, uid, gid }) => [name, kind, size, mode, uid, gid]),
        top: tree.list("/")?.map(({ name, kind }) => `${name} ${kind}`),
        device: tree.list("/")?.find(({ name }) => name === "null")?.numbers,
        many: tree.list("/many")?.map(({ name }) => name),
      }));
      expect(seen).toEqual({
        ...{ text: "some text\n", target: LONG, big: true, device: "c 1:3" },
        etc: [
          ["secret", "file", 10, 0o600, 0, 42],
          ["setuid", "file", 3 * MIB + 5, 0o4755, 1000, 1000],
        ],
        top: ["etc folder", "far link", "many folder", "near link", "null other"],
        many: [...many].sort(),
      });
    },
  );

  test("that was not unmounted is not inspected, and the cure is named", () => {
    const image = xfsOf();
    // The only operation of the newest record is no unmount any more.
    spoil(image, (record) => record + 512 + 9, [0]);
    expect(seeing(image, () => "seen")).toMatch(
      /^the root partition was not unmounted, its log holds changes; shut the machine down cleanly/,
    );
  });

  test("with a log that was written on behind its last whole record is not inspected", () => {
    const image = xfsOf();
    spoil(image, (record) => record + 64 * 512, [0, 0, 0, 2]);
    expect(seeing(image, () => "seen")).toMatch(/was not unmounted/);
  });

  test("what was deleted is found in its free blocks", () => {
    const image = xfsOf();
    const disk = fs.openSync(image, "r+");
    fs.writeSync(disk, "a deleted secret", SIZE - 40 * MIB);
    fs.closeSync(disk);
    const partitions = [{ number: 1, start: 0, length: SIZE, typeGuid: TYPE.root }];
    const found = inspecting({ file: image, partitions }, ({ unused }) =>
      [...unused!()].filter(({ bytes }) => bytes.includes("a deleted secret")).map(({ where }) => where),
    );
    expect(found).toContain("the free blocks of partition 1");
  });

  test("a name that the folder's index alone has, which a machine would open, is not passed over", () => {
    const image = xfsOf();
    const name = many[77]!;
    const disk = fs.openSync(image, "r+");
    const piece = Buffer.alloc(MIB);
    // An entry: inode, length of the name, name. Instead: unused room of 40 bytes.
    for (let from = 0; from < SIZE; from += MIB) {
      fs.readSync(disk, piece, 0, MIB, from);
      const at = piece.indexOf(`${String.fromCharCode(name.length)}${name}`);
      if (at >= 0) fs.writeSync(disk, Buffer.from("ffff0028", "hex"), 0, 4, from + at - 8);
    }
    fs.closeSync(disk);
    expect(() => seeing(image, (tree) => tree.list("/many"))).toThrow(
      "/many: a folder whose index has a name that its list has not",
    );
  });

  test("a folder whose inode is another's is not inspected", () => {
    const image = xfsOf();
    const found = seeing(image, (tree) => tree.list("/")?.find(({ name }) => name === "etc")?.id) ?? "";
    const inode = Number(/(\d+)$/.exec(found)?.[1]);
    const disk = fs.openSync(image, "r+");
    // Four groups, 2^18 numbers for the 512-byte inodes of each. The number is repeated in the inode.
    const at = Math.floor(inode / 2 ** 18) * (SIZE / 4) + (inode % 2 ** 18) * 512;
    fs.writeSync(disk, Buffer.from([9]), 0, 1, at + 0x98 + 7);
    fs.closeSync(disk);
    expect(seeing(image, (tree) => tree.list("/etc"))).toContain(`inode ${inode} is none`);
  });
});

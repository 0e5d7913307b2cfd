/** Disks with a fault in them, mostly in the structures that say how the rest is read. */
import { crc32 } from "node:zlib";
import { SECTOR } from "../../../facts/units";
import type { Random } from "../../unit/guards/random";
import { seal } from "../../unit/disk/make-gpt";
import { mutatedText } from "../texts";
import type { Base } from "./base";
import type { Patch } from "./file";
import type { InodePlace, Place, Places } from "./places";

/** A mutant: the disk's size, and the bytes written into it. */
interface MutantDisk {
  readonly size: number;
  readonly patches: readonly Patch[];
}

/** Fields of an inode: mode, size, flags, its map, attributes, upper size, extra size. */
const INODE_FIELDS = [
  0, 4, 0x20, 0x28, 0x2a, 0x2c, 0x2e, 0x34, 0x38, 0x3a, 0x3c, 0x68, 0x6c, 0x76, 0x80, 0xa0, 0xa4,
];
/** Counts, sizes, flags and features of the superblock. */
const SUPERBLOCK_FIELDS = [
  0, 4, 0x14, 0x18, 0x1c, 0x20, 0x24, 0x28, 0x38, 0x4c, 0x58, 0x5c, 0x60, 0x64, 0xe0, 0xfe, 0x150,
];
const BOOT_FIELDS = [11, 13, 14, 16, 17, 19, 21, 22, 32, 36, 40, 44, 510];
const MAGICS = [
  ...[
    "QFI\xfb",
    "KDMV",
    "conectix",
    "vhdxfile",
    "\x1f\x8b\x08\x00",
    "\xfd7zXZ\x00",
    "\x28\xb5\x2f\xfd",
    "BZh9",
    "PK\x03\x04",
  ],
  ...[
    "<<< Oracle VM VirtualBox Disk Image >>>\n",
    "QED\0",
    "-FVE-FS-",
    "LUKS\xba\xbe",
    "XFSB",
    "\x7fELF",
    "# Disk DescriptorFile",
  ],
];
/** Texts that make readers of settings loop, recurse deeply, or take long. */
export const HOSTILE = [
  ...[
    "\0",
    "\xff\xfe",
    "\u202e",
    "\r",
    "\\\n",
    "\n\n",
    "#",
    ";",
    '"',
    "'",
    "{",
    "}",
    "{{",
    "/*",
    "*/",
    "[",
    "]",
    "*",
    "**/",
    "../",
  ],
  ...[
    "Include /etc/ssh/sshd_config\n",
    "Include /etc/*/*\n",
    "@include common-auth\n",
    "#include /etc/apt/apt.conf.d/50x;\n",
  ],
  ...[
    "@includedir /etc\n",
    "source /boot/grub/grub.cfg\n",
    "configfile x\n",
    "Match all\n",
    "%sudo ALL=NOPASSWD: ALL\n",
  ],
  ...[
    "a: &a [*a, *a]\n",
    "x: [".repeat(100),
    "{".repeat(300),
    "((((",
    " ".repeat(800),
    "\\\n".repeat(300),
    ":".repeat(500),
  ],
  ...[
    "__proto__: x\n",
    "constructor=1\n",
    "Package: __proto__\n",
    "4294967296",
    "-1",
    "1e999",
    "%s%n",
    "${x}",
    "$(id)",
  ],
];

export function mutantOf(base: Base, places: Places, random: Random): MutantDisk {
  const { bytes } = base;
  const patches: Patch[] = [];
  const current = { at: (place: number, length: number) => overlaid(bytes, patches, place, length) };
  for (let left = random.one([1, 1, 2, 3, 8]); left > 0; left -= 1) {
    patches.push(...onePatch(base, places, random, current.at));
  }
  return { size: sizeOf(bytes.length, random), patches };
}

type ReadNow = (at: number, length: number) => Buffer;

/** Bytes of the disk with the patches applied, the last on top. */
export function overlaid(bytes: Buffer, patches: readonly Patch[], at: number, length: number): Buffer {
  const found = Buffer.from(bytes.subarray(at, at + length));
  for (const patch of patches) {
    const from = Math.max(at, patch.at);
    const end = Math.min(at + found.length, patch.at + patch.bytes.length);
    if (from < end) patch.bytes.copy(found, from - at, from - patch.at, end - patch.at);
  }
  return found;
}

/** Shorter or longer, one time in twelve. */
function sizeOf(size: number, random: Random): number {
  if (!random.chance(1 / 12)) return size;
  const cut = Math.floor(random.next() * size);
  return random.one([
    0,
    1,
    511,
    512,
    513,
    1024,
    17_408,
    cut,
    cut - (cut % 512),
    size - 512,
    size - 1,
    size + 1,
    size + 512,
    2 ** 33,
    2 ** 41,
  ]);
}

function onePatch(base: Base, places: Places, random: Random, now: ReadNow): Patch[] {
  const inode = () => random.one(places.inodes);
  const fieldOf = (place: Place, fields: readonly number[]) =>
    value(now, place.at + random.one(fields.filter((field) => field + 8 <= place.length)), random);
  const ways: (() => Patch[])[] = [
    () => [value(now, placeIn(random.one(places.table), random), random)],
    () => partitions(base, random, now),
    () => partitions(base, random, now),
    () => [value(now, base.esp + random.one(BOOT_FIELDS), random)],
    () => [value(now, placeIn(random.one(places.esp), random), random)],
    () => [value(now, placeIn(random.one(places.esp.slice(0, 60)), random), random)],
    () => [
      fieldOf(
        places.superblock,
        SUPERBLOCK_FIELDS.filter((field) => field < 256),
      ),
    ],
    () => [value(now, placeIn(places.groups, random), random)],
    () => [value(now, placeIn(random.one(places.bitmaps), random), random)],
    () => [fieldOf(inode(), INODE_FIELDS)],
    () => [fieldOf(inode(), INODE_FIELDS)],
    () => [fieldOf(inode(), INODE_FIELDS)],
    () => swapped(inode(), inode(), now),
    () => folderEntry(places, random, now),
    () => folderEntry(places, random, now),
    () => loopOfExtents(inode(), base, random),
    () => content(places, random, now),
    () => content(places, random, now),
    () => content(places, random, now),
    () => [value(now, placeIn(random.one(places.root), random), random)],
    () => [value(now, placeIn(random.one(places.root), random), random)],
    () => swapped(random.one(places.root), random.one([...places.root, ...places.esp, ...places.table]), now),
    () => [{ at: random.one([...places.root, ...places.esp, ...places.table]).at, bytes: filled(random) }],
    () => [magic(base.bytes.length, random)],
  ];
  return random.one(ways)();
}

function placeIn({ at, length }: Place, random: Random): number {
  return at + Math.floor(random.next() * length);
}

/** Changes one to eight bytes. */
function value(now: ReadNow, at: number, random: Random): Patch {
  const width = random.one([1, 2, 4, 8]);
  const bytes = now(at, width);
  const whole = Buffer.alloc(8);
  bytes.copy(whole);
  const old = whole.readBigUInt64LE();
  const top = 1n << BigInt(8 * width);
  const others = [
    0n,
    1n,
    old + 1n,
    old - 1n,
    top - 1n,
    top / 2n,
    top / 2n - 1n,
    old << 1n,
    old ^ (1n << BigInt(Math.floor(random.next() * 8 * width))),
  ];
  const chosen = random.one([
    ...others,
    BigInt(Math.floor(random.next() * 2 ** 32)),
    BigInt(Math.floor(random.next() * 64)),
  ]);
  whole.writeBigUInt64LE(BigInt.asUintN(64, chosen));
  return { at, bytes: Buffer.from(whole.subarray(0, bytes.length)) };
}

function filled(random: Random): Buffer {
  const bytes = Buffer.alloc(random.one([SECTOR, 1024, 4096]), random.one([0, 0xff, 0xe5]));
  if (random.chance(0.5))
    for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(random.next() * 256);
  return bytes;
}

function swapped(one: Place, other: Place, now: ReadNow): Patch[] {
  const length = Math.min(one.length, other.length);
  return [
    { at: one.at, bytes: now(other.at, length) },
    { at: other.at, bytes: now(one.at, length) },
  ];
}

/** Changes both copies of the table, with checksums that agree with it. */
function partitions({ bytes }: Base, random: Random, now: ReadNow): Patch[] {
  const last = bytes.length / SECTOR - 1;
  const entries = now(2 * SECTOR, 128 * 128);
  const headers = [now(SECTOR, SECTOR), now(last * SECTOR, SECTOR)];
  if (random.chance(0.7)) {
    const { at, bytes: changed } = value(
      (place, length) => entries.subarray(place, place + length),
      Math.floor(random.next() * 3 * 128),
      random,
    );
    changed.copy(entries, at);
  } else {
    const field = random.one([8, 12, 24, 32, 40, 48, 56, 72, 80, 84]);
    for (const header of headers)
      value((place, length) => header.subarray(place, place + length), field, random).bytes.copy(
        header,
        field,
      );
  }
  for (const header of headers) {
    header.writeUInt32LE(crc32(entries), 88);
    seal(header);
  }
  return [
    { at: 2 * SECTOR, bytes: entries },
    { at: (last - 32) * SECTOR, bytes: entries },
    { at: SECTOR, bytes: headers[0]! },
    { at: last * SECTOR, bytes: headers[1]! },
  ];
}

/** A directory entry that leads to another inode, to the parent or to the root; or one with wrong lengths. */
function folderEntry(places: Places, random: Random, now: ReadNow): Patch[] {
  const folders = places.inodes.filter(({ kind, data }) => kind === "folder" && data);
  const { data, number } = random.one(folders);
  const block = now(data!.at, data!.length);
  const starts: number[] = [];
  for (let at = 0; at + 8 <= block.length; at += Math.max(8, block.readUInt16LE(at + 4))) starts.push(at);
  const at = random.one(starts);
  const entry = Buffer.from(block.subarray(at, at + 8));
  switch (random.one(["loop", "other", "length", "name", "kind"])) {
    case "loop":
      entry.writeUInt32LE(random.one([2, number]), 0);
      break;
    case "other":
      entry.writeUInt32LE(random.one([...places.inodes.map((inode) => inode.number), 0, 0xffffffff]), 0);
      break;
    case "length":
      entry.writeUInt16LE(random.one([0, 4, 8, 12, 65_535, 65_532, 1024, 4096]), 4);
      break;
    case "name":
      return [value(now, data!.at + at + 8 + Math.floor(random.next() * 12), random)];
    default:
      entry[random.one([6, 7])] = Math.floor(random.next() * 256);
  }
  return [{ at: data!.at + at, bytes: entry }];
}

/** An extent map one level deeper, which leads to a block that leads to itself, or fans out into it. */
function loopOfExtents({ at }: InodePlace, { root }: Base, random: Random): Patch[] {
  const block = 12_000 + Math.floor(random.next() * 4000);
  const depth = random.one([1, 2, 4, 5, 60_000]);
  const node = (entries: number, total: number) => {
    const bytes = Buffer.alloc(12 + entries * 12);
    bytes.writeUInt16LE(0xf30a, 0);
    bytes.writeUInt16LE(entries, 2);
    bytes.writeUInt16LE(entries, 4);
    bytes.writeUInt16LE(total, 6);
    for (let index = 0; index < entries; index++) {
      bytes.writeUInt32LE(index, 12 + index * 12);
      bytes.writeUInt32LE(block, 12 + index * 12 + 4);
      if (total === 0) bytes.writeUInt32LE(random.one([block, 1, 0xffffffff]), 12 + index * 12 + 8);
    }
    return bytes;
  };
  const flags = Buffer.from([0, 0, 8, 0]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(random.one([1024, 1 << 20, 2 ** 31, 2 ** 32 - 1]));
  return [
    { at: at + 4, bytes: size },
    { at: at + 0x20, bytes: flags },
    { at: at + 0x28, bytes: node(4, depth) },
    { at: root + block * 1024, bytes: node(84, random.one([depth - 1, depth, 0])) },
  ];
}

/** Other contents of a file, within its blocks. */
function content(places: Places, random: Random, now: ReadNow): Patch[] {
  const files = places.inodes.filter(({ kind, size, data }) => kind === "file" && data && size > 4);
  const { at, size, data } = random.one(files);
  const text = mutatedText(now(data!.at, Math.min(size, data!.length)).toString(), random, HOSTILE);
  const length = Math.min(text.length, data!.length);
  const said = Buffer.alloc(4);
  said.writeUInt32LE(length);
  return [
    { at: data!.at, bytes: Buffer.from(text.subarray(0, length)) },
    { at: at + 4, bytes: said },
  ];
}

function magic(size: number, random: Random): Patch {
  const bytes = Buffer.from(random.one(MAGICS), "latin1");
  return random.one([
    { at: 0, bytes },
    { at: 0, bytes },
    { at: size - SECTOR, bytes },
    { at: 257, bytes: Buffer.from("ustar") },
  ]);
}

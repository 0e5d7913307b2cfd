import type { Node } from "./file-system";
import { NotInspectable } from "./tree";

const DIRECTORY = 0x10;
const VOLUME_LABEL = 0x08;
const LONG_NAME = 0x0f;
const LAST_PART = 0x40;

/** A long name being assembled, last part first. */
interface LongName {
  text: string;
  /** Number of the latest part; 1 directly precedes the entry. */
  part: number;
  checksum: number;
}

/**
 * Entries of a folder, without `.` and `..`; the id of each is its first cluster.
 *
 * @throws {NotInspectable} for an invalid name
 */
export function parseFolder(bytes: Buffer): Node[] {
  const nodes: Node[] = [];
  let long: LongName | undefined;
  for (let at = 0; at + 32 <= bytes.length; at += 32) {
    const entry = bytes.subarray(at, at + 32);
    const first = entry.readUInt8(0);
    if (first === 0) {
      assertUnused(bytes.subarray(at));
      break;
    }
    const attributes = entry.readUInt8(11);
    if (first === 0xe5) {
      long = undefined;
      continue;
    }
    if ((attributes & 0x3f) === LONG_NAME) {
      long = longNameWith(entry, long);
      continue;
    }
    // These two alone: an entry of another name that begins with a dot is a file to firmware and Linux.
    const isOwn = /^\.{1,2} +$/.test(entry.toString("latin1", 0, 11));
    // Firmware ignores a long name that does not belong to this short one.
    const name = long?.part === 1 && long.checksum === checksumOf(entry) ? long.text : shortName(entry);
    long = undefined;
    if (attributes & VOLUME_LABEL || isOwn) continue;
    if (name === "" || /[/\0]/.test(name)) throw new NotInspectable("a folder has a name that is none");
    const kind = attributes & DIRECTORY ? "folder" : "file";
    nodes.push({
      name,
      kind,
      size: kind === "file" ? entry.readUInt32LE(28) : 0,
      id: entry.readUInt16LE(20) * 0x10000 + entry.readUInt16LE(26),
    });
  }
  return nodes;
}

/** Firmware stops at the end mark, and Linux looks further (fs/fat/dir.c, fat_get_entry, 6.1). */
function assertUnused(rest: Buffer): void {
  for (let at = 0; at + 32 <= rest.length; at += 32)
    if (rest[at] !== 0 && rest[at] !== 0xe5) throw new NotInspectable("a folder has entries behind its end");
}

function longNameWith(entry: Buffer, before: LongName | undefined): LongName | undefined {
  const ordinal = entry.readUInt8(0);
  const part = ordinal & ~LAST_PART;
  const checksum = entry.readUInt8(13);
  const text = longNamePart(entry);
  if (ordinal & LAST_PART) return { text, part, checksum };
  if (!before || before.part !== part + 1 || before.checksum !== checksum) return undefined;
  return { text: text + before.text, part, checksum };
}

function longNamePart(entry: Buffer): string {
  const units = [entry.subarray(1, 11), entry.subarray(14, 26), entry.subarray(28, 32)];
  return Buffer.concat(units).toString("utf16le").split("\0")[0]?.replaceAll("\uffff", "") ?? "";
}

/** Checksum of the eleven bytes of a short name. */
function checksumOf(entry: Buffer): number {
  let sum = 0;
  for (const byte of entry.subarray(0, 11)) sum = ((sum >> 1) + ((sum & 1) << 7) + byte) & 0xff;
  return sum;
}

function shortName(entry: Buffer): string {
  // Byte 12, by Windows and Linux: lower-case base (0x08) and extension (0x10).
  const flags = entry.readUInt8(12);
  const part = (from: number, to: number, lower: boolean) => {
    const text = entry.toString("latin1", from, to).trimEnd();
    return lower ? text.toLowerCase() : text;
  };
  const base = part(0, 8, (flags & 0x08) !== 0);
  const extension = part(8, 11, (flags & 0x10) !== 0);
  return extension ? `${base}.${extension}` : base;
}

/** Extended attributes: kernel documentation, "Extended Attributes" (filesystems/ext4, 2026-11). */
import type { Inode } from "./ext4-inode";
import { NotInspectable } from "./tree";

interface Attribute {
  /** In getfattr(1)'s form. */
  name: string;
  /** Empty if the value is in a separate inode. */
  value: Buffer;
}

const MAGIC = 0xea020000;
const PREFIXES: Readonly<Record<number, string>> = {
  1: "user.",
  2: "system.posix_acl_access",
  3: "system.posix_acl_default",
  4: "trusted.",
  6: "security.",
  7: "system.",
  8: "system.richacl",
};

/** @throws {NotInspectable} when they are damaged */
export function attributesOf({ raw }: Inode, block: (number: number) => Buffer): Attribute[] {
  const found: Attribute[] = [];
  const begin = raw.length > 130 ? 128 + raw.readUInt16LE(128) : raw.length;
  if (begin + 4 <= raw.length && raw.readUInt32LE(begin) === MAGIC) {
    found.push(...entriesIn(raw.subarray(begin + 4), 0));
  }
  const outside = raw.readUInt32LE(0x68) + raw.readUInt16LE(0x76) * 2 ** 32;
  if (outside !== 0) {
    const bytes = block(outside);
    if (bytes.readUInt32LE(0) !== MAGIC) throw damaged();
    found.push(...entriesIn(bytes, 32));
  }
  return found;
}

function damaged(): NotInspectable {
  return new NotInspectable("it cannot be read: its extended attributes are damaged");
}

/** Value offsets are relative to `area`; four zero bytes end the list. */
function entriesIn(area: Buffer, first: number): Attribute[] {
  const found: Attribute[] = [];
  for (let at = first; at + 4 <= area.length && area.readUInt32LE(at) !== 0;) {
    if (at + 16 > area.length) throw damaged();
    const [length, index] = [area.readUInt8(at), area.readUInt8(at + 1)];
    const [from, inode, size] = [
      area.readUInt16LE(at + 2),
      area.readUInt32LE(at + 4),
      area.readUInt32LE(at + 8),
    ];
    const name = `${PREFIXES[index] ?? `${index}.`}${area.toString("latin1", at + 16, at + 16 + length)}`;
    if (inode === 0 && from + size > area.length) throw damaged();
    found.push({ name, value: inode === 0 ? area.subarray(from, from + size) : Buffer.alloc(0) });
    at += 16 + Math.ceil(length / 4) * 4;
  }
  return found;
}

import { NotInspectable } from "../tree";

/** kmod 30, libkmod/libkmod-index.c: magic, version, and the offset of the root, big-endian. */
const MAGIC = 0xb007f457;
const VERSION = 2;
const FLAGS = { prefix: 0x80000000, values: 0x40000000, children: 0x20000000 };
const OFFSET = 0x0fffffff;
/** A distribution kernel has 100,000 symbols. */
const MOST_NODES = 4_000_000;

/** A key of depmod(8)'s binary index, and what it stands for. */
interface IndexEntry {
  readonly key: string;
  readonly value: string;
}

/**
 * Every entry of a binary index of kernel modules, found as kmod finds it: by the offsets, wherever they lead.
 *
 * @throws {NotInspectable} when it is damaged
 */
export function moduleIndex(bytes: Buffer): IndexEntry[] {
  if (bytes.length < 12 || bytes.readUInt32BE(0) !== MAGIC || bytes.readUInt16BE(4) !== VERSION)
    throw new NotInspectable("an index of kernel modules of another form");
  const entries: IndexEntry[] = [];
  let left = MOST_NODES;
  const textAt = (at: number): { text: string; end: number } => {
    const end = bytes.indexOf(0, at);
    if (at >= bytes.length || end < 0) throw damaged();
    return { text: bytes.toString("latin1", at, end), end: end + 1 };
  };
  const waiting = [{ offset: bytes.readUInt32BE(8), key: "" }];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (--left === 0) throw damaged();
    let at = node.offset & OFFSET;
    let { key } = node;
    if (at === 0 || at + 4 > bytes.length) throw damaged();
    if (node.offset & FLAGS.prefix) {
      const prefix = textAt(at);
      key += prefix.text;
      at = prefix.end;
    }
    if (node.offset & FLAGS.children) {
      if (at + 2 > bytes.length) throw damaged();
      const [first, last] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
      at += 2;
      for (let char = first; char <= last; char++, at += 4) {
        if (at + 4 > bytes.length) throw damaged();
        const offset = bytes.readUInt32BE(at);
        if ((offset & OFFSET) !== 0) waiting.push({ offset, key: key + String.fromCharCode(char) });
      }
    }
    if (node.offset & FLAGS.values) {
      if (at + 4 > bytes.length) throw damaged();
      const count = bytes.readUInt32BE(at);
      at += 4;
      for (let index = 0; index < count; index++) {
        if (--left === 0) throw damaged();
        const { text, end } = textAt(at + 4);
        entries.push({ key, value: text });
        at = end;
      }
    }
  }
  return entries;
}

function damaged(): NotInspectable {
  return new NotInspectable("an index of kernel modules that is damaged");
}

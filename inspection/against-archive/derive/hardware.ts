import { bytesAt, type Context, packagedText } from "../context";

/** systemd 252, src/libsystemd/sd-hwdb/hwdb-internal.h: header, node, child and value of the trie, little-endian. */
const MAGIC = "KSLPHHRH";
const NODE = 24;
const MOST_NODES = 4_000_000;
const SOURCES = /^\/(usr\/lib|etc)\/udev\/hwdb\.d\/[^/]+\.hwdb$/;

/**
 * systemd-hwdb(8)'s binary form of packages' files: each property of each device is in one of them. A property may be
 * `SYSTEMD_WANTS`, which starts a unit.
 */
export function hardwareDatabase(path: string, context: Context): string | undefined {
  const bytes = bytesAt(context, path) ?? Buffer.alloc(0);
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return "it is no database of systemd-hwdb";
  const known = new Set<string>();
  for (const source of context.expected.keys())
    if (SOURCES.test(source)) for (const each of propertiesIn(packagedText(context, source))) known.add(each);
  for (const each of propertiesOf(bytes))
    if (!known.has(each)) return `no package says of a device: ${each.replace("\n", " ").slice(0, 200)}`;
  return undefined;
}

/** Matches, one a line, then properties that begin with a blank: hwdb(7). */
function* propertiesIn(text: string): Generator<string> {
  let matches: string[] = [];
  let isOpen = false;
  for (const raw of text.split("\n")) {
    const line = raw.replace(/#.*$/, "").trimEnd();
    if (line === "") {
      // A comment between matches and properties does not part them.
      if (!raw.startsWith("#")) matches = [];
      continue;
    }
    if (!/^[ \t]/.test(line)) {
      if (isOpen) matches = [];
      isOpen = false;
      matches.push(line);
      continue;
    }
    isOpen = true;
    for (const match of matches) yield `${match}\n${line.trim()}`;
  }
}

function* propertiesOf(bytes: Buffer): Generator<string> {
  const number = (at: number) => Number(bytes.readBigUInt64LE(at));
  const [nodeSize, childSize, valueSize] = [24, 32, 40].map((at) => number(at + 8)) as [
    number,
    number,
    number,
  ];
  const textAt = (at: number) => {
    const end = bytes.indexOf(0, at);
    if (end < 0) throw new RangeError("a text without an end");
    return bytes.toString("utf8", at, end);
  };
  let left = MOST_NODES;
  const waiting = [{ at: number(56), match: "" }];
  if (nodeSize < NODE) throw new RangeError("a node of another size");
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (--left === 0) throw new RangeError("more nodes than it can have");
    const match = node.match + textAt(number(node.at));
    const [children, values] = [bytes.readUInt8(node.at + 8), number(node.at + 16)];
    let at = node.at + nodeSize;
    for (let index = 0; index < children; index++, at += childSize)
      waiting.push({ at: number(at + 8), match: match + String.fromCharCode(bytes.readUInt8(at)) });
    for (let index = 0; index < values; index++, at += valueSize) {
      if (--left === 0) throw new RangeError("more values than it can have");
      // A key without a blank before it is for no reader (sd_hwdb_get).
      yield `${match}\n${textAt(number(at)).trimStart()}=${textAt(number(at + 8)).trimEnd()}`;
    }
  }
}

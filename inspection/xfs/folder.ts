/** Folders of XFS: "Directories". */
import { nameOf } from "../../facts/file-name";
import { NotInspectable } from "../tree";
import { numberAt } from "./blocks";
import { placesAt } from "./hashes";
import type { XfsLayout } from "./layout";

interface Named {
  inode: number;
  name: string;
}

/** The names of a block, `.` and `..` among them, by their places in it, and those that its own index leads to. */
interface NamesOfBlock {
  readonly names: readonly (Named & { readonly at: number })[];
  readonly places: readonly number[];
}

/** Magic numbers of a folder's only block and of one of several, by version. */
const ONLY = ["XD2B", "XDB3"];
const ONE_OF_SEVERAL = ["XD2D", "XDD3"];
/** A tag in place of an entry's first bytes. */
const UNUSED = 0xffff;

/** Every entry of a short folder, which is in its inode, without `.` and `..`. */
export function shortEntries(bytes: Buffer, { typed }: XfsLayout): Named[] {
  const wide = bytes.readUInt8(1) > 0;
  const count = wide ? bytes.readUInt8(1) : bytes.readUInt8(0);
  const found: Named[] = [];
  let at = 2 + (wide ? 8 : 4);
  for (let index = 0; index < count; index++) {
    const length = bytes.readUInt8(at);
    const end = at + 3 + length + (typed ? 1 : 0);
    if (end + (wide ? 8 : 4) > bytes.length) throw strange();
    found.push({
      name: checked(bytes.subarray(at + 3, at + 3 + length)),
      inode: wide ? numberAt(bytes, end) : bytes.readUInt32BE(end),
    });
    at = end + (wide ? 8 : 4);
  }
  return found;
}

/**
 * Every entry of one of a folder's blocks.
 *
 * @param block zeros for a hole, which a removed block leaves
 */
export function blockEntries(block: Buffer, { typed, checksummed }: XfsLayout): NamesOfBlock {
  const magic = block.toString("latin1", 0, 4);
  if (!ONLY.includes(magic) && !ONE_OF_SEVERAL.includes(magic)) {
    if (block.every((byte) => byte === 0)) return { names: [], places: [] };
    throw strange();
  }
  // An only block ends with hashes of the names, and their number.
  const count = ONLY.includes(magic) ? block.readUInt32BE(block.length - 8) : undefined;
  const end = count === undefined ? block.length : block.length - 8 - count * 8;
  const found: (Named & { at: number })[] = [];
  for (let at = checksummed ? 64 : 16; at < end;) {
    if (block.readUInt16BE(at) === UNUSED) {
      const length = block.readUInt16BE(at + 2);
      if (length < 8 || length % 8 !== 0) throw strange();
      at += length;
      continue;
    }
    const length = block.readUInt8(at + 8);
    const whole = Math.ceil((8 + 1 + length + (typed ? 1 : 0) + 2) / 8) * 8;
    if (at + whole > end) throw strange();
    found.push({ at, name: checked(block.subarray(at + 9, at + 9 + length)), inode: numberAt(block, at) });
    at += whole;
  }
  return { names: found, places: count === undefined ? [] : placesAt(block, end, count) };
}

function checked(name: Buffer): string {
  if (name.length === 0 || name.includes(0) || name.includes("/")) throw strange();
  return nameOf(name);
}

function strange(): NotInspectable {
  return new NotInspectable("a folder has an entry that cannot be understood");
}

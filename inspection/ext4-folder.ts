/** Folders of ext2/3/4: kernel documentation, "Directory Entries" (filesystems/ext4, 2026-11). */
import { nameOf } from "../facts/file-name";
import { NotInspectable } from "./tree";

/** Encoding of 65,536 in 16 bits: a block of 64 KiB with one entry. */
const WHOLE = [0, 65_535];

/**
 * Inode and name of every entry except `.` and `..`. Index blocks look like unused entries.
 *
 * @param block a block of a folder, or its inline data
 */
export function folderEntries(block: Buffer): { inode: number; name: string }[] {
  const found: { inode: number; name: string }[] = [];
  for (let at = 0; at < block.length;) {
    if (at + 8 > block.length) throw strange();
    const said = block.readUInt16LE(at + 4);
    const length = block.length === 65_536 && WHOLE.includes(said) ? block.length - at : said;
    const bytes = block.readUInt8(at + 6);
    if (length < 8 || length % 4 !== 0 || at + length > block.length || bytes + 8 > length) throw strange();
    const inode = block.readUInt32LE(at);
    const name = block.subarray(at + 8, at + 8 + bytes);
    at += length;
    if (inode === 0) continue;
    if (bytes === 0) throw new NotInspectable("a folder has an entry without a name");
    if (name.includes(0) || name.includes("/")) throw strange();
    const text = nameOf(name);
    if (text !== "." && text !== "..") found.push({ inode, name: text });
  }
  return found;
}

function strange(): NotInspectable {
  return new NotInspectable("a folder has an entry that cannot be understood");
}

import { openDebugfs } from "./debugfs";
import { readerOf } from "./fat-layout";
import type { FileSystem, Node } from "./file-system";
import { readSuperblock, type Superblock } from "./superblock";
import { type Entry, NotInspectable } from "./tree";

/** Bytes of all folders' lists together, 60 for a name; a Debian cloud image's folders that rules look into: 100 KB. */
const MOST_LISTED = 32 * 1024 * 1024;
/** A path, and so a link's target, has at most 4096 bytes (PATH_MAX). */
const LONGEST_TARGET = 4096;
/** Shorter targets are in the inode itself. */
const IN_INODE = 60;
/** Whatever debugfs says of one inode; extents of a large file make it long. */
const ONE_STAT = 4 * 1024 * 1024;

/** Flags of an inode: kernel documentation, "Index Nodes", i_flags (filesystems/ext4, 2026-11). */
const FLAGS = { encrypted: 0x800, inline: 0x10000000, casefold: 0x40000000 };
const JOURNAL_MAGIC = 0xc03b3998;

const CURE = "shut the machine down cleanly before the disk is taken, or run e2fsck -p on the partition";

/**
 * An ext2/3/4 file system in an open raw disk.
 *
 * @param disk its descriptor
 * @param name as in messages: `the root partition`
 * @throws {NotInspectable} debugfs is missing; there is no ext file system; its journal holds what a machine would see
 *   and debugfs would not
 */
export function openExt4(disk: number, start: number, length: number, name: string): FileSystem {
  const superblock = readSuperblock(readerOf(disk), start);
  if (!superblock) throw new NotInspectable(`${name} holds no ext2, ext3 or ext4 file system`);
  if (superblock.length > length) {
    throw new NotInspectable(`${name} has ${length} bytes, and its file system ${superblock.length}`);
  }
  const { ask } = openDebugfs(disk, start);
  if (superblock.needsRecovery || hasJournalled(disk, start, superblock, ask)) {
    throw new NotInspectable(`${name} was not unmounted, its journal holds changes; ${CURE}`);
  }

  const answer = (request: string, limit: number): Buffer => {
    const { out, problem } = ask(request, limit);
    if (problem) throw new NotInspectable(`it cannot be read: ${problem}`);
    return out;
  };
  const statOf = ({ id }: Node): { flags: number; text: Buffer } => {
    const text = answer(`stat <${id}>`, ONE_STAT);
    const flags = /^Inode: \d+ .*Flags: 0x([0-9a-f]+)\n/.exec(text.toString("latin1"))?.[1];
    if (flags === undefined) throw new NotInspectable("it cannot be read: debugfs tells no flags");
    return { flags: parseInt(flags, 16), text };
  };
  const refuseSpecial = (node: Node) => {
    if (!superblock.hasSpecialFolders) return;
    const { flags } = statOf(node);
    if (flags & FLAGS.encrypted) throw new NotInspectable("it is encrypted");
    if (flags & FLAGS.casefold) throw new NotInspectable("it compares names without case");
  };
  const content = (node: Node): Buffer => {
    refuseSpecial(node);
    // Room for the padding of a file that lies in its inode.
    const out = answer(`cat <${node.id}>`, node.size + 2 * superblock.blockSize);
    if (out.length === node.size) return out;
    if (out.length > node.size && statOf(node).flags & FLAGS.inline) return out.subarray(0, node.size);
    throw new NotInspectable(`it cannot be read: ${out.length} of ${node.size} bytes`);
  };
  const folders = new Map<number, readonly Node[]>();
  let left = MOST_LISTED;

  return {
    name,
    root: { name: "", kind: "folder", size: 0, id: 2 },
    minds: "case",
    list(folder) {
      let listed = folders.get(folder.id);
      if (!listed) {
        refuseSpecial(folder);
        if (left <= 0) throw new NotInspectable(`lists of folders take more than ${MOST_LISTED} bytes`);
        const text = answer(`ls -p <${folder.id}>`, MOST_LISTED);
        left -= text.length;
        listed = parseListing(text);
        folders.set(folder.id, listed);
      }
      return listed;
    },
    read: content,
    target(link) {
      if (link.size > LONGEST_TARGET) throw new NotInspectable(`a symbolic link of ${link.size} bytes`);
      if (link.size >= IN_INODE) return targetOf(content(link));
      // The last thing that stat says: `Fast link dest: "…"`. The target may have quotes and line breaks of its own.
      const { text } = statOf(link);
      const end = text.length - '"\n'.length;
      const before = 'Fast link dest: "';
      const at = end - link.size;
      if (text.toString("latin1", at - before.length, at) !== before) {
        throw new NotInspectable("a symbolic link that cannot be read");
      }
      return targetOf(text.subarray(at, end));
    },
  };
}

function targetOf(bytes: Buffer): string {
  if (bytes.includes(0)) throw new NotInspectable("a symbolic link with a NUL in it");
  return nameOf(bytes);
}

/** Whether e2fsck would replay the journal, which it does for the journal's sake whatever the superblock says. */
function hasJournalled(
  disk: number,
  start: number,
  { journal, blockSize }: Superblock,
  ask: ReturnType<typeof openDebugfs>["ask"],
): boolean {
  if (journal === 0) return false;
  const { out, problem } = ask(`bmap <${journal}> 0`, ONE_STAT);
  const block = /^(\d+)\n/.exec(out.toString("latin1"))?.[1];
  if (block === undefined || problem) throw new NotInspectable(`its journal cannot be read: ${problem}`);
  const header = readerOf(disk)(start + Number(block) * blockSize, 32);
  if (header.length < 32 || header.readUInt32BE(0) !== JOURNAL_MAGIC) {
    throw new NotInspectable("its journal cannot be read: there is none where it should be");
  }
  // s_start: "If this value is zero, the journal is clean" (kernel documentation, "Journal (jbd2)", 2026-11).
  return header.readUInt32BE(0x1c) !== 0;
}

/**
 * `ls -p` prints `/inode/mode/uid/gid/name/size/`, one entry a line, and a last empty line. No name of Linux has a `/`;
 * a line break it may have.
 */
function parseListing(bytes: Buffer): Node[] {
  const text = bytes.toString("latin1");
  const listed: Node[] = [];
  const line = /\/(\d+)\/(\d+)\/-?\d+\/-?\d+\/([^/]*)\/(\d*)\/\n/y;
  let at = 0;
  for (let match = line.exec(text); match; match = line.exec(text)) {
    at = line.lastIndex;
    const [, inode, mode = "", raw = "", size] = match;
    // An entry that is not in use; the folder itself, and the one above it.
    if (inode === "0" || raw === "." || raw === "..") continue;
    if (raw === "") throw new NotInspectable("a folder has an entry without a name");
    const name = nameOf(Buffer.from(raw, "latin1"));
    listed.push({ name, kind: kindOf(parseInt(mode, 8)), size: Number(size), id: Number(inode) });
  }
  if (at === 0 || text.slice(at).trim() !== "") {
    throw new NotInspectable("a folder has an entry that cannot be understood");
  }
  return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Text of a name; of one that is no UTF-8, every byte beyond ASCII is a lone surrogate, as no UTF-8 text has one. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (Buffer.from(text, "utf8").equals(bytes)) return text;
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join("");
}

function kindOf(mode: number): Entry["kind"] {
  switch (mode & 0o170000) {
    case 0o100000:
      return "file";
    case 0o040000:
      return "folder";
    case 0o120000:
      return "link";
    default:
      return "other";
  }
}

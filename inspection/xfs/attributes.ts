/** Names of extended attributes of XFS: "Extended Attributes". */
import { NotInspectable } from "../tree";
import type { ReadBlocks } from "./blocks";
import { type XfsInode, xfsRuns } from "./inode";
import type { XfsLayout } from "./layout";

const FLAGS = { local: 0x1, root: 0x2, secure: 0x4, parent: 0x8, incomplete: 0x80 };
/** Magic number of a leaf, behind the numbers of its neighbours. */
const LEAF = { plain: 0xfbee, checksummed: 0x3bee };
/** XFS names ACLs by themselves: xfs_attr.h and xfs_acl.h of Linux 6.12. */
const ACLS: Readonly<Record<string, string>> = {
  "trusted.SGI_ACL_FILE": "system.posix_acl_access",
  "trusted.SGI_ACL_DEFAULT": "system.posix_acl_default",
};

/** In getfattr(1)'s form. */
export function xfsAttributes(inode: XfsInode, layout: XfsLayout, blocks: ReadBlocks): string[] {
  const fork = inode.attributes;
  if (!fork) return [];
  if (fork.format === "local") return inInode(fork.bytes);
  const found: string[] = [];
  for (const { physical, count } of xfsRuns(fork, layout, blocks)) {
    // Nodes of the tree, and long values, are not leaves.
    for (let index = 0; physical !== undefined && index < count; index++)
      found.push(...inLeaf(blocks(physical + index, 1), layout));
  }
  return found;
}

function inInode(bytes: Buffer): string[] {
  const found: string[] = [];
  let at = 4;
  for (let left = bytes.readUInt8(2); left > 0; left--) {
    const [length, value, flags] = [bytes.readUInt8(at), bytes.readUInt8(at + 1), bytes.readUInt8(at + 2)];
    if (at + 3 + length + value > bytes.length) throw damaged();
    found.push(...named(bytes.toString("latin1", at + 3, at + 3 + length), flags));
    at += 3 + length + value;
  }
  return found;
}

function inLeaf(block: Buffer, { checksummed }: XfsLayout): string[] {
  if (block.readUInt16BE(8) !== (checksummed ? LEAF.checksummed : LEAF.plain)) return [];
  const count = block.readUInt16BE(checksummed ? 56 : 12);
  const first = checksummed ? 80 : 32;
  if (first + count * 8 > block.length) throw damaged();
  return Array.from({ length: count }, (_, index) => first + index * 8).flatMap((entry) => {
    const at = block.readUInt16BE(entry + 4);
    const flags = block.readUInt8(entry + 6);
    const isLocal = (flags & FLAGS.local) !== 0;
    const length = block.readUInt8(at + (isLocal ? 2 : 8));
    const from = at + (isLocal ? 3 : 9);
    if (from + length > block.length) throw damaged();
    return named(block.toString("latin1", from, from + length), flags);
  });
}

function named(name: string, flags: number): string[] {
  if ((flags & (FLAGS.parent | FLAGS.incomplete)) !== 0) return [];
  const prefix =
    (flags & FLAGS.secure) !== 0 ? "security." : (flags & FLAGS.root) !== 0 ? "trusted." : "user.";
  return [ACLS[`${prefix}${name}`] ?? `${prefix}${name}`];
}

function damaged(): NotInspectable {
  return new NotInspectable("it cannot be read: its extended attributes are damaged");
}

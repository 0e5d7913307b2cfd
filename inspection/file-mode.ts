/** Meaning of a mode's upper bits, in inodes of ext4 and XFS and in cpio alike (inode(7), "The file type and mode"). */
import type { Entry } from "./tree";

const TYPE = 0o170000;
const KINDS: Readonly<Record<number, Entry["kind"]>> = {
  0o100000: "file",
  0o040000: "folder",
  0o120000: "link",
};
const [CHARACTER_DEVICE, BLOCK_DEVICE] = [0o020000, 0o060000];

export function kindOfMode(mode: number): Entry["kind"] {
  return KINDS[mode & TYPE] ?? "other";
}

export function isBlockDevice(mode: number): boolean {
  return (mode & TYPE) === BLOCK_DEVICE;
}

export function isDevice(mode: number): boolean {
  return isBlockDevice(mode) || (mode & TYPE) === CHARACTER_DEVICE;
}

/** Mounts of a system that is compared: those of another machine, or of a program, are not walked. */
import { readFileSync, realpathSync } from "node:fs";

/** Of the machine's own disks, and memory, which hides what is below as well; `overlay`: a root that is made of layers. */
const WALKED =
  /^(ext[234]|xfs|btrfs|f2fs|bcachefs|zfs|vfat|msdos|exfat|ntfs3?|iso9660|squashfs|erofs|tmpfs|ramfs|jfs|reiserfs)$/;

/**
 * Paths in the system's tree that another file system hides which is not walked, with its type (proc(5), mountinfo).
 *
 * @param root folder of the system
 */
export function foreignMounts(root: string, text = mountsNow()): ReadonlyMap<string, string> {
  const base = realpathSync(root).replace(/\/+$/, "");
  const found = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, place, type] = /^\d+ \d+ \S+ \S+ (\S+) .*? - (\S+) /.exec(line) ?? [];
    if (place === undefined || type === undefined) continue;
    const path = place.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    if (!path.startsWith(`${base}/`) || path.length <= base.length + 1) continue;
    // Of several at one place the last one is seen.
    if (WALKED.test(type)) found.delete(path.slice(base.length));
    else found.set(path.slice(base.length), type);
  }
  return found;
}

/** Of a system without it, nothing is known. */
function mountsNow(): string {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return "";
  }
}

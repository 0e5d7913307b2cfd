import { KIB } from "../facts/units";

/**
 * Magic numbers of file systems and volumes: magic(5), kernel documentation (filesystems/ext4, xfs, btrfs, f2fs, erofs), LVM's
 * format_text/layout.h, FreeBSD's sys/ufs/ffs/fs.h, 2026-11.
 */
const FILE_SYSTEMS: readonly { magic: string; at: number; what: string }[] = [
  { magic: "\x53\xef", at: 1080, what: "an ext2, ext3 or ext4 file system" },
  { magic: "XFSB", at: 0, what: "an XFS file system" },
  { magic: "_BHRfS_M", at: 65_600, what: "a btrfs file system" },
  { magic: "hsqs", at: 0, what: "a squashfs file system" },
  { magic: "\x10\x20\xf5\xf2", at: 1024, what: "an F2FS file system" },
  { magic: "\xe2\xe1\xf5\xe0", at: 1024, what: "an EROFS file system" },
  { magic: "\x19\x01\x54\x19", at: 66_908, what: "a UFS file system" },
  { magic: "LABELONE", at: 512, what: "an LVM physical volume" },
  { magic: "LUKS\xba\xbe", at: 0, what: "an encrypted volume (LUKS)" },
  { magic: "FAT", at: 54, what: "a FAT file system" },
  { magic: "FAT32", at: 82, what: "a FAT file system" },
  { magic: "NTFS    ", at: 3, what: "an NTFS file system" },
  { magic: "EXFAT   ", at: 3, what: "an exFAT file system" },
];

/** Bytes that {@link fileSystemIn} needs. */
export const FILE_SYSTEM_START = 68 * KIB;

/** The file system or volume that begins with these bytes; `undefined`: none known. */
export function fileSystemIn(start: Buffer): string | undefined {
  return FILE_SYSTEMS.find(({ magic, at }) => start.toString("latin1", at, at + magic.length) === magic)
    ?.what;
}

const QEMU_IMG = "make it raw with 'qemu-img convert -O raw'";

/** Magic numbers of other formats, to name what was given instead of a raw disk with a GPT. */
const KNOWN: readonly { magic: Buffer; at?: number; what: string; cure: string }[] = [
  { magic: Buffer.from("QFI\xfb", "latin1"), what: "this is a qcow2 image", cure: QEMU_IMG },
  { magic: Buffer.from("KDMV"), what: "this is a VMDK image", cure: QEMU_IMG },
  { magic: Buffer.from("conectix"), what: "this is a VHD image", cure: QEMU_IMG },
  { magic: Buffer.from("vhdxfile"), what: "this is a VHDX image", cure: QEMU_IMG },
  // VirtualBox (src/VBox/Storage/VDICore.h) and QEMU's old format (docs/interop/qed_spec.rst), 2026-11.
  { magic: Buffer.from("7f10dabe", "hex"), at: 64, what: "this is a VDI image", cure: QEMU_IMG },
  { magic: Buffer.from("QED\0", "latin1"), what: "this is a QED image", cure: QEMU_IMG },
  // POSIX ustar, and GNU tar's own magic: used by an OVA and by archives for Compute Engine.
  {
    magic: Buffer.from("ustar"),
    at: 257,
    what: "this is a tar archive, as an OVA is and what Compute Engine imports",
    cure: "unpack it with tar -xf, and name the raw disk that is in it (a VMDK of an OVA is made raw by 'qemu-img convert -O raw')",
  },
  { magic: Buffer.from("BZh"), what: "this is bzip2-compressed", cure: "unpack it with bunzip2" },
  { magic: Buffer.from("PK\x03\x04", "latin1"), what: "this is a ZIP archive", cure: "unpack it with unzip" },
  {
    magic: Buffer.from("\x1f\x8b", "latin1"),
    what: "this is gzip-compressed",
    cure: "unpack it with gunzip",
  },
  { magic: Buffer.from("\xfd7zXZ", "latin1"), what: "this is xz-compressed", cure: "unpack it with unxz" },
  {
    magic: Buffer.from("\x28\xb5\x2f\xfd", "latin1"),
    what: "this is zstd-compressed",
    cure: "unpack it with unzstd",
  },
];

const BOOT_SIGNATURE = 0xaa55;
/** Partition type of the protective MBR: UEFI specification 2.10, section 5.2.3. */
const PROTECTIVE = 0xee;
const MAKE_GPT = "make the disk with a GPT, as sfdisk, sgdisk and systemd-repart do";
/**
 * sgdisk(8); GRUB manual 2.12, "BIOS installation": with a GPT there is no space after the MBR for GRUB's core image.
 */
const MBR_TO_GPT = `${MAKE_GPT}; one that starts by BIOS is turned with 'sgdisk --mbrtogpt', and its boot loader installed again in a BIOS boot partition`;

export interface Foreign {
  what: string;
  /** A whole sentence, without its full stop. */
  cure: string;
}

/** The file format with this first sector; `undefined`: none known. Also matches a VHD's last sector. */
export function knownFormat(sector: Buffer): Foreign | undefined {
  const known = KNOWN.find(({ magic, at = 0 }) => sector.subarray(at, at + magic.length).equals(magic));
  return known && { what: known.what, cure: known.cure.charAt(0).toUpperCase() + known.cure.slice(1) };
}

/** Description of the first sector when no GPT follows it. */
export function describeForeign(sector: Buffer): Foreign {
  const known = knownFormat(sector);
  if (known) return known;
  if (isProtective(sector)) {
    return {
      what: "the protective MBR is there, and no GPT header in sector 1 (of 512 bytes) follows it",
      cure: "build the disk again, with sectors of 512 bytes",
    };
  }
  if (sector.readUInt16LE(510) !== BOOT_SIGNATURE) {
    return { what: "this is not a disk: it has no partition table", cure: "name the raw disk image" };
  }
  const partitions = typesOf(sector).some((type) => type !== 0);
  return partitions
    ? { what: "its partition table is a plain MBR", cure: MBR_TO_GPT }
    : { what: "this is a file system without a partition table", cure: MAKE_GPT };
}

/** True if the first sector is a protective MBR: without it firmware does not look for a GPT. */
export function isProtective(sector: Buffer): boolean {
  return sector.readUInt16LE(510) === BOOT_SIGNATURE && typesOf(sector).includes(PROTECTIVE);
}

function typesOf(sector: Buffer): number[] {
  return [0, 1, 2, 3].map((entry) => sector.readUInt8(446 + entry * 16 + 4));
}

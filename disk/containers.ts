/** Formats of disk images and archives that are given instead of a raw disk, by their magic numbers. */
import { SECTOR } from "../facts/units";
import { nameInShell } from "../facts/shell";
import type { Foreign, ReadBytes } from "./foreign";
import { isTar, tarCommand } from "./tar-names";

interface Magic {
  bytes: string;
  /** Default: 0. */
  at?: number;
  /** True: the magic number begins the last sector. */
  behind?: boolean;
}

interface Format {
  what: string;
  magic: readonly Magic[];
  /** The cure, by the file's name, a raw disk's, and the name without its compression, for a shell. */
  cure: (file: string, raw: string, unpacked: string) => string;
}

const hex = (bytes: string) => Buffer.from(bytes, "hex").toString("latin1");
const qemuImg = (format: string) => (file: string, raw: string) =>
  `Make it raw: qemu-img convert -f ${format} -O raw ${file} ${raw}`;
const unpack = (program: string) => (file: string, _raw: string, unpacked: string) =>
  `Unpack it: ${program} -dc ${file} > ${unpacked}`;

/**
 * A fixed VHD is the raw disk and a footer, so that qemu-img takes it for a raw disk unless it is told, and copies the footer
 * too. Of a creator that it does not know it takes the size from a geometry that rounds, unless it is told to take the size
 * field (qemu 7.2, block/vpc.c; tried 2026-11 with both kinds).
 */
const vhd = (file: string, raw: string) =>
  `Make it raw: qemu-img convert --image-opts driver=vpc,file.filename=${file.replaceAll(",", ",,")},force_size_calc=current_size -O raw ${raw}`;

const WITHOUT_FILE = "Build a raw disk, with a partition table";

/**
 * Sources, all 2026-11: qemu's docs/interop and block/ (qcow2, QED, VDI, VHD, VHDX, VMDK, Parallels, DMG), AOSP's
 * libsparse, ECMA-119, and magic(5) for archives.
 */
const FORMATS: readonly Format[] = [
  { what: "a qcow image", magic: [{ bytes: "QFI\xfb\0\0\0\x01" }], cure: qemuImg("qcow") },
  { what: "a qcow2 image", magic: [{ bytes: "QFI\xfb" }], cure: qemuImg("qcow2") },
  {
    what: "a VMDK image",
    magic: [{ bytes: "KDMV" }, { bytes: "COWD" }, { bytes: "# Disk DescriptorFile" }],
    cure: qemuImg("vmdk"),
  },
  { what: "a VHD image", magic: [{ bytes: "conectix" }, { bytes: "conectix", behind: true }], cure: vhd },
  { what: "a VHDX image", magic: [{ bytes: "vhdxfile" }], cure: qemuImg("vhdx") },
  { what: "a VDI image", magic: [{ bytes: hex("7f10dabe"), at: 64 }], cure: qemuImg("vdi") },
  { what: "a QED image", magic: [{ bytes: "QED\0" }], cure: qemuImg("qed") },
  {
    what: "a Parallels image",
    magic: [{ bytes: "WithoutFreeSpace" }, { bytes: "WithouFreSpacExt" }],
    cure: qemuImg("parallels"),
  },
  { what: "an Apple disk image (DMG)", magic: [{ bytes: "koly", behind: true }], cure: qemuImg("dmg") },
  {
    what: "an Android sparse image",
    magic: [{ bytes: hex("3aff26ed") }],
    cure: (file, raw) => `Make it raw: simg2img ${file} ${raw}`,
  },
  { what: "bzip2-compressed", magic: [{ bytes: "BZh" }], cure: unpack("bzip2") },
  { what: "gzip-compressed", magic: [{ bytes: "\x1f\x8b" }], cure: unpack("gzip") },
  { what: "xz-compressed", magic: [{ bytes: "\xfd7zXZ\0" }], cure: unpack("xz") },
  { what: "zstd-compressed", magic: [{ bytes: "\x28\xb5\x2f\xfd" }], cure: unpack("zstd") },
  { what: "lz4-compressed", magic: [{ bytes: hex("04224d18") }], cure: unpack("lz4") },
  { what: "lzip-compressed", magic: [{ bytes: "LZIP" }], cure: unpack("lzip") },
  {
    what: "a ZIP archive",
    magic: [{ bytes: "PK\x03\x04" }],
    cure: (file) => `Unpack it: unzip ${file}`,
  },
  {
    what: "a 7-Zip archive",
    magic: [{ bytes: hex("377abcaf271c") }],
    cure: (file) => `Unpack it: 7z x ${file}`,
  },
  {
    what: "an OVF description, which holds no disk",
    magic: [{ bytes: "<?xml" }, { bytes: "<Envelope" }],
    cure: () => "Make the disk that it names raw, as in: qemu-img convert -f vmdk -O raw disk.vmdk disk.raw",
  },
  {
    what: "an ISO image, which starts an installer or a live system from a disc",
    magic: [{ bytes: "CD001", at: 32_769 }],
    cure: (_file, raw) =>
      `Install from it into a raw disk: qemu-img create -f raw ${raw} 10G, and a virtual machine with both`,
  },
  { what: "encrypted (LUKS)", magic: [{ bytes: "LUKS\xba\xbe" }], cure: () => WITHOUT_FILE },
];

/**
 * The format of a file that is no raw disk; `undefined`: none known.
 *
 * @param file as named by the user
 */
export async function foreignFormat(
  read: ReadBytes,
  size: number,
  file: string,
): Promise<Foreign | undefined> {
  const start = await read(0, SECTOR);
  const raw = nameInShell(rawName(file));
  if (isTar(start)) {
    const { what, cure } = await tarCommand(read, nameInShell(file));
    return { what: `this is ${what}`, cure };
  }
  for (const { what, magic, cure } of FORMATS) {
    for (const { bytes, at = 0, behind = false } of magic) {
      const place = behind ? Math.max(0, size - SECTOR) : at;
      const found = place < SECTOR ? start.subarray(place) : await read(place, bytes.length);
      if (found.toString("latin1", 0, bytes.length) !== bytes) continue;
      if (/compressed/.test(what) && isArchiveName(file))
        return { what: `this is a tar archive, ${what}`, cure: `Unpack it: tar -xf ${nameInShell(file)}` };
      return { what: `this is ${what}`, cure: cure(nameInShell(file), raw, nameInShell(unpackedName(file))) };
    }
  }
  return undefined;
}

/** `disk.qcow2` and `disk.raw.xz` become `disk.raw`; a name that is that already becomes another. */
function rawName(file: string): string {
  const base = file.replace(/(\.(raw|img))?\.[A-Za-z0-9]{1,6}$/, "") || file;
  return `${base}.raw` === file ? `${base}.unpacked.raw` : `${base}.raw`;
}

/** `disk.vmdk.xz` becomes `disk.vmdk`; a name that says no compression, `.raw`. */
function unpackedName(file: string): string {
  const [, name] = /^(.*\.(?:raw|img|qcow2?|vmdk|vhdx?|vdi|iso|ova))\.\w+$/i.exec(file) ?? [];
  return name ?? rawName(file);
}

function isArchiveName(file: string): boolean {
  return /\.(tar\.\w+|tgz|txz|tbz2?|tzst)$/i.test(file);
}

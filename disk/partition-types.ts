/** Partition types: Discoverable Partitions Specification, https://uapi-group.org/specifications/specs/discoverable_partitions_specification/ (2026-11). */
import type { Partition } from "./gpt";
import type { PartitionTable } from "./partition-table";

type Architecture = "x86_64" | "arm64";

export const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
/** GRUB's core image for legacy BIOS, GNU GRUB manual, "BIOS installation". */
export const BIOS_BOOT_TYPE = "21686148-6449-6e6f-744e-656564454649";
/** FreeBSD's boot code for legacy BIOS, gpart(8), "freebsd-boot". */
export const FREEBSD_BOOT_TYPE = "83bd6b9d-7f41-11dc-be0b-001560b84f0f";
export const LINUX_TYPE = "0fc63daf-8483-4772-8e79-3d69d8477de4";
export const SWAP_TYPE = "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f";

/** Types per architecture: root, /usr, and the dm-verity data of both. */
const TYPES: Record<Architecture, readonly string[]> = {
  x86_64: [
    "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
    "8484680c-9521-48c6-9c11-b0720656f69e",
    "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5",
    "77ff5f63-e7b6-4633-acf4-1565b864c0e6",
  ],
  arm64: [
    "b921b045-1df0-41c3-af44-4c6f280d3fae",
    "b0e01050-ee5f-4390-949a-9101b17104e9",
    "df3300ce-d69f-4c92-978c-9bfb0f38d820",
    "6e11a4e7-fbca-4ded-b9e9-e1a512bb664e",
  ],
};

/** GPT types of the same purpose as an MBR's, as sgdisk converts them (gdisk, parttypes.cc, 2026-11). */
const OF_MBR: Readonly<Record<string, string>> = {
  "82": SWAP_TYPE,
  "83": LINUX_TYPE,
  "8e": "e6d6d379-f507-44c2-a23c-238f2a3df928",
  a5: "516e7cb4-6ecf-11d6-8ff8-00022d712b00",
  ef: ESP_TYPE,
  fd: "a19d880f-05fc-4d3b-a006-743f0f84911e",
};
/** Basic data: FAT and NTFS, and any other. */
const DATA_TYPE = "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7";

/** A partition of either table by the names that Linux has for it. */
type PlacedPartition = Omit<Partition, "name"> & { name?: string };

/** The partitions with their purposes as GPT types; an MBR's have no label, and a PARTUUID of the disk's signature. */
export function placedPartitions(table: PartitionTable): PlacedPartition[] {
  if (table.type === "gpt") return table.partitions;
  return table.partitions.map(({ number, start, length, typeCode }) => ({
    ...{ number, start, length, typeGuid: OF_MBR[typeCode] ?? DATA_TYPE },
    // Linux, block/partitions/msdos.c: the number in hex.
    guid: `${table.diskSignature}-${number.toString(16).padStart(2, "0")}`,
  }));
}

/** Architectures by partition types: none for a disk of plain "Linux filesystem" partitions. */
export function architecturesOf(partitions: readonly Pick<Partition, "typeGuid">[]): Architecture[] {
  return (Object.keys(TYPES) as Architecture[]).filter((architecture) =>
    partitions.some(({ typeGuid }) => TYPES[architecture].includes(typeGuid)),
  );
}

/**
 * Boot mode of the disk, by the partitions each mode needs. `undefined`: neither. An MBR is for BIOS: that a cloud's UEFI starts
 * one is documented of none, and Azure's generation 2 needs a GPT.
 */
export function bootModeOf(table: PartitionTable): "uefi" | "legacy-bios" | "uefi-preferred" | undefined {
  if (table.type === "mbr") {
    const isFirmwares = table.partitions.some(({ typeCode }) => typeCode === "ef");
    return !isFirmwares || table.partitions.some(({ active }) => active) ? "legacy-bios" : undefined;
  }
  const has = (...types: string[]) => table.partitions.some(({ typeGuid }) => types.includes(typeGuid));
  const hasBiosBoot = has(BIOS_BOOT_TYPE, FREEBSD_BOOT_TYPE);
  if (has(ESP_TYPE)) return hasBiosBoot ? "uefi-preferred" : "uefi";
  return hasBiosBoot ? "legacy-bios" : undefined;
}

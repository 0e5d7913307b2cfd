/** Partition types: Discoverable Partitions Specification, https://uapi-group.org/specifications/specs/discoverable_partitions_specification/ (2026-11). */
import type { Partition } from "./gpt";

export type Architecture = "x86_64" | "arm64";

export const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
/** GRUB's core image for legacy BIOS, GNU GRUB manual, "BIOS installation". */
export const BIOS_BOOT_TYPE = "21686148-6449-6e6f-744e-656564454649";

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

/** Architectures by partition types: none for a disk of plain "Linux filesystem" partitions. */
export function architecturesOf(partitions: readonly Partition[]): Architecture[] {
  return (Object.keys(TYPES) as Architecture[]).filter((architecture) =>
    partitions.some(({ typeGuid }) => TYPES[architecture].includes(typeGuid)),
  );
}

/** Boot mode of the disk, by the partitions each mode needs. `undefined`: neither. */
export function bootModeOf(
  partitions: readonly Partition[],
): "uefi" | "legacy-bios" | "uefi-preferred" | undefined {
  const has = (type: string) => partitions.some(({ typeGuid }) => typeGuid === type);
  if (has(ESP_TYPE)) return has(BIOS_BOOT_TYPE) ? "uefi-preferred" : "uefi";
  return has(BIOS_BOOT_TYPE) ? "legacy-bios" : undefined;
}

import { closeSync, openSync } from "node:fs";

import { openExt4 } from "./ext4";
import { openFat, readerOf } from "./fat";
import { NotInspectable, type Tree } from "./tree";

/** Where a partition lies in the raw disk, in bytes, and what it is for (GPT type GUID, lower case). */
export interface PartitionPlace {
  number: number;
  start: number;
  length: number;
  typeGuid: string;
}

export type Architecture = "x86_64" | "arm64";

/** A disk opened for inspection. A tree that cannot be read is the reason why, not an absence. */
export interface InspectedImage {
  /** Size of the raw disk in bytes. */
  size: number;
  architecture: Architecture;
  partitions: readonly PartitionPlace[];
  esp: Tree | NotInspectable;
  root: Tree | NotInspectable;
}

const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
/** Root partitions: Discoverable Partitions Specification (UAPI group, 2026-11), and plain "Linux filesystem data". */
const ROOT_TYPES: Record<Architecture, string> = {
  x86_64: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  arm64: "b921b045-1df0-41c3-af44-4c6f280d3fae",
};
const LINUX_DATA = "0fc63daf-8483-4772-8e79-3d69d8477de4";

/** Opens the file systems of a raw disk whose partitions are known. Nothing is read but what the rules ask for. */
export function openImage(
  disk: string,
  {
    size,
    architecture,
    partitions,
  }: { size: number; architecture: Architecture; partitions: readonly PartitionPlace[] },
): InspectedImage & { close(): void } {
  const file = openSync(disk, "r");
  const esp = partitions.find(({ typeGuid }) => typeGuid === ESP_TYPE);
  const root = rootPartition(partitions, architecture);
  return {
    size,
    architecture,
    partitions,
    esp: attempt(() => {
      if (!esp) throw new NotInspectable("there is no EFI system partition");
      return openFat(readerOf(file), esp.start, esp.length);
    }),
    root: attempt(() => {
      if (!root)
        throw new NotInspectable("there is no root partition: no Linux partition of the disk's architecture");
      return openExt4(disk, root.start);
    }),
    close: () => closeSync(file),
  };
}

/** The partition typed as this architecture's root; else the largest plain Linux one. */
function rootPartition(
  partitions: readonly PartitionPlace[],
  architecture: Architecture,
): PartitionPlace | undefined {
  const typed = partitions.find(({ typeGuid }) => typeGuid === ROOT_TYPES[architecture]);
  return (
    typed ??
    partitions.filter(({ typeGuid }) => typeGuid === LINUX_DATA).sort((a, b) => b.length - a.length)[0]
  );
}

function attempt(open: () => Tree): Tree | NotInspectable {
  try {
    return open();
  } catch (error) {
    if (error instanceof NotInspectable) return error;
    throw error;
  }
}

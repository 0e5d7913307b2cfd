import { closeSync, openSync } from "node:fs";

import { FILE_SYSTEM_START, fileSystemIn } from "../disk/file-systems";
import { hasBootCode } from "../disk/mbr-sector";
import type { PartitionTable } from "../disk/partition-table";
import { BIOS_BOOT_TYPE, ESP_TYPE, FREEBSD_BOOT_TYPE, LINUX_TYPE, SWAP_TYPE } from "../disk/partition-types";
import { openExt4 } from "./ext4";
import { openFat } from "./fat";
import { type ReadAt, readerOf, readFatLayout } from "./fat-layout";
import { type FileSystem, type Mounts, treeOf } from "./file-system";
import { mountsOf, type Volume, type VolumeNames } from "./mounts";
import type { PartitionPlace } from "./partition-place";
import { readSuperblock } from "./superblock";
import { NotInspectable, type Tree } from "./tree";
import { type UnusedPiece, unusedPieces } from "./unused-space";
import { openXfs } from "./xfs";
import { readXfsLayout } from "./xfs/layout";

export type Architecture = "x86_64" | "arm64";

/** A disk opened for inspection. An unreadable tree is represented by the reason, rather than as absent. */
export interface InspectedImage {
  /** Size of the raw disk in bytes. */
  size: number;
  architecture: Architecture;
  partitions: readonly PartitionPlace[];
  esp: Tree | NotInspectable;
  /** The root file system, with the mounts of other partitions. */
  root: Tree | NotInspectable;
  /** The partition of {@link root}. */
  rootPartition?: PartitionPlace;
  /** All partitions by their names. Default: names unknown. */
  volumes?: readonly VolumeNames[];
  /** Partitions that may contain files but are in neither tree, with the reason. Default: none. */
  unseen?: readonly string[];
  /** Files and folders of the root below the places where other partitions are mounted. Default: none. */
  covered?: readonly string[];
  /** Partitions of type swap. Default: none. */
  swaps?: readonly { number: number; isSwap: boolean }[];
  /** True if a BIOS finds a program in the first sector. Default: unknown. */
  bootCode?: boolean;
  /** Content of the disk outside files. Default: unknown. */
  unused?: () => Iterable<UnusedPiece>;
}

/** Root partitions: Discoverable Partitions Specification (UAPI group, 2026-11), and plain "Linux filesystem data". */
export const ROOT_TYPES: Record<Architecture, string> = {
  x86_64: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  arm64: "b921b045-1df0-41c3-af44-4c6f280d3fae",
};
/** Types without files: boot code of GRUB and of OpenFirmware, swap, and dm-verity's hashes and signatures. */
export const NO_FILES: ReadonlySet<string> = new Set([
  BIOS_BOOT_TYPE,
  FREEBSD_BOOT_TYPE,
  SWAP_TYPE,
  "9e1a2d38-c612-4316-aa26-8b49521e5a8b",
  "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5",
  "77ff5f63-e7b6-4633-acf4-1565b864c0e6",
  "df3300ce-d69f-4c92-978c-9bfb0f38d820",
  "6e11a4e7-fbca-4ded-b9e9-e1a512bb664e",
  "41092b05-9fc8-4523-994f-2def0408b176",
  "e7bb33fb-06cf-4e81-8273-e543b413e2e2",
  "6db69de6-29f4-4758-a7a5-962190f00ce3",
  "c23ce4ff-44bd-4b00-b2d4-b41b3419e02a",
]);

/** Cure where a root is not read. */
const UNREAD =
  "only ext2, ext3, ext4, XFS and FAT are read here; build it with an ext4 or XFS root, or inspect it without --policy, see that it starts with " +
  "'imprimatur boot', and require that instead (imprimatur:checks, policy: optional, boot: required)";

/** Opens the file systems of a raw disk with known partitions. Only what the rules request is read. */
export function openImage(
  disk: string,
  {
    size,
    architecture,
    partitions,
    table,
  }: {
    size: number;
    architecture: Architecture;
    partitions: readonly PartitionPlace[];
    table?: PartitionTable["type"];
  },
): InspectedImage & { close(): void } {
  const file = openSync(disk, "r");
  try {
    const esp = partitions.find(({ typeGuid }) => typeGuid === ESP_TYPE);
    const root = rootPartition(partitions, architecture);
    const noRoot = "there is no root partition: no Linux partition of the disk's architecture";
    const rootSystem = attempt(() => {
      if (!root) throw new NotInspectable(noRoot);
      const readAt = readerOf(file);
      if (readXfsLayout(readAt, root.start))
        return openXfs(file, root.start, root.length, "the root partition");
      const start = readAt(root.start, Math.min(root.length, FILE_SYSTEM_START));
      const other = readSuperblock(readAt, root.start) ? undefined : fileSystemIn(start);
      if (other !== undefined) throw new NotInspectable(`the root partition holds ${other}: ${UNREAD}`);
      return openExt4(file, root.start, root.length, "the root partition");
    });
    const espSystem = attempt(() => {
      if (!esp) throw new NotInspectable("there is no EFI system partition");
      return openFat(readerOf(file), esp.start, esp.length, "the EFI system partition");
    });
    const all = partitions.map((partition) => {
      const known = partition === root ? rootSystem : partition === esp ? espSystem : undefined;
      return volumeOf(file, partition, known);
    });
    const volumes = all.filter(({ partition }) => partition !== root);
    const mounts = attempt(() =>
      rootSystem instanceof NotInspectable ? new Map<string, never>() : mountsOf(rootSystem, volumes),
    );
    const seen = mounts instanceof NotInspectable ? [] : [...mounts.values()];
    return {
      size,
      architecture,
      partitions,
      esp: espSystem instanceof NotInspectable ? espSystem : treeOf(espSystem),
      root: attempt(() => {
        if (rootSystem instanceof NotInspectable) throw rootSystem;
        if (mounts instanceof NotInspectable) throw mounts;
        return treeOf(rootSystem, mounts);
      }),
      ...(root && { rootPartition: root }),
      volumes: all,
      unseen: volumes
        .filter(({ partition }) => partition !== esp && !NO_FILES.has(partition.typeGuid))
        .flatMap(({ partition: { number }, system }) => {
          if (system instanceof NotInspectable) return [system.message];
          return seen.includes(system) ? [] : [`partition ${number} is not known to be mounted anywhere`];
        }),
      covered: rootSystem instanceof NotInspectable ? [] : coveredIn(rootSystem, mounts),
      swaps: partitions
        .filter(({ typeGuid }) => typeGuid === SWAP_TYPE)
        .map(({ number, start }) => ({ number, isSwap: isSwap(readerOf(file), start) })),
      bootCode: hasBootCode(readerOf(file)(0, 512)),
      unused: () => unusedPieces(file, size, partitions, table),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The root's own files at the places of its mounts; a place that cannot be read, as a whole. */
function coveredIn(root: FileSystem, mounts: Mounts | NotInspectable): string[] {
  if (mounts instanceof NotInspectable) return [];
  const alone = treeOf(root);
  return [...mounts.keys()].flatMap((place) => {
    const own = attempt(() => alone.list(place) ?? []);
    if (own instanceof NotInspectable) return [place];
    return own.filter(({ name }) => name !== "lost+found").map(({ name }) => `${place}/${name}`);
  });
}

/** The header of mkswap(8) ends the first page, of 4 KiB or, on some arm64, 16 or 64. */
function isSwap(readAt: ReadAt, start: number): boolean {
  return [4096, 16_384, 65_536].some(
    (page) => readAt(start + page - 10, 10).toString("latin1") === "SWAPSPACE2",
  );
}

function volumeOf(
  file: number,
  partition: PartitionPlace,
  known: FileSystem | NotInspectable | undefined,
): Volume {
  const { number, start, length } = partition;
  const name = `partition ${number}`;
  const readAt = readerOf(file);
  const ext4 = readSuperblock(readAt, start);
  if (ext4) {
    const system = known ?? attempt(() => openExt4(file, start, length, name));
    return { partition, uuid: ext4.uuid, label: ext4.label, system };
  }
  const xfs = readXfsLayout(readAt, start);
  if (xfs) {
    const system = known ?? attempt(() => openXfs(file, start, length, name));
    return { partition, uuid: xfs.uuid, label: xfs.label, system };
  }
  const fat = attempt(() => readFatLayout(readAt, start, length, name));
  if (!(fat instanceof NotInspectable)) {
    const system = known ?? attempt(() => openFat(readAt, start, length, name));
    return { partition, uuid: fat.serial, label: fat.label, system };
  }
  const other = fileSystemIn(readAt(start, Math.min(length, FILE_SYSTEM_START)));
  const none = new NotInspectable(
    other === undefined
      ? `${name} holds neither an ext2, ext3, ext4, XFS nor FAT file system`
      : `${name} holds ${other}: only ext2, ext3, ext4, XFS and FAT are read here`,
  );
  return { partition, system: known ?? none };
}

/** The partition typed as this architecture's root; else the largest plain Linux one. */
function rootPartition(
  partitions: readonly PartitionPlace[],
  architecture: Architecture,
): PartitionPlace | undefined {
  const typed = partitions.find(({ typeGuid }) => typeGuid === ROOT_TYPES[architecture]);
  return (
    typed ??
    partitions.filter(({ typeGuid }) => typeGuid === LINUX_TYPE).sort((a, b) => b.length - a.length)[0]
  );
}

function attempt<T>(open: () => T): T | NotInspectable {
  try {
    return open();
  } catch (error) {
    if (error instanceof NotInspectable) return error;
    // An invalid number in a damaged file system led outside the buffer.
    if (error instanceof RangeError) return new NotInspectable(`it cannot be read: ${error.message}`);
    throw error;
  }
}

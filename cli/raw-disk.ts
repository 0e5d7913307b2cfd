import { formatSeconds } from "../facts/words";
import { Progress } from "../clouds/progress";
import type { BootMode } from "../config/image-file";
import { type Architecture, ARCHITECTURES } from "../config/release";
import { Disk } from "../disk/disk";
import { type PartitionTable, readPartitionTable } from "../disk/partition-table";
import { architecturesOf, bootModeOf, placedPartitions } from "../disk/partition-types";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { SILENCE, whileWaiting } from "./waiting";

/** Firmware that starts the disk. */
export interface Start {
  architecture: Architecture;
  bootMode: BootMode;
}

/**
 * By the partitions, or as requested.
 *
 * @throws {Refusal} for a request that the partitions contradict, and for arm64 by BIOS
 * @throws {UsageProblem} when the partitions do not say
 */
export function chooseStart(file: string, table: PartitionTable, asked: Partial<Start>): Start {
  const found = bootModeOf(table);
  if (asked.bootMode?.startsWith("uefi") && !found?.startsWith("uefi")) {
    throw new Refusal(
      table.type === "mbr"
        ? `${file}: --boot-mode says ${asked.bootMode}, and the disk has an MBR. Say --boot-mode legacy-bios, or build it with a GPT and an EFI system partition.`
        : `${file}: --boot-mode says ${asked.bootMode}, and the disk has no EFI system partition. ` +
            "Add one when the disk is built, or say --boot-mode legacy-bios.",
    );
  }
  const bootMode = asked.bootMode ?? found;
  const architecture = chooseArchitecture(file, table, asked.architecture, bootMode);
  return { architecture, bootMode: chooseBootMode(file, table, asked.bootMode, architecture) };
}

function chooseArchitecture(
  file: string,
  table: PartitionTable,
  asked: Architecture | undefined,
  bootMode: BootMode | undefined,
): Architecture {
  const found = architecturesOf(placedPartitions(table));
  if (asked !== undefined && found.length > 0 && !found.includes(asked)) {
    throw new Refusal(
      `${file}: --architecture says ${asked}, and the disk's partitions are those of ${found.join(" and ")}. ` +
        "Leave the option out, or build the disk for the right architecture.",
    );
  }
  const [only, ...more] = found;
  if (asked ?? (only && more.length === 0)) return asked ?? (only as Architecture);
  // A machine that has a BIOS is a PC.
  if (only === undefined && bootMode === "legacy-bios") return "x86_64";
  const reason = only
    ? `the partitions are those of ${found.join(" and ")}`
    : "the types of the partitions do not name one (Discoverable Partitions Specification)";
  throw new UsageProblem(
    `${file}: which architecture? ${reason}. Add --architecture ${ARCHITECTURES.join(" or ")}.`,
  );
}

function chooseBootMode(
  file: string,
  table: PartitionTable,
  asked: BootMode | undefined,
  architecture: Architecture,
): BootMode {
  const found = bootModeOf(table);
  if (architecture === "arm64") return firmwareOfArm64(file, asked, found);
  const mode = asked ?? found;
  if (mode !== undefined) return mode;
  const without =
    table.type === "mbr" ? "An MBR with an EFI system partition and no active one" : NO_FIRMWARE;
  throw new UsageProblem(
    `${file}: how does it start? ${without}. Add --boot-mode legacy-bios if its boot loader is in the MBR.`,
  );
}

const NO_FIRMWARE = "There is no EFI system partition and no BIOS boot partition";

/**
 * Graviton starts by UEFI (EC2 user guide, "Boot modes"), and Azure's Arm machines are of generation 2 (2026-11): a BIOS boot
 * partition is a leftover.
 */
function firmwareOfArm64(file: string, asked: BootMode | undefined, found: BootMode | undefined): BootMode {
  if (asked !== undefined && asked !== "uefi") {
    throw new Refusal(
      `${file}: --boot-mode says ${asked}, and arm64 machines start by UEFI only. Say uefi, or --architecture x86_64.`,
    );
  }
  if (found?.startsWith("uefi")) return "uefi";
  throw new Refusal(
    `${file}: an arm64 disk without an EFI system partition in a GPT starts nowhere: arm64 machines start by UEFI only. ` +
      "Build it with one.",
  );
}

/**
 * Opens a disk and reads where its partitions are. A device or a network file system that does not answer is reported.
 *
 * @throws {DiskProblem}
 */
export async function openDisk(file: string, io: Io): Promise<{ disk: Disk; table: PartitionTable }> {
  return whileWaiting(io, `opening ${file}`, async () => {
    const disk = await Disk.open(file);
    try {
      return { disk, table: await readPartitionTable(disk) };
    } catch (error) {
      await disk.close();
      throw error;
    }
  });
}

/**
 * A progress line on stderr, overwritten while the disk is read; in a log, a line every ten seconds: amount, rate,
 * time left.
 */
export function watchReading(disk: Disk, io: Io): { moved: (bytes: number) => void; end: () => void } {
  const CLEAR = "\r\x1b[K";
  let latest = `reading ${disk.name}`;
  let shownAt = Date.now();
  const show = (line: string) => {
    [latest, shownAt] = [line, Date.now()];
    if (io.interactive) io.err(`${CLEAR}${line}`);
  };
  // A device or a network file system may stop answering.
  const pace = io.interactive ? SILENCE / 2 : SILENCE;
  const timer = setInterval(() => {
    const still = Date.now() - shownAt;
    const line = still < pace ? latest : `${latest}; nothing was read for ${formatSeconds(still / 1000)}`;
    if (!io.interactive) io.err(`${line}\n`);
    else if (still >= pace) io.err(`${CLEAR}${line}`);
  }, pace);
  const progress = new Progress({ what: `reading ${disk.name}`, totalBytes: disk.size, show });
  let last = 0;
  return {
    moved: (bytes) => {
      progress.moved(bytes - last);
      last = bytes;
    },
    end: () => {
      clearInterval(timer);
      if (io.interactive) io.err(CLEAR);
    },
  };
}

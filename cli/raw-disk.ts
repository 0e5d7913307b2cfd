import { Progress } from "../clouds/progress";
import type { BootMode } from "../config/image-file";
import { type Architecture, ARCHITECTURES } from "../config/release";
import type { Disk } from "../disk/disk";
import type { PartitionTable } from "../disk/gpt";
import { architecturesOf, bootModeOf } from "../disk/partition-types";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";
import { SILENCE } from "./waiting";

/**
 * From the partition types, or as requested.
 *
 * @throws {Refusal}
 * @throws {UsageProblem}
 */
export function chooseArchitecture(
  file: string,
  table: PartitionTable,
  asked: Architecture | undefined,
): Architecture {
  const found = architecturesOf(table.partitions);
  if (asked !== undefined && found.length > 0 && !found.includes(asked)) {
    throw new Refusal(
      `${file}: --architecture says ${asked}, and the disk's partitions are those of ${found.join(" and ")}. ` +
        "Leave the option out, or build the disk for the right architecture.",
    );
  }
  const [only, ...more] = found;
  if (asked ?? (only && more.length === 0)) return asked ?? (only as Architecture);
  const reason = only
    ? `the partitions are those of ${found.join(" and ")}`
    : "the types of the partitions do not name one (Discoverable Partitions Specification)";
  throw new UsageProblem(
    `${file}: which architecture? ${reason}. Add --architecture ${ARCHITECTURES.join(" or ")}.`,
  );
}

/**
 * From the partitions that each boot mode needs, or as requested.
 *
 * @throws {Refusal}
 * @throws {UsageProblem}
 */
export function chooseBootMode(file: string, table: PartitionTable, asked: BootMode | undefined): BootMode {
  const found = bootModeOf(table.partitions);
  if (asked?.startsWith("uefi") && !found?.startsWith("uefi")) {
    throw new Refusal(
      `${file}: --boot-mode says ${asked}, and the disk has no EFI system partition. ` +
        "Add one when the disk is built, or say --boot-mode legacy-bios.",
    );
  }
  const mode = asked ?? found;
  if (mode !== undefined) return mode;
  throw new UsageProblem(
    `${file}: how does it start? There is no EFI system partition and no BIOS boot partition. ` +
      "Add --boot-mode legacy-bios if its boot loader is in the MBR.",
  );
}

/**
 * A progress line on stderr, overwritten while the disk is read; in a log, a line every ten seconds: amount, rate,
 * time left.
 */
export function watchReading(disk: Disk, io: Io): { moved: (bytes: number) => void; end: () => void } {
  const CLEAR = "\r\x1b[K";
  let latest = "";
  const show = (line: string) => (io.interactive ? io.err(`${CLEAR}${line}`) : void (latest = line));
  const timer = setInterval(() => latest !== "" && io.err(`${latest}\n`), SILENCE);
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

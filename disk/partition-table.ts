import { SECTOR } from "../facts/units";
import { foreignFormat } from "./containers";
import { bareFileSystem, describeForeign, type ReadBytes } from "./foreign";
import { type Disk } from "./disk";
import { type GptTable, readGpt } from "./gpt";
import { isMbr, type MbrTable, readMbr } from "./mbr";
import { isProtective } from "./mbr-sector";
import { DiskProblem } from "./problem";

export type PartitionTable = GptTable | MbrTable;

/**
 * The disk's GPT, else its MBR, as firmware looks for them.
 *
 * @throws {DiskProblem} another format than a raw disk, and what makes it one; no table or an empty one; a table that is
 *   broken, or does not fit the disk
 */
export async function readPartitionTable(disk: Disk): Promise<PartitionTable> {
  const read: ReadBytes = (at, length) => disk.bytes(at, length);
  const foreign = await foreignFormat(read, disk.size, disk.name);
  if (foreign) throw new DiskProblem(disk.name, foreign.what, foreign.cure);
  const start = await read(0, SECTOR);
  const isPlain = !isProtective(start) && isMbr(start) && (await bareFileSystem(read)) === undefined;
  const table = isPlain ? await mbrWithoutGpt(disk) : await readGpt(disk);
  if (!table) {
    const { what, cure } = await describeForeign(read);
    throw new DiskProblem(disk.name, what, cure);
  }
  if (table.partitions.length === 0)
    throw new DiskProblem(
      disk.name,
      "its partition table is empty: there is no partition",
      "Build the disk again",
    );
  return table;
}

/** @throws {DiskProblem} for what a GPT left behind: Linux goes by the MBR, and other programs by the GPT */
async function mbrWithoutGpt(disk: Disk): Promise<MbrTable> {
  const header = await disk.bytes(SECTOR, 8);
  if (header.toString("latin1") !== "EFI PART") return readMbr(disk);
  throw new DiskProblem(
    disk.name,
    "it has an MBR with partitions and a GPT, without the protective MBR that says which one counts",
    `If it is the MBR, take the GPT away: sgdisk --zap ${disk.name}`,
  );
}

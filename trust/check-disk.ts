import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Image } from "../config/image-file";
import type { Architecture } from "../config/release";
import type { BlockMap } from "../disk/block-map";
import type { Disk } from "../disk/disk";
import { readGuid } from "../disk/guid";
import { mapDisk, type Reading } from "../disk/map-disk";
import { compareMaps, type FileFinder, imagesIn, trustedMap } from "./compare";
import { TrustProblem } from "./problem";
import { nameOf, type SignedRecord } from "./records";
import { judge, type Verdict } from "./verdict";

export interface DiskQuestion {
  /** A raw image or a block device, which is being read. */
  reading: Reading;
  record: SignedRecord;
  architecture?: Architecture;
  /** File of the block map. Default: the one that lies beside the record, if it does. */
  blockMap?: string;
  /** Names the files where the disk differs. */
  filesAt?: FileFinder;
  /** Called as it goes on. */
  onProgress?: (done: number, size: number) => void;
}

/**
 * Every byte of a disk against a record. A larger disk is genuine when all that follows is zero: volumes may be made
 * larger than the image.
 *
 * @throws {TrustProblem} block map or record cannot be used
 * @throws {DiskProblem} the disk cannot be read
 */
export async function checkDisk(question: DiskQuestion): Promise<Verdict> {
  const { record, reading, onProgress } = question;
  const { disk } = reading;
  const { architecture, image } = await imageFor(disk, question);
  const signed = signedMap(question, architecture, image);
  if (disk.size < image.size) {
    const reason = `it is cut off: ${disk.size} of ${image.size} bytes`;
    return judge(disk.name, record, architecture, { wrong: [reason], notes: signed.notes });
  }
  const { map, beyond } =
    disk.size === image.size
      ? await reading.whole
      : await mapDisk(disk, { size: image.size, onProgress: (done) => onProgress?.(done, disk.size) });
  await disk.assertUnchanged();
  const { wrong, differences } = compareMaps(map, image, signed.map, question.filesAt);
  const [after] = beyond;
  if (after !== undefined) wrong.push(`there is data after the end of the image, from byte ${after}`);
  const verdict = judge(disk.name, record, architecture, { wrong, notes: signed.notes });
  return differences ? { ...verdict, differences } : verdict;
}

interface Chosen {
  architecture: Architecture;
  image: Image;
}

/** The disk of the record that is meant: the named one, the only one, or the one whose GUID the disk has. */
async function imageFor(disk: Disk, { record, architecture }: DiskQuestion): Promise<Chosen> {
  const all = Object.entries(imagesIn(record)) as [Architecture, Image][];
  const named = all.filter(([of]) => architecture === undefined || of === architecture);
  if (named.length === 0) throw new TrustProblem(`${record.file}: it has no ${architecture} disk`);
  const guid = named.length > 1 ? await diskGuid(disk) : undefined;
  const found =
    named.length === 1 ? named[0] : named.find(([, { partitionTable }]) => partitionTable.diskGuid === guid);
  if (found) return { architecture: found[0], image: found[1] };
  throw new TrustProblem(
    `${record.file}: it has several disks, and ${disk.name} does not say which it is; add --architecture ${all.map(([of]) => of).join(" or ")}`,
  );
}

/** UEFI specification 2.10, 5.3.2: 56 bytes into the header, which is sector 1. */
async function diskGuid(disk: Disk): Promise<string> {
  return readGuid(await disk.bytes(512 + 56, 16), 0);
}

function signedMap(
  { record, blockMap }: DiskQuestion,
  architecture: Architecture,
  image: Image,
): { map?: BlockMap; notes: string[] } {
  if (blockMap !== undefined) return { map: trustedMap(readBytes(blockMap), blockMap, image), notes: [] };
  const beside = join(dirname(record.file), `${nameOf(record).version}-${architecture}.blockmap`);
  if (!existsSync(beside)) return { notes: [] };
  try {
    return { map: trustedMap(readBytes(beside), beside, image), notes: [] };
  } catch (error) {
    // Nobody asked for it, and the root alone decides.
    if (error instanceof TrustProblem) return { notes: [`not used: ${error.message}`] };
    throw error;
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new TrustProblem(
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`,
    );
  }
}

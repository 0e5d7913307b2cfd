import { SECTOR } from "../facts/units";
import type { Image } from "../config/image-file";
import type { Architecture } from "../config/release";
import { foreignFormat } from "../disk/containers";
import { type Disk } from "../disk/disk";
import { readGuid } from "../disk/guid";
import { signatureOf } from "../disk/mbr-sector";
import { mapDisk, type Reading } from "../disk/map-disk";
import { DiskProblem, type OddSize } from "../disk/problem";
import { compareMaps, type FileFinder } from "./compare";
import { TrustProblem } from "./problem";
import { imageFileIn, newerReleases, type Records, type SignedRecord, versionOf } from "./records";
import { signedMap } from "./signed-map";
import { judge, type Verdict } from "./verdict";

interface DiskQuestion {
  /** A raw image or a block device whose reading has started. */
  reading: Reading;
  record: SignedRecord;
  /** All known records, to find newer releases. */
  records: Records;
  architecture?: Architecture;
  /** File of the block map. Default: the one beside the record, if any. */
  blockMap?: string;
  /** Finds the files at differing bytes. */
  filesAt?: FileFinder;
  /** Progress. */
  onProgress?: (done: number, size: number) => void;
}

/**
 * Checks every byte of a disk against a record. A larger disk is genuine if everything beyond is zero: volumes may be
 * larger than the image.
 *
 * @throws {TrustProblem} when the block map or record is unusable
 * @throws {DiskProblem} when the disk cannot be read
 */
export async function checkDisk(question: DiskQuestion): Promise<Verdict> {
  const { record, reading, onProgress } = question;
  const { disk } = reading;
  await refuseForeign(disk);
  const { architecture, image } = await imageFor(disk, question);
  const old = newerDisks(question, architecture);
  const signed = signedMap(record, architecture, image, question.blockMap);
  const notes = [...signed.notes, ...question.records.refused];
  if (disk.size < image.size) {
    const reason = `it is cut off: ${disk.size} of ${image.size} bytes`;
    return judge(disk.name, record, architecture, { wrong: [reason], notes });
  }
  const { map, beyond } =
    disk.size === image.size
      ? await reading.whole
      : await mapDisk(disk, { size: image.size, onProgress: (done) => onProgress?.(done, disk.size) });
  await disk.assertUnchanged();
  const { wrong, differences } = compareMaps(map, image, signed.map, question.filesAt);
  const [after] = beyond;
  if (after !== undefined) wrong.push(`there is data after the end of the image, from byte ${after}`);
  return judge(disk.name, record, architecture, { wrong, old, notes, ...(differences && { differences }) });
}

/** Size is not a multiple of 512: not a raw disk. */
export function checkOddDisk(
  { file, size }: OddSize,
  { record, records, architecture }: Pick<DiskQuestion, "record" | "records" | "architecture">,
): Verdict {
  const images = Object.entries(imageFileIn(record).images) as [Architecture, Image][];
  const named = images.filter(([name]) => architecture === undefined || name === architecture);
  const sizes = named.map(([, image]) => image.size).join(" or ");
  const wrong = [`it has ${size} bytes, the record says ${sizes}`];
  const which = named.map(([name]) => name).join(" or ");
  return judge(file, record, which, { wrong, notes: [...records.refused] });
}

/** Newer releases of the product with a disk of the architecture. */
function newerDisks({ record, records }: DiskQuestion, architecture: Architecture): string[] {
  const newer = newerReleases(records, record).find((other) => imageFileIn(other).images[architecture]);
  return newer ? [`${versionOf(newer)} is out (${newer.file})`] : [];
}

/** Another container format has the same content but other bytes: no verdict on it. */
async function refuseForeign(disk: Disk): Promise<void> {
  const known = await foreignFormat((at, length) => disk.bytes(at, length), disk.size, disk.name);
  if (known) throw new DiskProblem(disk.name, known.what, known.cure);
}

interface Chosen {
  architecture: Architecture;
  image: Image;
}

/** The record's disk to compare with: the one named, the only one, or the one with the disk's GUID. */
async function imageFor(disk: Disk, { record, architecture }: DiskQuestion): Promise<Chosen> {
  const all = Object.entries(imageFileIn(record).images) as [Architecture, Image][];
  const named = all.filter(([name]) => architecture === undefined || name === architecture);
  if (named.length === 0) throw new TrustProblem(`${record.file}: it has no ${architecture} disk`);
  const found = named.length === 1 ? named[0] : named[await placeByTable(disk, named)];
  if (found) return { architecture: found[0], image: found[1] };
  throw new TrustProblem(
    `${record.file}: it has several disks, and ${disk.name} does not say which it is; add --architecture ${all.map(([name]) => name).join(" or ")}`,
  );
}

/** Index of the image with the disk's GUID (UEFI specification 2.10, 5.3.2: at byte 56 of sector 1) or signature; -1: none. */
async function placeByTable(disk: Disk, images: readonly [Architecture, Image][]): Promise<number> {
  const guid = readGuid(await disk.bytes(SECTOR + 56, 16), 0);
  const signature = signatureOf(await disk.bytes(0, SECTOR));
  return images.findIndex(([, { partitionTable: table }]) =>
    table.type === "gpt" ? table.diskGuid === guid : table.diskSignature === signature,
  );
}

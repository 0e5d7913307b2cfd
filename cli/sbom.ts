import path from "node:path";
import { diskIdentity } from "../facts/disk-identity";
import { placedPartitions } from "../disk/partition-types";
import { openImage } from "../inspection/image";
import { printable } from "../inspection/printable";
import { sbomOf } from "../inspection/sbom";
import { NotInspectable } from "../inspection/tree";
import type { PolicySubject } from "../inspection/measure";
import { Refusal } from "./problem";
import { VERSION } from "../facts/version";

/**
 * The software bill of materials of a disk.
 *
 * @param archived digests of packages in the archive: see {@link sbomOf}
 * @throws {Refusal} when its packages cannot be read
 */
export function sbomText(
  { path: disk, sha256, blockMapRoot, ...subject }: PolicySubject,
  archived?: Readonly<Record<string, string>>,
): string {
  const identity = diskIdentity({ sha256, blockMap: { root: blockMapRoot } });
  const { size, architecture, partitionTable } = subject;
  const image = openImage(disk, { size, architecture, partitions: placedPartitions(partitionTable) });
  try {
    return sbomOf(image, {
      file: path.basename(disk),
      identity,
      toolVersion: VERSION,
      ...(archived && { archived }),
    });
  } catch (error) {
    if (!(error instanceof NotInspectable)) throw error;
    throw new Refusal(
      `${disk}: no software bill of materials: ${printable(error.message)}. Leave --sbom out.`,
    );
  } finally {
    image.close();
  }
}

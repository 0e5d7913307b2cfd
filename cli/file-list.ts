import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { writeFileList } from "../config/file-list";
import { placedPartitions } from "../disk/partition-types";
import { diskIdentity } from "../facts/disk-identity";
import { fileListOf } from "../inspection/file-list";
import { openImage } from "../inspection/image";
import type { PolicySubject } from "../inspection/measure";
import { printable } from "../inspection/printable";
import { NotInspectable } from "../inspection/tree";
import { Refusal } from "./problem";

/**
 * The list of a disk's files.
 *
 * @throws {Refusal} when they cannot be read
 */
export function fileListText({ path: disk, sha256, blockMapRoot, ...subject }: PolicySubject): {
  packed: Buffer;
  /** Of the list, unpacked: how it is packed may differ from one version of zlib to the next. */
  sha256: string;
  entries: number;
} {
  const identity = diskIdentity({ sha256, blockMap: { root: blockMapRoot } });
  const { size, architecture, partitionTable } = subject;
  const image = openImage(disk, { size, architecture, partitions: placedPartitions(partitionTable) });
  try {
    const list = fileListOf(image, identity);
    const text = writeFileList(list);
    const digest = createHash("sha256").update(text).digest("hex");
    return { packed: gzipSync(text, { level: 9 }), sha256: digest, entries: list.files.size };
  } catch (error) {
    if (!(error instanceof NotInspectable)) throw error;
    throw new Refusal(`${disk}: no list of its files: ${printable(error.message)}. Leave --files out.`);
  } finally {
    image.close();
  }
}

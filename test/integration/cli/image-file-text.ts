import { writeImageFile } from "../../../config/image-file";

/** The image file of a release of the product demo: one small x86_64 disk. */
export function imageFileText(version: string): string {
  return writeImageFile({
    product: "demo",
    version,
    images: {
      x86_64: {
        file: "demo.raw",
        size: 1_048_576,
        dataBytes: 0,
        sha256: "a".repeat(64),
        sha512: "b".repeat(128),
        blockMap: { blockSize: 524_288, blocks: 2, dataBlocks: 0, root: "c".repeat(64) },
        bootMode: "uefi",
        partitionTable: { type: "gpt", diskGuid: "00000000-0000-4000-8000-000000000000", partitions: [] },
      },
    },
  });
}

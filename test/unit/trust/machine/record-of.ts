import { writeImageFile } from "../../../../config/image-file";
import type { BootChain } from "../../../../config/measured-boot";
import type { SignedRecord } from "../../../../trust/records";
import { STATEMENT } from "../statement";

/** A record of a disk with these boot entries. */
export function recordOf(chains: readonly BootChain[] | undefined): SignedRecord {
  const disk = {
    file: "demo.raw",
    size: 1024,
    dataBytes: 0,
    sha256: "a".repeat(64),
    sha512: "b".repeat(128),
  };
  const blockMap = { blockSize: 524_288, blocks: 1, dataBlocks: 0, root: "c".repeat(64) } as const;
  const partitionTable = { type: "mbr" as const, diskSignature: "00000000", partitions: [] };
  const measuredBoot = chains && { measuredBoot: { entries: [...chains] } };
  const x86_64 = { ...disk, blockMap, bootMode: "uefi" as const, partitionTable, ...measuredBoot };
  const imageFile: unknown = JSON.parse(
    writeImageFile({ product: "demo", version: "1.0", images: { x86_64 } }),
  );
  const predicate = { ...STATEMENT.predicate, version: "1.0", imageFile };
  return { file: "1.0.sigstore.json", statement: { ...STATEMENT, predicate } };
}

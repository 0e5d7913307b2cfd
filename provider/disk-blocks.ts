/** A raw disk as what uploads send, and the check at their end. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { BlockSource } from "../clouds/block-source";
import { findRawDisk, otherDisk, type DiskInputs } from "./raw-disk";

export const BLOCK_BYTES = 524_288;
const ZERO = Buffer.alloc(BLOCK_BYTES);

export interface InspectedDisk extends DiskInputs {
  blockMapRoot: string;
  dataBlocks: number;
}

export function openBlocks(inputs: DiskInputs): BlockSource {
  const disk = findRawDisk(inputs);
  return (async function* () {
    const file = await open(disk.path);
    try {
      for (let index = 0; index * BLOCK_BYTES < disk.size; index++) {
        const data = Buffer.alloc(BLOCK_BYTES);
        await file.read(data, 0, BLOCK_BYTES, index * BLOCK_BYTES);
        if (!data.equals(ZERO)) yield { index, data };
      }
    } finally {
      await file.close();
    }
  })();
}

/** SHA-256 over the canonical block map of these data blocks, hex. */
export function blockMapRoot(size: number, digests: ReadonlyMap<number, Buffer>): string {
  const head = Buffer.alloc(16);
  head.writeBigUInt64BE(BigInt(size), 0);
  head.writeUInt32BE(BLOCK_BYTES, 8);
  head.writeUInt32BE(digests.size, 12);
  const hash = createHash("sha256").update("imprimatur block map v1\n").update(head);
  for (const index of [...digests.keys()].sort((a, b) => a - b)) {
    const record = Buffer.alloc(4);
    record.writeUInt32BE(index, 0);
    hash.update(record).update(digests.get(index) as Buffer);
  }
  return hash.digest("hex");
}

/** @throws with the cure, when the blocks that were read are not those of the inspected disk */
export function checkInspected(inputs: InspectedDisk, digests: ReadonlyMap<number, Buffer>): void {
  const root = blockMapRoot(inputs.size, digests);
  if (root === inputs.blockMapRoot) return;
  const { name } = findRawDisk(inputs);
  throw otherDisk(
    name,
    `block map root ${root.slice(0, 16)}…, inspected ${inputs.blockMapRoot.slice(0, 16)}…; ` +
      `${digests.size} data blocks, inspected ${inputs.dataBlocks}`,
  );
}

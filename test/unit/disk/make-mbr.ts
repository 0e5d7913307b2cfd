export interface MadeMbrPartition {
  type: number;
  /** Sectors. */
  first: number;
  count: number;
  active?: boolean;
}

/** The bytes of a disk with an MBR of the signature 1234abcd, and empty partitions. */
export function makeMbr(sectors: number, partitions: readonly MadeMbrPartition[]): Buffer {
  const disk = Buffer.alloc(sectors * 512);
  disk.writeUInt32LE(0x1234abcd, 440);
  writeEntries(disk, partitions);
  return disk;
}

/** Writes the entries and the signature of a master, or an extended, boot record. */
export function writeEntries(sector: Buffer, partitions: readonly MadeMbrPartition[]): void {
  sector.writeUInt16LE(0xaa55, 510);
  partitions.forEach(({ type, first, count, active = false }, place) => {
    const at = 446 + place * 16;
    sector[at] = active ? 0x80 : 0;
    sector[at + 4] = type;
    sector.writeUInt32LE(first, at + 8);
    sector.writeUInt32LE(count, at + 12);
  });
}

import { crc32 } from "node:zlib";

export interface MadePartition {
  typeGuid: string;
  guid: string;
  name: string;
  /** Sectors, both inclusive. */
  first: number;
  last: number;
}

export const DISK_GUID = "11111111-2222-3333-4444-555555555555";

/** The bytes of a disk with a protective MBR and a GPT, and empty partitions. */
export function makeGpt(sectors: number, partitions: readonly MadePartition[]): Buffer {
  const disk = Buffer.alloc(sectors * 512);
  for (const { sector, bytes } of gptPieces(sectors, partitions)) bytes.copy(disk, sector * 512);
  return disk;
}

/** The same, where it is not zero. */
export function gptPieces(
  sectors: number,
  partitions: readonly MadePartition[],
): { sector: number; bytes: Buffer }[] {
  const mbr = Buffer.alloc(512);
  mbr.writeUInt16LE(0xaa55, 510);
  mbr[446 + 4] = 0xee;
  const entries = Buffer.alloc(128 * 128);
  partitions.forEach(({ typeGuid, guid, name, first, last }, place) => {
    const entry = entries.subarray(place * 128);
    writeGuid(entry, 0, typeGuid);
    writeGuid(entry, 16, guid);
    entry.writeBigUInt64LE(BigInt(first), 32);
    entry.writeBigUInt64LE(BigInt(last), 40);
    entry.write(name, 56, 72, "utf16le");
  });
  const end = sectors - 1;
  return [
    { sector: 0, bytes: mbr },
    { sector: 1, bytes: header(1, end, 2) },
    { sector: 2, bytes: entries },
    { sector: end - 32, bytes: entries },
    { sector: end, bytes: header(end, 1, end - 32) },
  ];

  function header(at: number, other: number, entriesAt: number): Buffer {
    const sector = Buffer.alloc(512);
    sector.write("EFI PART", "latin1");
    sector.writeUInt32LE(0x10000, 8);
    sector.writeUInt32LE(92, 12);
    for (const [offset, value] of [
      [24, at],
      [32, other],
      [40, 34],
      [48, end - 33],
      [72, entriesAt],
    ] as const) {
      sector.writeBigUInt64LE(BigInt(value), offset);
    }
    writeGuid(sector, 56, DISK_GUID);
    sector.writeUInt32LE(128, 80);
    sector.writeUInt32LE(128, 84);
    sector.writeUInt32LE(crc32(entries), 88);
    return seal(sector);
  }
}

/** Recomputes the checksum of a header sector. */
export function seal(sector: Buffer): Buffer {
  sector.writeUInt32LE(0, 16);
  sector.writeUInt32LE(crc32(sector.subarray(0, 92)), 16);
  return sector;
}

function writeGuid(buffer: Buffer, at: number, guid: string): void {
  const bytes = Buffer.from(guid.replaceAll("-", ""), "hex");
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  bytes.copy(buffer, at);
}

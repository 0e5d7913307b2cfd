/** Sectors of a master boot record: UEFI specification 2.10, section 5.2, "LBA 0 Format". */
import { SECTOR } from "../facts/units";

const SIGNATURE = 0xaa55;
/** Type of the protective MBR: section 5.2.3. */
const PROTECTIVE = 0xee;
const TABLE = 446;
const ENTRY = 16;
/** Bytes before the disk's signature. */
const BOOT_CODE = 440;

export interface MbrEntry {
  /** Status byte: 0x80 active, 0 not; anything else is no MBR. */
  status: number;
  type: number;
  /** Sectors. */
  first: number;
  count: number;
}

export function hasBootSignature(sector: Buffer): boolean {
  return sector.length >= SECTOR && sector.readUInt16LE(510) === SIGNATURE;
}

/** The four entries, also unused ones, whose type is 0. */
export function entriesOf(sector: Buffer): MbrEntry[] {
  return [0, 1, 2, 3].map((place) => {
    const at = TABLE + place * ENTRY;
    return {
      status: sector.readUInt8(at),
      type: sector.readUInt8(at + 4),
      first: sector.readUInt32LE(at + 8),
      count: sector.readUInt32LE(at + 12),
    };
  });
}

/** True if the first sector is a protective or hybrid MBR: without it firmware does not look for a GPT. */
export function isProtective(sector: Buffer): boolean {
  return hasBootSignature(sector) && entriesOf(sector).some(({ type }) => type === PROTECTIVE);
}

/** True if a BIOS finds a program in the first sector. */
export function hasBootCode(sector: Buffer): boolean {
  return hasBootSignature(sector) && sector.subarray(0, BOOT_CODE).some((byte) => byte !== 0);
}

/** The disk's signature, eight hex digits, by which Linux names its partitions (PARTUUID). */
export function signatureOf(sector: Buffer): string {
  return sector.readUInt32LE(BOOT_CODE).toString(16).padStart(8, "0");
}

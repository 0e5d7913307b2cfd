/**
 * A disk as a fixed VHD, the format of Azure: the raw bytes, then a footer of 512 bytes. Azure requires the part
 * before the footer to be a multiple of 1 MiB
 * (https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic, 2026-11). A block of 512 KiB
 * therefore always fits before the footer. Format: Virtual Hard Disk Image Format Specification, Microsoft, 2006.
 */
import { VHD_FOOTER_SIZE, vhdDiskSize } from "../facts/vhd";

/** The footer of a fixed VHD. It contains no time or host: the same disk has the same footer. */
export function vhdFooter(rawSize: number, digest: string): Buffer {
  const size = vhdDiskSize(rawSize);
  const { cylinders, heads, sectors } = geometryOf(size);
  const footer = Buffer.alloc(VHD_FOOTER_SIZE);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8); // features: the bit that is always set
  footer.writeUInt32BE(0x00010000, 12); // format version 1.0
  footer.fill(0xff, 16, 24); // no dynamic header
  footer.writeUInt32BE(0, 24); // 2000-01-01
  // Readers compute the size from the geometry, which rounds, unless they know that the creator uses the size field:
  // qemu, block/vpc.c. qemu-img writes this with force_size, as Azure's documentation requires.
  footer.write("qem2", 28, "latin1");
  footer.writeUInt32BE(0x00050003, 32);
  footer.write("Wi2k", 36, "latin1");
  footer.writeBigUInt64BE(BigInt(size), 40);
  footer.writeBigUInt64BE(BigInt(size), 48);
  footer.writeUInt16BE(cylinders, 56);
  footer.writeUInt8(heads, 58);
  footer.writeUInt8(sectors, 59);
  footer.writeUInt32BE(2, 60); // fixed
  idOf(digest).copy(footer, 68);
  const sum = footer.reduce((total, byte) => total + byte, 0);
  footer.writeUInt32BE(~sum >>> 0, 64);
  return footer;
}

/** A UUID (RFC 9562, version 8) derived from the disk's content. */
function idOf(digest: string): Buffer {
  const id = Buffer.from(digest.slice(0, 32), "hex");
  id.writeUInt8((id.readUInt8(6) & 0x0f) | 0x80, 6);
  id.writeUInt8((id.readUInt8(8) & 0x3f) | 0x80, 8);
  return id;
}

interface Geometry {
  cylinders: number;
  heads: number;
  sectors: number;
}

/** Appendix "CHS Calculation" of the specification. */
function geometryOf(size: number): Geometry {
  const total = Math.min(size / 512, 65_535 * 16 * 255);
  if (total >= 65_535 * 16 * 63)
    return { cylinders: Math.floor(total / (16 * 255)), heads: 16, sectors: 255 };
  let sectors = 17;
  let tracks = Math.floor(total / sectors);
  let heads = Math.max(4, Math.ceil(tracks / 1024));
  if (tracks >= heads * 1024 || heads > 16) {
    [sectors, heads] = [31, 16];
    tracks = Math.floor(total / sectors);
  }
  if (tracks >= heads * 1024) {
    [sectors, heads] = [63, 16];
    tracks = Math.floor(total / sectors);
  }
  return { cylinders: Math.floor(tracks / heads), heads, sectors };
}

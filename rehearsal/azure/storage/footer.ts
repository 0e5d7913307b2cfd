/**
 * The 512-byte footer that ends a fixed VHD, as validated by Azure when an upload's SAS is revoked. Written from
 * Microsoft's "Virtual Hard Disk Image Format Specification" (2006), deliberately independent of this project's own
 * VHD code, which it tests.
 */
import { MIB } from "../../../facts/units";
import { VHD_FOOTER_SIZE } from "../../../facts/vhd";

const FIXED = 2;

/** One's complement of the sum of all footer bytes except the checksum field. */
function checksum(footer: Buffer): number {
  let sum = 0;
  for (let at = 0; at < VHD_FOOTER_SIZE; at++) if (at < 64 || at >= 68) sum += footer[at] ?? 0;
  return ~sum >>> 0;
}

/**
 * Azure's error about a footer; `undefined` if valid. `fileSize` is the whole file, footer included. The cookie's
 * message is the service's own (github.com/microsoft/AzureStorageExplorer/issues/8800, 2025-06).
 */
export function footerProblem(footer: Buffer, fileSize: number, url: string): string | undefined {
  const disk = `disk 'abcd' with blob ${url}`;
  if (footer.toString("latin1", 0, 8) !== "conectix") {
    return `The specified cookie value in VHD footer indicates that ${disk} is not a supported VHD. Disk is expected to have cookie value 'conectix'.`;
  }
  const stated = footer.readUInt32BE(64);
  const right = checksum(footer);
  if (stated !== right) {
    return `The checksum in the VHD footer of ${disk} is ${stated}. Disk is expected to have checksum ${right}.`;
  }
  const type = footer.readUInt32BE(60);
  if (type !== FIXED) {
    return `The specified type value in VHD footer indicates that ${disk} is of type ${type}. Disk is expected to be a fixed VHD (type ${FIXED}).`;
  }
  const size = Number(footer.readBigUInt64BE(48));
  if (size !== fileSize - VHD_FOOTER_SIZE) {
    return `The current size in the VHD footer of ${disk} is ${size} bytes. Disk is expected to have ${fileSize - VHD_FOOTER_SIZE} bytes, its file size without the footer.`;
  }
  if (size % MIB !== 0) {
    return `The specified ${disk} is ${size} bytes. Disk is expected to have a size that is a whole number of MiB.`;
  }
  return undefined;
}

/** The footer of a blank fixed VHD with a disk of `size` bytes, as in an exported empty disk. */
export function blankFooter(size: number, id: Buffer): Buffer {
  const footer = Buffer.alloc(VHD_FOOTER_SIZE);
  footer.write("conectix", 0, "latin1");
  footer.writeUInt32BE(2, 8);
  footer.writeUInt32BE(0x0001_0000, 12);
  footer.fill(0xff, 16, 24);
  footer.write("wa  ", 28, "latin1");
  footer.writeUInt32BE(0x0007_0000, 32);
  footer.write("Wi2k", 36, "latin1");
  footer.writeBigUInt64BE(BigInt(size), 40);
  footer.writeBigUInt64BE(BigInt(size), 48);
  footer.writeUInt32BE(FIXED, 60);
  id.copy(footer, 68, 0, 16);
  footer.writeUInt32BE(checksum(footer), 64);
  return footer;
}

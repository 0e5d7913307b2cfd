import { MIB } from "./units";

// A fixed VHD, the format of Azure: the raw bytes, then a footer. Azure requires the part before the footer to be a
// multiple of 1 MiB (https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic, 2026-11).

/** Bytes; Virtual Hard Disk Image Format Specification, Microsoft, 2006. */
export const VHD_FOOTER_SIZE = 512;

/** Bytes of the disk in the VHD: the raw disk rounded up to 1 MiB, padded with zeros. */
export function vhdDiskSize(rawSize: number): number {
  return Math.ceil(rawSize / MIB) * MIB;
}

/** Bytes of the VHD including the footer: the size that an upload must announce. */
export function vhdFileSize(rawSize: number): number {
  return vhdDiskSize(rawSize) + VHD_FOOTER_SIZE;
}

import { MIB } from "./units";

// A fixed VHD, which is what Azure takes: the raw bytes, then a footer. Azure wants the part before the footer to be a multiple of
// 1 MiB (https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic, 2026-11).

/** Bytes; Virtual Hard Disk Image Format Specification, Microsoft, 2006. */
export const VHD_FOOTER_SIZE = 512;

/** Bytes of the disk inside of the VHD: the raw rounded up to 1 MiB. What is added reads as zeros. */
export function vhdDiskSize(rawSize: number): number {
  return Math.ceil(rawSize / MIB) * MIB;
}

/** Bytes of the VHD, footer included: what an upload has to announce. */
export function vhdFileSize(rawSize: number): number {
  return vhdDiskSize(rawSize) + VHD_FOOTER_SIZE;
}

/** A raw disk, as every resource names it that uploads one. */
export interface RawDiskArgs {
  /** Image file, relative to the project's folder. Its raw disk is expected beside it. */
  imageFile: string;
  architecture: string;
  /** Size of the raw disk in bytes. */
  size: number;
  /** SHA-256 of the whole raw disk, hex. */
  sha256: string;
  /** Root of the 512 KiB block map, hex. A change of it replaces the upload. */
  blockMapRoot: string;
  /** Blocks of 512 KiB that are not all zero: those uploaded. */
  dataBlocks: number;
}

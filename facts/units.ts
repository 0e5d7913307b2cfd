// Sizes, in bytes.

export const KIB = 1024;
export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
export const TIB = 1024 ** 4;

/** Sector of a raw disk: its size is a multiple, and partition tables use it as their unit. */
export const SECTOR = 512;

/** Block size of EBS direct, and of the block map that proves every cloud's copy. */
export const BLOCK_SIZE = 512 * KIB;

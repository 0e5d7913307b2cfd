// Sizes, in bytes.

export const KIB = 1024;
export const MIB = 1024 ** 2;
export const GIB = 1024 ** 3;
export const TIB = 1024 ** 4;

/** Of a raw disk: its size is a multiple, and partition tables count in it. */
export const SECTOR = 512;

/** What EBS direct takes as one block, and the step in which every cloud's copy is proved. */
export const BLOCK_SIZE = 512 * KIB;

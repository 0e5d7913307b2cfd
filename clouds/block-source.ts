/** What uploads need of a disk: its data blocks, once, in index order, each in a buffer of its own. */
export interface DataBlock {
  index: number;
  /** Whole blocks only: the last one of a disk is padded with zeros. */
  data: Buffer;
}

export type BlockSource = AsyncIterable<DataBlock>;

import type { XfsLayout } from "../../../../inspection/xfs/layout";
import { isLogClean } from "../../../../inspection/xfs/log";

const SECTOR = 512;
const SECTORS = 32;

/** A record of two sectors, of a header and of one operation, at a sector of the log. */
interface Made {
  readonly at: number;
  readonly cycle: number;
  readonly isUnmount?: boolean;
  /** Sectors that its header says are behind it. */
  readonly said?: number;
}

/** The log of a file system whose block is a sector, its sectors of these cycles where there is no record. */
function isClean(cycles: (sector: number) => number, records: readonly Made[]): boolean {
  const log = Buffer.alloc(SECTORS * SECTOR);
  for (let sector = 0; sector < SECTORS; sector++) log.writeUInt32BE(cycles(sector), sector * SECTOR);
  for (const { at, cycle, isUnmount = false, said = 1 } of records) {
    const head = log.subarray(at * SECTOR);
    for (const [place, value] of Object.entries({ 0: 0xfeedbabe, 4: cycle, 8: 2, 12: said * SECTOR, 40: 1 }))
      head.writeUInt32BE(value, Number(place));
    const data = log.subarray(((at + 1) % SECTORS) * SECTOR);
    data.writeUInt32BE(at + 1 < SECTORS ? cycle : cycle + 1, 0);
    data.writeUInt8(isUnmount ? 0x20 : 0, 9);
  }
  const layout = { blockSize: SECTOR, log: { block: 1, blocks: SECTORS } } as XfsLayout;
  return isLogClean(layout, (number, count) =>
    log.subarray((number - 1) * SECTOR, (number - 1 + count) * SECTOR),
  );
}

test.each<[string, (sector: number) => number, Made[], boolean]>([
  ["that was never written", () => 0, [], true],
  ["as mkfs.xfs leaves it", (at) => (at < 2 ? 1 : 0), [{ at: 0, cycle: 1, isUnmount: true }], true],
  ["that was gone round", (at) => (at < 12 ? 5 : 4), [{ at: 10, cycle: 5, isUnmount: true }], true],
  ["whose last record goes on at its begin", () => 4, [{ at: 31, cycle: 4, isUnmount: true }], true],
  ["whose last record is another", (at) => (at < 12 ? 5 : 4), [{ at: 10, cycle: 5 }], false],
  // The kernel seeks where the cycles fall, and may take either place (xlog_find_head).
  [
    "that ends in two places",
    (at) => (at < 8 || (at >= 16 && at < 24) ? 5 : 4),
    [
      { at: 6, cycle: 5 },
      { at: 22, cycle: 5, isUnmount: true },
    ],
    false,
  ],
  // The kernel takes such a record for one that was not written whole, and what is before it for the last.
  [
    "whose last record says more than there is",
    (at) => (at < 12 ? 5 : 4),
    [
      { at: 8, cycle: 5 },
      { at: 10, cycle: 5, isUnmount: true, said: 4 },
    ],
    false,
  ],
])("a log %s: what a machine would replay", (_, cycles, records, clean) => {
  expect(isClean(cycles, records)).toBe(clean);
});

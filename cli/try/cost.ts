/**
 * An upper bound of a try's cost. List prices in US dollars; the pages could not be read from here (2026-11-29), and
 * those of the dearest regions are from memory, rounded up. Every object is counted for a whole day, though a try ends
 * within the hour.
 */
import type { Cloud } from "../../facts/clouds";

/** The demo disk: at most its whole size is billed, though only 12 blocks hold data. */
const GIB = 1;
const BLOCKS = 12;
const DAY = 1 / 30;

const BOUNDS: Readonly<Record<Cloud, (regions: number) => { day: number; month: number }>> = {
  // aws.amazon.com/ebs/pricing: snapshots 0.095 per GiB and month in the dearest regions; a copy between regions 0.16
  // per GiB at most. EBS User Guide, "Pricing for EBS direct APIs": PutSnapshotBlock 0.006 and GetSnapshotBlock 0.003 per
  // thousand blocks of 512 KiB.
  aws(regions) {
    // In each region the copy, and the temporary one of `verify --bytes`.
    const month = regions * 2 * GIB * 0.095;
    const calls = (BLOCKS * 0.006 + regions * 4 * BLOCKS * 0.003) / 1000;
    return { day: month * DAY + calls + (regions - 1) * GIB * 0.16, month };
  },
  // cloud.google.com/compute/disks-image-pricing 0.085 per GiB and month, cloud.google.com/storage/pricing 0.03.
  gcp() {
    const month = GIB * (0.085 + 0.03);
    return { day: month * DAY + 0.001, month };
  },
  // A standard HDD of 32 GiB is 1.54 a month (source: audit/sweep/leftover.ts), at most three at a time: the uploaded
  // one, and temporary ones to read versions. A replica is billed as a snapshot, 0.05 per GiB.
  azure(regions) {
    const month = 3 * 1.54 + regions * GIB * 0.05;
    return { day: month * DAY, month };
  },
};

/** `0.21 US dollars`, rounded up to cents. */
export function costBound(cloud: Cloud, regions: number): { day: string; month: string } {
  const { day, month } = BOUNDS[cloud](regions);
  return { day: dollars(day), month: dollars(month) };
}

function dollars(amount: number): string {
  return `${(Math.ceil(amount * 100) / 100).toFixed(2)} US dollars`;
}

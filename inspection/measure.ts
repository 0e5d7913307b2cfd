import type { Expectation as Declared } from "../config/expectation";
import type { BootMode } from "../config/image-file";
import type { Architecture } from "../config/release";
import type { PartitionTable } from "../disk/partition-table";
import { placedPartitions } from "../disk/partition-types";
import { openImage } from "./image";
import { policyReport, type PolicyReport } from "./report";
import { type Expectation, inspectImage } from "./rule";
import { RULES } from "./rules";

/** A disk and its evidence. */
export interface PolicySubject {
  path: string;
  size: number;
  /** Of the whole file, hex. Absent: not taken. */
  sha256?: string | undefined;
  blockMapRoot: string;
  architecture: Architecture;
  bootMode: BootMode;
  partitionTable: PartitionTable;
}

/**
 * Measures a raw disk with the image policy.
 *
 * @param declared the publisher's expectations
 */
export function measurePolicy(subject: PolicySubject, declared: Declared): PolicyReport {
  const { without, ownFiles = [], ...expected } = declared;
  const { architecture, bootMode, size, partitionTable } = subject;
  const partitions = placedPartitions(partitionTable);
  const image = openImage(subject.path, { size, architecture, partitions, table: partitionTable.type });
  try {
    const rules = RULES.filter(({ id }) => !without.includes(id));
    const wanted: Expectation = { ...expected, ownFiles, architecture, firmware: bootMode };
    return policyReport(image, subject, inspectImage(image, rules, wanted));
  } finally {
    image.close();
  }
}

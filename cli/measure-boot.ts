import { existsSync } from "node:fs";
import path from "node:path";
import type { BootChain, MeasuredBoot } from "../config/measured-boot";
import { placedPartitions } from "../disk/partition-types";
import { readBytes } from "../facts/read-file";
import { MIB } from "../facts/units";
import { openImage } from "../inspection/image";
import type { PolicySubject } from "../inspection/measure";
import { type Expected, expectedMeasurements } from "../inspection/measured-boot/expected";
import type { SecureBootVariables } from "../inspection/measured-boot/secure-boot";
import { printable } from "../inspection/printable";
import { NotInspectable } from "../inspection/tree";
import { Refusal } from "./problem";

interface MeasuredBootFound {
  measuredBoot?: MeasuredBoot;
  /** A table for people. */
  text: string;
  /** Boot entries of which nothing is known, a line each. */
  notes: string;
  json: object;
}

/**
 * Predicted TPM measurements of a disk's boot entries.
 *
 * @param variables folder with the firmware's Secure Boot variables; default: PCR 7 is not predicted
 * @throws {Refusal} when nothing is known of any entry
 */
export function measureBoot(subject: PolicySubject, variables?: string): MeasuredBootFound {
  const { path: disk, size, architecture, partitionTable } = subject;
  const image = openImage(disk, { size, architecture, partitions: placedPartitions(partitionTable) });
  const { measuredBoot, unpredicted } = ((): Expected => {
    try {
      return expectedMeasurements(image, variables === undefined ? undefined : readVariables(variables));
    } catch (error) {
      if (!(error instanceof NotInspectable)) throw error;
      return { unpredicted: [printable(error.message)] };
    } finally {
      image.close();
    }
  })();
  if (!measuredBoot)
    throw new Refusal(
      `${disk}: what a TPM measures of its boot is not known: ${unpredicted.join("; ") || "it has no boot entry"}. Leave --measured-boot out.`,
    );
  const notes = unpredicted.map((why) => `not predicted: ${why}\n`).join("");
  return {
    measuredBoot,
    text: measuredBoot.entries.map(describe).join(""),
    notes,
    json: { measuredBoot, unpredicted },
  };
}

/** Signature lists of the firmware are some KiB; `dbx` may have a hundred. */
const MOST_BYTES = MIB;

function readVariables(folder: string): SecureBootVariables {
  if (!existsSync(folder)) throw new Refusal(`${folder}: no such folder; --secure-boot-variables names one.`);
  const contentOf = (name: string) => {
    const file = path.join(folder, `${name}.esl`);
    return existsSync(file) ? readBytes(file, { mostBytes: MOST_BYTES }) : Buffer.alloc(0);
  };
  return { PK: contentOf("PK"), KEK: contentOf("KEK"), db: contentOf("db"), dbx: contentOf("dbx") };
}

function describe({ entry, loader, registers, unpredicted }: BootChain): string {
  const state = (secureBoot: boolean | undefined) =>
    secureBoot === undefined ? "" : `, Secure Boot ${secureBoot ? "on" : "off"}`;
  const lines = [
    `${entry} (${loader})`,
    ...registers.flatMap(({ pcr, secureBoot, sha256, sha384 }) => [
      `  PCR ${pcr}${state(secureBoot)}`,
      `    sha256 ${sha256}`,
      `    sha384 ${sha384}`,
    ]),
    ...unpredicted.map(
      ({ pcr, secureBoot, why }) => `  PCR ${pcr}${state(secureBoot)}: not predicted: ${why}`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

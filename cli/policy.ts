import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import type { BootMode } from "../config/image-file";
import type { Architecture } from "../config/release";
import { CLOUDS } from "../config/stack";
import type { PartitionTable } from "../disk/gpt";
import { openImage } from "../inspection/image";
import { policyReport, type PolicyReport } from "../inspection/report";
import { type Expectation, inspectImage } from "../inspection/rule";
import { RULES } from "../inspection/rules";
import { Refusal } from "./problem";

/** What a publisher declares of a product's images; every key has a default. YAML or JSON. */
const expectationFile = z.strictObject({
  provenance: z.enum(["official", "based-on"]).default("official"),
  clouds: z.array(z.enum(CLOUDS)).default([...CLOUDS]),
  areas: z.array(z.string()).default(["main"]),
  packageHosts: z.array(z.string()).default([]),
  unattendedUpgrades: z.boolean().default(true),
  ssh: z
    .strictObject({
      server: z.boolean().default(true),
      passwordAuthentication: z.boolean().default(false),
      rootLogin: z.boolean().default(false),
    })
    .prefault({}),
  maximumInstalledBytes: z.int().min(0).default(0),
  extraDatasources: z.array(z.string()).default([]),
  /** Rules that this product does not follow, by id. */
  without: z.array(z.enum(RULES.map(({ id }) => id) as [string, ...string[]])).default([]),
});

/** A disk and what was found of it. */
export interface PolicySubject {
  path: string;
  size: number;
  sha256: string;
  architecture: Architecture;
  bootMode: BootMode;
  partitionTable: PartitionTable;
}

/**
 * Measures a raw disk with the image policy.
 *
 * @param declared file with what is expected; `undefined`: the defaults, which are Debian's official images
 * @throws {Refusal} the file cannot be read, or declares what does not exist
 */
export function measurePolicy(subject: PolicySubject, declared: string | undefined): PolicyReport {
  const { without, ...expected } = readExpectation(declared);
  const { architecture, bootMode, size, partitionTable } = subject;
  const image = openImage(subject.path, { size, architecture, partitions: partitionTable.partitions });
  try {
    const rules = RULES.filter(({ id }) => !without.includes(id));
    const expectation: Expectation = { ...expected, architecture, firmware: bootMode };
    return policyReport(image, subject.sha256, inspectImage(image, rules, expectation));
  } finally {
    image.close();
  }
}

function readExpectation(file: string | undefined): z.output<typeof expectationFile> {
  if (file === undefined) return expectationFile.parse({});
  let value: unknown;
  try {
    value = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Refusal(
      `${file}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
    );
  }
  const parsed = expectationFile.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  throw new Refusal(
    parsed.error.issues
      .map(({ path, message }) => `${file}: ${path.join(".") || "the file"}: ${message}`)
      .join("\n"),
  );
}

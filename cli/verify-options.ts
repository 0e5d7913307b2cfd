/** Options of `imprimatur verify`, and which belong together. */
import { statSync } from "node:fs";
import { CLOUDS } from "../facts/clouds";
import { CLOUD_TRUST } from "../trust/clouds";
import { UsageProblem } from "./problem";
import { isSignerSaid, signerProblems } from "./signer-options";
import type { RecordOptions } from "./trusted-records";
import { indexProblems, type IndexOptions, isIndexed } from "./verify-index";

export const KINDS = ["disk", ...CLOUDS] as const;
export type Kind = (typeof KINDS)[number];

export interface Options extends RecordOptions, IndexOptions {
  release?: string;
  region?: string;
  architecture?: "x86_64" | "arm64";
  blockMap?: string;
  bytes?: boolean;
  subscription?: string;
  resourceGroup?: string;
  product?: string;
  official?: boolean;
  json?: boolean;
}

export function kindOf(given: string): Kind {
  const kind = KINDS.find((kind) => kind === given);
  if (kind) return kind;
  throw new UsageProblem(`verify what? Needs one of ${KINDS.join(", ")}, but has "${given}".`);
}

/** True if the option says something of this kind of subject. */
function belongs(kind: Kind, option: keyof Options): boolean {
  const own: readonly (keyof Options)[] =
    kind === "disk" ? ["architecture", "blockMap", "release"] : CLOUD_TRUST[kind].options;
  return own.includes(option);
}

const FLAGS = {
  region: "--region",
  architecture: "--architecture",
  release: "--release",
  blockMap: "--block-map",
  bytes: "--bytes",
  subscription: "--subscription",
  resourceGroup: "--resource-group",
} as const;

function misplaced(kind: Kind, options: Options): string[] {
  const given = (Object.keys(FLAGS) as (keyof typeof FLAGS)[]).filter((name) => options[name] !== undefined);
  const without = kind !== "disk" && !options.bytes;
  return [
    ...given
      .filter((name) => !belongs(kind, name))
      .map((name) => `${FLAGS[name]} says nothing of ${kind === "disk" ? "a disk" : kind}: leave it out`),
    ...given
      .filter((name) => belongs(kind, name))
      .filter((name) => without && (name === "blockMap" || name === "resourceGroup"))
      .map((name) => `${FLAGS[name]} is for --bytes: add that, or leave it out`),
  ];
}

/** @throws {UsageProblem} all that is missing or does not belong together, a line each */
export function checkOptions(kind: Kind, options: Options): void {
  const { record, records, release } = options;
  const problems = [
    // Whose word counts, and the records: an index tells both, unless they are given.
    ...(isIndexed(options) && !isSignerSaid(options) ? [] : signerProblems(options)),
    ...indexProblems(options),
    ...(record === undefined && records === undefined && !isIndexed(options)
      ? [
          "--record (or --records) is missing; or --trust, the publisher's trust file, which leads to the records",
        ]
      : []),
    ...(release !== undefined && (record !== undefined || !isIndexed(options))
      ? [
          "--release says which record of an index is meant: leave it out, or leave --record out and add --trust",
        ]
      : []),
    ...(record !== undefined && isFolder(record)
      ? [`--record names one record, and ${record} is a folder: a folder of them is --records`]
      : []),
    ...(kind === "disk" ? [] : (CLOUD_TRUST[kind].regionProblem?.(options.region) ?? [])),
    ...misplaced(kind, options),
    ...(kind === "disk" && record === undefined && records !== undefined
      ? ["--record is missing: a disk is held against one release"]
      : []),
  ];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

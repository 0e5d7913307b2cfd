import path from "node:path";
import { policyJson, readExpectation } from "../../../cli/policy";
import { chooseStart } from "../../../cli/raw-disk";
import { sbomText } from "../../../cli/sbom";
import { Disk } from "../../../disk/disk";
import { readPartitionTable } from "../../../disk/partition-table";
import { measurePolicy } from "../../../inspection/measure";
import { renderJunit, renderText } from "../../../inspection/report";
import { Random } from "../../unit/guards/random";
import { faultIn, faultOf, type Judged, type Kind } from "../kind";
import { makeBases, type Base } from "./base";
import { dataOf, type Patch, writePatches } from "./file";
import { mutantOf, overlaid } from "./mutate";
import { type Places, placesOf } from "./places";

/** Each base as a file that is changed for a mutant and restored after it. */
export class Bench {
  private readonly bases: { base: Base; places: Places; file: string }[];

  constructor(folder: string) {
    this.bases = makeBases(folder).map((base, index) => {
      const file = path.join(folder, `base-${index}.raw`);
      writePatches(file, base.bytes.length, dataOf(base.bytes), "w+");
      return { base, places: placesOf(base), file };
    });
  }

  /** The sound disks. */
  get files(): string[] {
    return this.bases.map(({ file }) => file);
  }

  /** Passes the mutant of a seed to `use` and restores the base afterwards. */
  async with<T>(seed: number, use: (mutant: Mutant) => Promise<T>): Promise<T> {
    const random = new Random(seed);
    const { base, places, file } = random.one(this.bases);
    const { size, patches } = mutantOf(base, places, random);
    writePatches(file, size, patches);
    try {
      return await use({ file, random, isSame: isSame(base, size, patches) });
    } finally {
      const { bytes } = base;
      if (size === bytes.length)
        writePatches(
          file,
          size,
          patches.flatMap((patch) => before(base, patch)),
        );
      // Rewritten from an empty file, so that data written where the base has zeros is removed too.
      else writePatches(file, bytes.length, dataOf(bytes), "w+");
    }
  }
}

export interface Mutant {
  readonly file: string;
  /** Random numbers for the caller's own choices. */
  readonly random: Random;
  /** The only change is more zeros at the end. */
  readonly isSame: boolean;
}

function isSame({ bytes }: Base, size: number, patches: readonly Patch[]): boolean {
  if (size < bytes.length || size % 512 !== 0) return false;
  return patches.every(({ at, bytes: { length } }) => {
    const now = overlaid(bytes, patches, at, length);
    return now.length === length && now.equals(bytes.subarray(at, at + length));
  });
}

function before({ bytes }: Base, { at, bytes: changed }: Patch): Patch[] {
  const old = bytes.subarray(at, at + changed.length);
  return [{ at, bytes: old }];
}

/** Raw disks through the reading of `inspect --policy` and `--sbom`, without the digests. */
export const DISKS: Kind = {
  what: "disks, measured",
  count: 10_000,
  limit: 5000,
  async prepare(folder) {
    const bench = new Bench(folder);
    return (seed) => bench.with(seed, judge);
  },
};

async function judge({ file, random }: Mutant): Promise<Judged> {
  try {
    const disk = await Disk.open(file);
    const { size } = disk;
    const table = await readPartitionTable(disk).finally(() => disk.close());
    const asked = random.chance(0.3) ? { architecture: "x86_64" as const } : {};
    const { architecture, bootMode } = chooseStart(file, table, asked);
    const subject = {
      path: file,
      size,
      blockMapRoot: "0".repeat(64),
      architecture,
      bootMode,
      partitionTable: table,
    };
    const report = measurePolicy(subject, readExpectation(undefined));
    const text = renderText(report);
    const fault =
      faultIn(text) ?? faultIn(renderJunit(report)) ?? (policyJson(report) === "" ? "nothing" : undefined);
    if (random.chance(0.2)) {
      try {
        sbomText(subject);
      } catch (error) {
        const found = faultOf(error);
        if (found !== undefined) return { answer: "measured", fault: found };
      }
    }
    const blind = report.rules.filter(({ outcome }) => outcome === "not-inspected").length;
    const answer = `measured, ${blind === 0 ? "all" : blind < 10 ? "most" : "few"} rules inspected`;
    return fault === undefined ? { answer } : { answer, fault };
  } catch (error) {
    const fault = faultOf(error);
    return { answer: "refused", ...(fault !== undefined && { fault }) };
  }
}

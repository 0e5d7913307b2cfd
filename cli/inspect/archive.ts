import { existsSync } from "node:fs";
import { archivedSystem, type ArchivedSystem } from "../../archive/deb/installed";
import { openPlace } from "../../archive/place";
import { ArchiveProblem } from "../../archive/problem";
import { cacheFolder } from "../../clouds/cache";
import type { ContentsEvidence } from "../../config/evidence";
import { placedPartitions } from "../../disk/partition-types";
import { compareWithArchive, type ContentsReport } from "../../inspection/against-archive/check";
import { aptSources } from "../../inspection/apt";
import { isPresent, packagesOf } from "../../inspection/dpkg";
import { type InspectedImage, openImage } from "../../inspection/image";
import type { PolicySubject } from "../../inspection/measure";
import { printable } from "../../inspection/printable";
import { rootOf } from "../../inspection/rule";
import { NotInspectable } from "../../inspection/tree";
import { readBytes } from "../../trust/read-text";
import { ARCHIVE_KEYRING } from "../archive-keyring";
import type { Io } from "../io";
import { pythonOf } from "./python";
import { Refusal, UsageProblem } from "../problem";
import { startWaiting } from "../waiting";

export interface ArchiveOptions {
  archive?: string[];
  suite?: string[];
  archiveKeyring?: string[];
  asOf?: string;
}

/** A comparison with what it was made against. */
export interface ComparedContents {
  readonly report: ContentsReport;
  readonly evidence: ContentsEvidence | undefined;
  /** SHA-256 of each package's .deb, by `name_version_architecture`. */
  readonly archived: Readonly<Record<string, string>>;
  /** Reports lines for people. */
  readonly text: string;
}

/** @throws {UsageProblem} for options that need another one, before anything is read */
export function assertArchiveOptions({ archive, suite, archiveKeyring = [], asOf }: ArchiveOptions): void {
  const alone = Object.entries({ suite, "archive-keyring": archiveKeyring[0], "as-of": asOf })
    .filter(([, value]) => value !== undefined && archive === undefined)
    .map(([name]) => `--${name}: only with --archive, which compares the files: add that, or leave it out.`);
  const time = asOf !== undefined && Number.isNaN(Date.parse(asOf));
  const noKeys = archive !== undefined && archiveKeyring.length === 0 && !existsSync(ARCHIVE_KEYRING);
  const problems = [
    ...alone,
    ...(time
      ? [`--as-of needs a date or a time, as 2026-11-30 or 2026-11-30T12:00:00Z, but has "${asOf}".`]
      : []),
    ...(noKeys
      ? [
          `--archive-keyring is missing, and there is no ${ARCHIVE_KEYRING}: install debian-archive-keyring, or name the archive's keys.`,
        ]
      : []),
  ];
  if (problems.length > 0) throw new UsageProblem(problems.join("\n"));
}

/**
 * Compares every file of a disk with the distribution's signed archive.
 *
 * @param ownFiles patterns of files that the product adds or changes
 * @throws {Refusal} when the disk cannot be read
 * @throws {ArchiveProblem} when the archive cannot be read or trusted
 */
export async function compareContents(
  subject: PolicySubject,
  options: ArchiveOptions & { archive: string[] },
  ownFiles: readonly string[],
  io: Io,
): Promise<ComparedContents> {
  const { path: disk, size, architecture, partitionTable } = subject;
  const partitions = placedPartitions(partitionTable);
  const waiting = startWaiting(io);
  const image = openImage(disk, { size, architecture, partitions, table: partitionTable.type });
  try {
    const system = await readSystem(image, options, waiting.status);
    const python = await pythonOf(system, cacheFolder("packages"));
    waiting.status(`comparing the files of ${disk}`);
    const report = compareWithArchive(image, system, ownFiles, { python, onStep: waiting.detail });
    const archived = Object.fromEntries(system.packages.map((each) => [nameOf(each), each.sha256]));
    const evidence = evidenceOf(system, report, { ownFiles, asOf: options.asOf });
    return { report, evidence, archived, text: textOf(report, system) };
  } catch (error) {
    if (!(error instanceof NotInspectable)) throw error;
    throw new Refusal(
      `${disk}: its files cannot be compared with the archive: ${printable(error.message)}. Leave --archive out.`,
    );
  } finally {
    waiting.end();
    image.close();
  }
}

async function readSystem(
  image: InspectedImage,
  { archive, suite: named = [], archiveKeyring = [], asOf }: ArchiveOptions & { archive: string[] },
  onStep: (step: string, far?: string) => void,
): Promise<ArchivedSystem> {
  const sources =
    named.length > 0
      ? named.map((suite) => ({ suite, components: [] }))
      : aptSources(rootOf(image)).map(({ suite, components }) => ({ suite, components }));
  if (sources.length === 0)
    throw new ArchiveProblem(
      "the image has no apt sources that name the suites it was installed from; name them with --suite, once for each",
    );
  const keyring = archiveKeyring.length > 0 ? archiveKeyring : [ARCHIVE_KEYRING];
  return archivedSystem(
    packagesOf(image).filter(isPresent),
    sources,
    {
      places: archive.map((each) => openPlace(each)),
      folder: cacheFolder("packages"),
      keyring: { file: keyring.join(" and "), parts: keyring.map((file) => readBytes(file)) },
      now: asOf === undefined ? Date.now() : Date.parse(asOf),
    },
    onStep,
  );
}

function evidenceOf(
  { suites, packages }: ArchivedSystem,
  { outcome, version, counts }: ContentsReport,
  { ownFiles, asOf }: { ownFiles: readonly string[]; asOf: string | undefined },
): ContentsEvidence | undefined {
  if (outcome === "failed") return undefined;
  return {
    ...{ outcome, version, counts, ownFiles: [...ownFiles] },
    ...(asOf !== undefined && { asOf: new Date(asOf).toISOString() }),
    suites: suites.map(({ suite, place, date, sha256, signer }) => ({
      ...{ suite, archive: place.name.slice(0, 500), date, sha256, signer: signer.fingerprint },
      packages: Object.fromEntries(
        packages.filter((each) => each.suite === suite).map((each) => [nameOf(each), each.sha256]),
      ),
    })),
  };
}

/** Maximum findings that are printed: more of them usually have a common cause; --json has them all. */
const MOST_PRINTED = 200;

function textOf(
  { outcome, counts, uncompared, findings }: ContentsReport,
  { suites, packages }: ArchivedSystem,
): string {
  const read = suites.map(
    ({ suite, place, date, signer }) =>
      `${suite} of ${date}, ${place.name}, signed by ${signer.fingerprint}\n`,
  );
  const lines = findings
    .slice(0, MOST_PRINTED)
    .map(({ where, message }) => `  ${printable(where === undefined ? message : `${where}: ${message}`)}\n`);
  const more = findings.length > MOST_PRINTED ? [`  and ${findings.length - MOST_PRINTED} more\n`] : [];
  const failed = findings.length > 0 ? `${findings.length} differ, ` : "";
  return [
    ...read,
    ...lines,
    ...more,
    ...Object.entries(uncompared).map(([why, count]) => `  not compared: ${count} of ${why}\n`),
    `contents ${outcome}: ${failed}${counts.packaged} as their ${packages.length} packages have them, ` +
      `${counts.generated} generated as expected, ${counts.unchecked} not compared, ${counts.declared} of the product's own\n`,
  ].join("");
}

function nameOf({
  name,
  version,
  architecture,
}: {
  name: string;
  version: string;
  architecture: string;
}): string {
  return `${name}_${version}_${architecture}`;
}

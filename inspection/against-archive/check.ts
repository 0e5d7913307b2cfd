import { isPresent, packagesOf } from "../dpkg";
import type { InspectedImage } from "../image";
import { isNamed } from "../mounts";
import { isOwn } from "../own-files";
import { type Finding, rootOf } from "../rule";
import type { Entry } from "../tree";
import { differences, rightsProblems } from "./compare";
import type { Python } from "./compile-python";
import { type Context, contentsOf, textAt } from "./context";
import { checkDatabase } from "./database";
import { diversionsIn } from "../dpkg-places";
import { expectedFiles, isMergedLink, placing } from "./expected";
import { GENERATED_VERSION } from "./generated";
import { isMovedFolder, judgeGenerated } from "./judge";
import { missingFiles, missingUnits } from "./missing";
import { overrideFindings, overridesOf } from "./overrides";
import type { ArchivedSystem } from "./packages";
import { partitionFindings } from "./partitions";
import { walkImage } from "./walk";

/** Result of the comparison with the archive. */
export interface ContentsReport {
  readonly outcome: "passed" | "failed";
  /** Version of the list of generated files. */
  readonly version: number;
  readonly counts: {
    /** Files, folders and links of packages, as the packages bring them. */
    readonly packaged: number;
    /** Generated ones, whose content follows from packages, or is one of few texts. */
    readonly generated: number;
    /** Generated ones whose content is not compared. */
    readonly unchecked: number;
    /** Those that the product declares as its own (ownFiles). */
    readonly declared: number;
  };
  /** Kinds of content that are not compared, and in how many files. */
  readonly uncompared: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/**
 * Compares every file of the root and of the EFI system partition with what the archive's packages bring.
 *
 * @param ownFiles patterns of files that the product adds or changes
 * @param python the image's own Python, or why it cannot be run: without, compiled files are not compared
 * @param onStep told how far it is
 * @throws {NotInspectable} when the image cannot be read
 */
export function compareWithArchive(
  image: InspectedImage,
  { packages, absent }: ArchivedSystem,
  ownFiles: readonly string[],
  { python, onStep = () => {} }: { python?: Python | string; onStep?: (far: string) => void } = {},
): ContentsReport {
  const walked = walkImage(image);
  const place = placing(walked);
  const diversions = diversionsIn(walked.read("/var/lib/dpkg/diversions")?.toString("utf8") ?? "");
  const expected = expectedFiles(packages, diversions, place);
  const context: Context = {
    ...{ walked, expected, place, contents: contentsOf(packages) },
    packages: new Map([...packages].sort(ownLast(image)).map((each) => [each.name, each])),
    all: packages,
    python,
    isRoot: rootNames(image),
  };
  const database = checkDatabase(context, absent);
  const findings: Finding[] = [
    ...absentFindings(absent),
    ...partitionFindings(image),
    ...rootFindings(image),
    ...overrideFindings(context),
  ];
  const overrides = overridesOf(context);
  const counts = { packaged: 0, generated: 0, unchecked: 0, declared: 0 };
  const uncompared: Record<string, number> = {};
  const known = namesOfAbsent(context, absent);
  const removed = new Map(
    packagesOf(image)
      .filter((each) => !isPresent(each))
      .flatMap(({ name, conffiles }) => conffiles.map(({ path }) => [place(path), name] as const)),
  );
  let far = 0;
  for (const [path, entry] of walked.entries) {
    if (++far % 1000 === 0) onStep(`${far} of ${walked.entries.size} files`);
    if (isOwn({ ownFiles }, path)) {
      counts.declared++;
      continue;
    }
    const candidates = expected.get(path);
    if (candidates) {
      const own = differences(path, entry, candidates, { walked, override: overrides.get(path) });
      if (own.length === 0 || isMovedFolder(path, entry, context)) counts.packaged++;
      else findings.push(...own);
    } else if (isMergedLink(walked, path)) counts.packaged++;
    else if (database.checked.has(path) || known.has(path)) {
      if (database.checked.has(path)) findings.push(...databaseRights(path, entry));
      counts[database.checked.has(path) ? "generated" : "unchecked"]++;
    } else {
      const judged = judgeGenerated(path, entry, context);
      if (typeof judged === "object") {
        const why = typeof judged.unchecked === "function" ? judged.unchecked(context) : judged.unchecked;
        counts[why === undefined ? "generated" : "unchecked"]++;
        if (why !== undefined) uncompared[why] = (uncompared[why] ?? 0) + 1;
      } else {
        const owner = removed.get(path);
        const message = owner === undefined ? judged : `left of ${owner}, which was removed: ${judged}`;
        findings.push({ message, where: path });
      }
    }
  }
  findings.push(...database.findings.filter(({ where = "" }) => !isOwn({ ownFiles }, where)));
  findings.push(
    ...[...missingFiles(context), ...missingUnits(context)].filter(
      ({ where = "" }) => !isOwn({ ownFiles }, where),
    ),
  );
  return {
    outcome: findings.length > 0 ? "failed" : "passed",
    version: GENERATED_VERSION,
    counts,
    uncompared,
    findings,
  };
}

/** dpkg's names of architectures. */
const OWN = { x86_64: "amd64", arm64: "arm64" } as const;

/** Of several partitions that a name fits, a machine takes any. */
function rootNames({ rootPartition, volumes = [] }: InspectedImage): (source: string) => boolean {
  return (source) => {
    const found = volumes.filter((volume) => isNamed(source, volume));
    return found.length === 1 && found[0]?.partition.number === rootPartition?.number;
  };
}

function ownLast({ architecture }: InspectedImage) {
  const rank = (each: { architecture: string }) => Number(each.architecture === OWN[architecture]);
  return (a: { architecture: string }, b: { architecture: string }) => rank(a) - rank(b);
}

function absentFindings(absent: ArchivedSystem["absent"]): Finding[] {
  return absent.map(({ name, version, architecture }) => ({
    message: `${name} ${version} (${architecture}) is in none of the archive's suites: nothing is known of its files`,
  }));
}

/** Paths that dpkg's lists give to packages of which nothing is known. */
function namesOfAbsent(context: Context, absent: ArchivedSystem["absent"]): Set<string> {
  const lists = absent.flatMap(({ name, architecture }) =>
    [`${name}.list`, `${name}:${architecture}.list`].flatMap((file) =>
      textAt(context, `/var/lib/dpkg/info/${file}`).split("\n"),
    ),
  );
  return new Set(lists.filter((path) => path.startsWith("/")).map(context.place));
}

function rootFindings(image: InspectedImage): Finding[] {
  const { top } = rootOf(image);
  if (!top) return [];
  const entry: Entry = { name: "", kind: "folder", size: 0, ...top };
  return rightsProblems(entry, { mode: 0o755, uid: 0, gid: 0 }).map((message) => ({ message, where: "/" }));
}

/** dpkg's own files belong to root; scripts may be run. */
function databaseRights(path: string, entry: Entry): Finding[] {
  const mode = entry.kind === "folder" || entry.mode === 0o755 ? 0o755 : 0o644;
  return rightsProblems(entry, { mode, uid: 0, gid: 0 }).map((message) => ({ message, where: path }));
}

import { CLOUDS } from "../facts/clouds";
import { compareVersions } from "../config/release";
import { closingFacts } from "./closings";
import { CLOUD_STATEMENTS } from "./clouds";
import { lossesIn } from "./losses";
import type { Preview, Step } from "./preview";
import { releaseChanges } from "./releases";
import {
  INTERNAL,
  nameOfImage,
  type Interpreter,
  signature,
  silent,
  type AlreadyReported,
  unknown,
} from "./interpret";
import { KINDS, type Publication, type Statement } from "./statement";
import { Subjects } from "./subject";
import { variantsOf } from "./variants";

/** Interpreters by resource type: one table per cloud, and those of no cloud. */
export const OBJECTS: Readonly<Record<string, Interpreter>> = {
  "imprimatur:index:Record": signature,
  "imprimatur:index:WithdrawalNotice": signature,
  ...(Object.assign({}, ...Object.values(CLOUD_STATEMENTS).map(({ objects }) => objects)) as Record<
    string,
    Interpreter
  >),
};

/** Reported by their releases, or without an object in a cloud. */
export const SILENT = /^(pulumi:|imprimatur:component:|imprimatur:index:)/;

/**
 * The engine's preview as a publication.
 *
 * @param allow guarded changes that the command line names
 */
export function publicationOf(preview: Preview, stack: string, allow: readonly string[]): Publication {
  const releases = releaseChanges(preview, allow);
  const subjects = new Subjects(releases.product, releases.versions);
  const subjectOf = (step: Step) => subjects.of(step);
  const latest = Object.values(CLOUD_STATEMENTS).flatMap(
    (cloud) => cloud.latest?.(preview.steps, subjectOf, releases.standings) ?? [],
  );
  const told = { ...toldBy(releases.statements), latest: new Set(latest.map(nameOfImage)) };
  const facts = preview.steps.flatMap((step) => roleOf(step.type)(step, subjectOf(step), told));
  const closings = closingFacts(preview.steps, subjectOf);
  const losses = lossesIn(facts, releases);
  const statements = [
    ...[...releases.statements, ...losses.statements],
    ...withoutHome(grouped([...facts, ...latest, ...closings])),
  ];
  const unneeded = preview.problems.length > 0 ? [] : unneededIn(releases.inFile, statements);
  const variants = variantsOf(preview.config, releases.versions);
  return {
    schemaVersion: 1,
    stack,
    statements: [...statements, ...bookkeeping(preview, statements)].sort(inOrder),
    engine: { ...preview.counts },
    guards: [...releases.guards, ...losses.guards],
    ...(unneeded.length > 0 && { unneeded }),
    ...(variants && { variants }),
    problems: [...preview.problems],
  };
}

/** An entry that outlives its change allows it a second time, unseen. One without a version is a standing choice. */
function unneededIn(allow: readonly string[], statements: readonly Statement[]): string[] {
  const needed = statements.map(({ guarded, release }) => guarded && `${guarded.kind}:${release}`);
  return allow.filter((entry) => entry.includes(":") && !needed.includes(entry));
}

function roleOf(type: string): Interpreter {
  return OBJECTS[type] ?? (SILENT.test(type) ? silent : unknown);
}

function toldBy(statements: readonly Statement[]): Omit<AlreadyReported, "latest"> {
  const users = ["make-public", "widen", "narrow", "new-region", "lost-region", "remove", "delete-published"];
  const audiences = statements
    .filter(({ kind }) => users.includes(kind))
    .flatMap(({ release, cloud }) =>
      cloud === undefined
        ? CLOUDS.map((cloud) => `${cloud} ${release}`)
        : // A gallery is shared as a whole, for all releases.
          [`${cloud} ${release}`, `${cloud} undefined`],
    );
  return {
    audiences: new Set(audiences),
    marks: new Set(statements.flatMap(({ release }) => release ?? [])),
  };
}

/** Merges statements that differ in region and architecture only. */
function grouped(facts: readonly Statement[]): Statement[] {
  const groups = new Map<string, Statement>();
  for (const fact of facts) {
    const { kind, release, cloud, object, operation, grantees, names } = fact;
    const { properties, from, to } = fact;
    const own = ["point", "unpoint"].includes(kind) ? names : from && [properties, from, to];
    const key = JSON.stringify([kind, release, cloud, object, operation, grantees, own]);
    const group = groups.get(key);
    groups.set(key, group === undefined ? fact : merged(group, fact));
  }
  return [...groups.values()];
}

function merged(a: Statement, b: Statement): Statement {
  const both = (key: "regions" | "architectures" | "names" | "properties") => {
    const words = [...new Set([...(a[key] ?? []), ...(b[key] ?? [])])].sort();
    return words.length > 0 ? { [key]: words } : {};
  };
  const sum = (key: "bytes" | "count") =>
    a[key] === undefined && b[key] === undefined ? {} : { [key]: (a[key] ?? 0) + (b[key] ?? 0) };
  const { from, to, ...rest } = a;
  return {
    ...rest,
    // Ids differ per region and are not merged.
    ...(from !== undefined && from === b.from && { from }),
    ...(to !== undefined && to === b.to && { to }),
    ...both("regions"),
    ...both("architectures"),
    ...both("names"),
    ...both("properties"),
    ...sum("bytes"),
    ...sum("count"),
  };
}

/** A gallery version is created in its home region, not copied there. */
function withoutHome(statements: readonly Statement[]): Statement[] {
  const homes = (copy: Statement) =>
    statements
      .filter(
        (statement) =>
          statement.kind === "register" &&
          statement.release === copy.release &&
          statement.cloud === copy.cloud,
      )
      .flatMap(({ regions = [] }) => regions);
  return statements.flatMap((statement) => {
    if (statement.kind !== "copy" || statement.object !== "gallery version") return [statement];
    const regions = statement.regions?.filter((region) => !homes(statement).includes(region)) ?? [];
    const images = statement.architectures?.length ?? 1;
    return regions.length === 0 ? [] : [{ ...statement, regions, count: regions.length * images }];
  });
}

/** Changes of the state without a cloud request are changes still. */
function bookkeeping({ counts }: Preview, statements: readonly Statement[]): Statement[] {
  const count = counts.create + counts.update + counts.replace + counts.delete;
  if (statements.length > 0 || count === 0) return [];
  return [{ kind: "update", object: "bookkeeping", count, ...INTERNAL }];
}

/** Unnoticeable first, dangerous last; then by release, newest first. */
function inOrder(a: Statement, b: Statement): number {
  const effect = ({ dangerous, visibleToStrangers }: Statement) =>
    dangerous ? 2 : visibleToStrangers ? 1 : 0;
  // Statements about every cloud come first.
  const cloud = ({ cloud = "" }: Statement) => (CLOUDS as readonly string[]).indexOf(cloud);
  return (
    effect(a) - effect(b) ||
    byRelease(a.release, b.release) ||
    cloud(a) - cloud(b) ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
  );
}

/** Statements about all releases come first. */
function byRelease(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareVersions(b, a);
}

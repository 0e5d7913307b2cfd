/** Content of an index, from the sources of the catalogue: signed records, notices, and the stack's state. */
import { readFileSync } from "node:fs";
import type { StackFacts } from "../../catalogue/stack-facts";
import { stackOf, stateOf } from "../../catalogue/state";
import { ARCHITECTURES, compareVersions } from "../../config/release";
import { imageFileIn, nameOf, type SignedRecord, versionOf } from "../../trust/records";
import { type IndexedRelease, newestOf, type ReleaseList } from "../../trust/signed-index/release-list";
import { Refusal } from "../problem";

export interface ListContent {
  readonly list: ReleaseList;
  /** Records and notices, as they are signed, by their paths in the index. */
  readonly records: ReadonlyMap<string, Buffer>;
  /** Releases that are left out: staged ones, which are nobody's but the publisher's. */
  readonly staged: readonly string[];
}

interface Sources {
  readonly product: string;
  readonly records: readonly SignedRecord[];
  readonly stacks: readonly StackFacts[];
  readonly signers: ReleaseList["signers"];
  readonly now: Date;
}

/** @param sources records of the product, each with the notice that withdraws it */
export function listContent({ product, records, stacks, signers, now }: Sources): ListContent {
  const files = new Map<string, Buffer>();
  const releases: IndexedRelease[] = [];
  const staged: string[] = [];
  const newestFirst = [...records].sort((a, b) => compareVersions(versionOf(b), versionOf(a)));
  for (const record of newestFirst) {
    const state = stateOf(record, stackOf(record, stacks), now);
    if (state === undefined) {
      staged.push(versionOf(record));
      continue;
    }
    const release = releaseOf(record, state);
    releases.push(release);
    files.set(release.record, readFileSync(record.file));
    if (record.withdrawal && release.notice) files.set(release.notice, readFileSync(record.withdrawal.file));
  }
  const { publisher } = nameOf(newestFirst[0]!);
  const newest = newestOf(releases, now);
  const kind = { schemaVersion: 1, kind: "releases" } as const;
  const list = { ...kind, product, publisher, madeOn: now.toISOString(), signers, newest, releases };
  return { list, records: files, staged };
}

function releaseOf(record: SignedRecord, facts: NonNullable<ReturnType<typeof stateOf>>): IndexedRelease {
  const { version, variant } = nameOf(record);
  const { state, reason, withdrawnOn, deprecateOn, endOfLife } = facts;
  const { images } = imageFileIn(record);
  const dates = { withdrawnOn, deprecateOn, endOfLife };
  const known = Object.fromEntries(Object.entries(dates).filter(([, date]) => date !== undefined));
  return {
    version,
    ...(variant !== undefined && { variant }),
    state,
    ...(reason !== undefined && { reason }),
    ...known,
    architectures: ARCHITECTURES.filter((architecture) => images[architecture] !== undefined),
    record: `${version}.sigstore.json`,
    ...(record.withdrawal && { notice: `${version}.withdrawn.sigstore.json` }),
  };
}

/** News for users in this version, a line each. */
export function changesBetween(
  before: ReleaseList | undefined,
  { list, records }: Pick<ListContent, "list" | "records">,
  isSame: (path: string, content: Buffer) => boolean,
): string[] {
  const old = new Map(before?.releases.map((release) => [release.version, release]));
  const releases = list.releases.flatMap((release) => {
    const known = old.get(release.version);
    if (known === undefined) return [`${release.version}: new, ${inWords(release)}`];
    if (inWords(known) !== inWords(release))
      return [`${release.version}: ${inWords(known)} -> ${inWords(release)}`];
    const content = records.get(release.record);
    return content && isSame(release.record, content)
      ? []
      : [`${release.version}: its record was signed again`];
  });
  const newest = list.newest.flatMap((now) => {
    const key = (one: (typeof list.newest)[number]) => `${one.variant ?? ""} ${one.architecture}`;
    const was = before?.newest.find((one) => key(one) === key(now));
    const variant = now.variant === undefined ? "" : ` of ${now.variant}`;
    return was?.version === now.version ? [] : [`newest${variant} for ${now.architecture}: ${now.version}`];
  });
  const isOther = JSON.stringify(before?.signers) !== JSON.stringify(list.signers);
  return [...releases, ...newest, ...(before && isOther ? ["whose signature the records have"] : [])];
}

function inWords({ state, reason, deprecateOn, endOfLife, architectures }: IndexedRelease): string {
  const dates = [deprecateOn && `deprecated on ${deprecateOn}`, endOfLife && `supported until ${endOfLife}`];
  const more = [reason, ...dates, architectures.join(" and ")].filter(Boolean).join(", ");
  return `${state} (${more})`;
}

/**
 * Statements that an index must not take back: users rely on a withdrawal being final.
 *
 * @throws {Refusal} with every release that came back or is missing, a line each
 */
export function assertFinal(
  before: ReleaseList | undefined,
  { list, staged }: Pick<ListContent, "list" | "staged">,
): void {
  const problems = (before?.releases ?? []).flatMap(({ version, state, record }) => {
    const now = list.releases.find((release) => release.version === version);
    if (now === undefined && staged.includes(version))
      return [
        `${version}: it is in the index, and the stack says staged: users were told of it; withdraw it instead`,
      ];
    if (now === undefined)
      return [
        `${version}: it is in the index, and its record is not among those of --records: users who have it would be told that it is not genuine; put ${record} back`,
      ];
    if (state === "withdrawn" && now.state !== "withdrawn")
      return [
        `${version}: the index says that it was withdrawn, and it would be ${now.state}: a withdrawal is final; put ${version}.withdrawn.sigstore.json back beside its record`,
      ];
    return [];
  });
  if (problems.length > 0) throw new Refusal(problems.join("\n"));
}

/** One sentence for each kind of statement, without its subject: `becomes public in 3 regions: …`. */
import { CLOUD_LABELS, isCloud } from "../facts/clouds";
import { formatBytes, listWords } from "../facts/words";
import type { Kind, Publication, Statement } from "./statement";

/** Display name of a cloud; empty for statements without one. */
export function nameCloud(cloud = ""): string {
  return isCloud(cloud) ? CLOUD_LABELS[cloud] : cloud;
}

export function describeStatement(statement: Statement): string {
  const { head, regions = "" } = SENTENCES[statement.kind](statement);
  return `${head}${regions}`;
}

/** The three parts of every rendering, dangerous statements last. */
export const SECTIONS: readonly { title: string; holds: (statement: Statement) => boolean }[] = [
  {
    title: "Nobody outside notices",
    holds: (statement) => !statement.visibleToStrangers && !statement.dangerous,
  },
  { title: "Users see more", holds: (statement) => statement.visibleToStrangers && !statement.dangerous },
  { title: "Users lose something: look twice", holds: (statement) => statement.dangerous },
];

export const NOT_NAMED = "`imprimatur up` refuses these until `imprimatur:allow` or `--allow` names them:";

/** `resources: 60 to create, 2 to update` */
export function describeCounts({ engine }: Publication): string {
  const counted = (["create", "update", "replace", "delete"] as const).filter((key) => engine[key] > 0);
  if (counted.length === 0) return "nothing to do";
  return `resources: ${counted.map((key) => `${engine[key]} to ${key}`).join(", ")}`;
}

interface Sentence {
  readonly head: string;
  readonly regions?: string;
}
type Say = (statement: Statement) => Sentence;

const only =
  (head: string): Say =>
  () => ({ head });
const inRegions =
  (head: (statement: Statement) => string): Say =>
  (statement) => ({ head: head(statement), regions: places("in", statement.regions) });

const SENTENCES: Readonly<Record<Kind, Say>> = {
  prepare: (statement) => ({ head: `makes the ${statement.object} ${listWords(statement.names)}` }),
  stage: only("becomes staged: private, in the home regions"),
  upload: (statement) => ({
    head: `uploads ${formatBytes(statement.bytes ?? 0)}${forArchitectures(statement)}`,
  }),
  register: inRegions((statement) => `registers ${objects(statement)}${forArchitectures(statement)}`),
  copy: (statement) => ({ head: "copies it", regions: places("to", statement.regions) }),
  verify: (statement) => ({ head: `verifies ${counting(statement.count ?? 1, "object")}` }),
  launch: (statement) => ({
    head: `launches ${counting(statement.count ?? 1, "instance")} for as long as the boot takes`,
  }),
  sign: (statement) => ({
    head: statement.operation === "update" ? "signs its record again" : "signs its record",
  }),
  update: inRegions((statement) =>
    statement.object === "bookkeeping"
      ? `writes down ${counting(statement.count ?? 1, "change")} that no cloud sees`
      : `changes ${listWords(statement.properties) || "details"} of ${objects(statement)}${fromTo(statement)}`,
  ),
  other: (statement) => ({
    head: `${statement.operation}: ${statement.object} ${listWords(statement.names)} (not known to this version)`,
  }),
  limit: inRegions(
    (statement) =>
      `there come to be ${objects(statement)}${statement.object === "grantee" ? " of one image" : ""} (${nameCloud(statement.cloud)} gives ${statement.to} ` +
      `unless it was asked for more${statement.object === "public image" ? "; the preflight looks" : ""})`,
  ),
  publish: only("becomes published"),
  restore: only("is brought back"),
  "new-region": (statement) => ({ head: "comes", regions: places("to", statement.regions) }),
  "make-public": inRegions(() => "becomes public"),
  widen: inRegions((statement) => `is shared with ${people(statement)}`),
  share: inRegions((statement) =>
    statement.release === undefined
      ? `shares the gallery with ${people(statement)}`
      : `is shared with ${people(statement)}`,
  ),
  point: inRegions((statement) =>
    isLatest(statement)
      ? "becomes the latest gallery version"
      : `comes to the ${statement.object} ${listWords(statement.names)}`,
  ),
  "set-dates": (statement) => {
    const what = statement.properties?.includes("endOfLife") ? "end of support" : "deprecation";
    const was = statement.from === undefined ? "" : ` instead of ${day(statement.from)}`;
    return { head: `date of the ${what}: ${statement.to === undefined ? "none" : day(statement.to)}${was}` };
  },
  deprecate: only("becomes deprecated"),
  "shorten-end-of-life": (statement) => ({
    head: `support ends on ${day(statement.to)} instead of ${day(statement.from)}`,
  }),
  withdraw: only("becomes withdrawn"),
  unpoint: inRegions((statement) =>
    isLatest(statement)
      ? "is no longer the latest gallery version"
      : `leaves the ${statement.object} ${listWords(statement.names)}`,
  ),
  narrow: inRegions((statement) => `is taken from ${people(statement)}`),
  unshare: inRegions((statement) => `is taken from ${people(statement)}, whom the stack file does not name`),
  "stay-open": inRegions(
    (statement) =>
      `${ofGallery(statement)}was not closed for ${people(statement)} by an earlier \`up\`, and no longer has to be`,
  ),
  "close-again": inRegions(
    (statement) =>
      `${ofGallery(statement)}is still open for ${people(statement)}, as an earlier \`up\` could not close it: it is closed`,
  ),
  "lost-region": (statement) => ({ head: "leaves", regions: places("", statement.regions) }),
  replace: inRegions((statement) => `replaces ${objects(statement)} by new ones and deletes the old`),
  remove: only("is deleted everywhere"),
  "delete-published": inRegions(() => "users may have what is deleted"),
  delete: inRegions(
    (statement) =>
      `deletes ${statement.names ? `the ${statement.object} ${listWords(statement.names)}` : objects(statement)}`,
  ),
};

/** ` in eu-central-1`, ` in 3 regions: a, b, c`; nothing where there are no regions. */
function places(preposition: string, regions: readonly string[] = []): string {
  const where = preposition === "" ? "" : ` ${preposition}`;
  const named = regions.filter((region) => region !== "global");
  if (named.length === 0) return "";
  if (named.length === 1) return `${where} ${named[0]}`;
  return `${where} ${named.length} regions: ${named.join(", ")}`;
}

/** ` from 2 to 1` */
function fromTo({ from, to }: Statement): string {
  return from === undefined || to === undefined ? "" : ` from ${from} to ${to}`;
}

function isLatest({ object }: Statement): boolean {
  return object === "gallery version";
}

function forArchitectures({ architectures }: Statement): string {
  return architectures ? ` for ${listWords(architectures)}` : "";
}

function objects({ count = 1, object = "object" }: Statement): string {
  return object === "sharing" ? "who may use it" : counting(count, object);
}

function people({ grantees = [] }: Statement): string {
  return listWords(grantees.map((statement) => (statement === "public" ? "everyone" : statement)));
}

function counting(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : noun.endsWith("y") ? "" : "s"}`;
}

/** Statements without a release concern the gallery of all of them. */
function ofGallery({ release, object }: Statement): string {
  return release === undefined ? `the ${object} ` : "";
}

/** Guarded changes not yet named, once for each name. */
export function describeGuards({ guards }: Publication): { name: string; says: string }[] {
  const byName = new Map<string, string[]>();
  for (const { kind, release, says } of guards) {
    const name = `${kind}:${release}`;
    byName.set(name, [...(byName.get(name) ?? []), says]);
  }
  return [...byName].map(([name, says]) => ({ name, says: says.join("; ") }));
}

/** The hour of an end of life is omitted if midnight. */
function day(date = ""): string {
  return date.replace(/T00:00:00(\.0+)?Z$/, "");
}

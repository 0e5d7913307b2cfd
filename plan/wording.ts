/** One sentence for each kind of statement, without its subject: `becomes public in 3 regions: …`. */
import { CLOUD_LABELS, isCloud } from "../facts/clouds";
import { formatBytes, listWords } from "../facts/words";
import { Places } from "./places";
import type { Kind, Publication, Statement } from "./statement";

/** Display name of a cloud; empty for statements without one. */
export function nameCloud(cloud = ""): string {
  return isCloud(cloud) ? CLOUD_LABELS[cloud] : cloud;
}

/** @param places of one rendering; default: regions are listed in full */
export function describeStatement(statement: Statement, places = new Places()): string {
  const { head, preposition } = SENTENCES[statement.kind](statement);
  if (preposition === undefined) return head;
  return `${head}${places.describe(preposition, statement)}`;
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

/** One sentence about entries of `imprimatur:allow` that nothing needs; absent: there are none. */
export function describeUnneeded({ unneeded = [] }: Publication): string | undefined {
  if (unneeded.length === 0) return undefined;
  const them = unneeded.length === 1 ? "it" : "them";
  return `imprimatur:allow names ${listWords(unneeded)}, which nothing here needs: take ${them} out, or what ${them === "it" ? "it allows" : "they allow"} can happen again unasked.`;
}

/** `resources: 60 to create, 2 to update`; with problems, their number: the counts are then incomplete. */
export function describeCounts({ engine, problems }: Publication): string {
  if (problems.length > 0) return `${counting(problems.length, "problem")}, so nothing will be done`;
  const counted = (["create", "update", "replace", "delete"] as const).filter((key) => engine[key] > 0);
  if (counted.length === 0) return "nothing to do";
  return `resources: ${counted.map((key) => `${engine[key]} to ${key}`).join(", ")}`;
}

interface Sentence {
  readonly head: string;
  /** Before the regions, if they are told: `in`. */
  readonly preposition?: string;
}
type Say = (statement: Statement) => Sentence;

const only =
  (head: string): Say =>
  () => ({ head });
const inRegions =
  (head: (statement: Statement) => string): Say =>
  (statement) => ({ head: head(statement), preposition: "in" });

const SENTENCES: Readonly<Record<Kind, Say>> = {
  prepare: (statement) => ({ head: `makes the ${statement.object} ${listWords(statement.names)}` }),
  stage: only("becomes staged: private, in the home regions"),
  upload: (statement) => ({
    head: `uploads ${formatBytes(statement.bytes ?? 0)}${forArchitectures(statement)}`,
  }),
  register: inRegions((statement) => `registers ${objects(statement)}${forArchitectures(statement)}`),
  copy: () => ({ head: "copies it", preposition: "to" }),
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
  "new-region": () => ({ head: "comes", preposition: "to" }),
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
  "lost-region": () => ({ head: "leaves", preposition: "" }),
  replace: inRegions((statement) => `replaces ${objects(statement)} by new ones and deletes the old`),
  remove: only("is deleted everywhere"),
  "delete-published": inRegions(() => "users may have what is deleted"),
  delete: inRegions(
    (statement) =>
      `deletes ${statement.names ? `the ${statement.object} ${listWords(statement.names)}` : objects(statement)}`,
  ),
};

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

/** `20261120.0 (generic)`: with its variant, where the product has several and the version does not end with it. */
export function nameRelease(version: string, { variants }: Pick<Publication, "variants">): string {
  const variant = variants?.[version];
  return variant === undefined || version.endsWith(`-${variant}`) ? version : `${version} (${variant})`;
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

/** The command that names them all, to paste; nothing is unnamed: "". */
export function commandNaming(publication: Publication): string {
  const names = describeGuards(publication).map(({ name }) => ` --allow ${name}`);
  return names.length === 0 ? "" : `npx imprimatur up --stack ${publication.stack}${names.join("")}`;
}

/** The hour of an end of life is omitted if midnight. */
function day(date = ""): string {
  return date.replace(/T00:00:00(\.0+)?Z$/, "");
}

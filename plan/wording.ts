/** One sentence for each kind of statement, without its subject: `becomes public in 3 regions: …`. */
import { formatBytes, listWords } from "../facts/words";
import type { Cloud } from "../config/stack";
import type { Kind, Publication, Statement } from "./statement";

/** One line per cloud. */
const CLOUD_NAMES: Readonly<Record<Cloud, string>> = {
  aws: "AWS",
  gcp: "Google Cloud",
  azure: "Azure",
};

/** What people call a cloud; nothing where a statement has none. */
export function nameCloud(cloud = ""): string {
  return CLOUD_NAMES[cloud as Cloud] ?? cloud;
}

export function describeStatement(statement: Statement): string {
  const { head, regions = "" } = SENTENCES[statement.kind](statement);
  return `${head}${regions}`;
}

/** The same three parts in every rendering, what is dangerous last. */
export const SECTIONS: readonly { title: string; holds: (of: Statement) => boolean }[] = [
  { title: "Nobody outside notices", holds: (of) => !of.visibleToStrangers && !of.dangerous },
  { title: "Users see more", holds: (of) => of.visibleToStrangers && !of.dangerous },
  { title: "Users lose something: look twice", holds: (of) => of.dangerous },
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
type Say = (of: Statement) => Sentence;

const only =
  (head: string): Say =>
  () => ({ head });
const inRegions =
  (head: (of: Statement) => string): Say =>
  (of) => ({ head: head(of), regions: places("in", of.regions) });

const SENTENCES: Readonly<Record<Kind, Say>> = {
  prepare: (of) => ({ head: `makes the ${of.object} ${listWords(of.names)}` }),
  stage: only("becomes staged: private, in the home regions"),
  upload: (of) => ({ head: `uploads ${formatBytes(of.bytes ?? 0)}${forArchitectures(of)}` }),
  register: inRegions((of) => `registers ${objects(of)}${forArchitectures(of)}`),
  copy: (of) => ({ head: "copies it", regions: places("to", of.regions) }),
  verify: (of) => ({ head: `verifies ${counting(of.count ?? 1, "object")}` }),
  launch: (of) => ({ head: `launches ${counting(of.count ?? 1, "instance")} for as long as the boot takes` }),
  sign: (of) => ({ head: of.operation === "update" ? "signs its record again" : "signs its record" }),
  update: inRegions((of) =>
    of.object === "bookkeeping"
      ? `writes down ${counting(of.count ?? 1, "change")} that no cloud sees`
      : `changes ${listWords(of.properties) || "details"} of ${objects(of)}${fromTo(of)}`,
  ),
  other: (of) => ({
    head: `${of.operation}: ${of.object} ${listWords(of.names)} (not known to this version)`,
  }),
  limit: inRegions(
    (of) =>
      `there come to be ${objects(of)}${of.object === "grantee" ? " of one image" : ""} (${nameCloud(of.cloud)} gives ${of.to} ` +
      `unless it was asked for more${of.object === "public image" ? "; the preflight looks" : ""})`,
  ),
  publish: only("becomes published"),
  restore: only("is brought back"),
  "new-region": (of) => ({ head: "comes", regions: places("to", of.regions) }),
  "make-public": inRegions(() => "becomes public"),
  widen: inRegions((of) => `is shared with ${people(of)}`),
  share: inRegions((of) =>
    of.release === undefined ? `shares the gallery with ${people(of)}` : `is shared with ${people(of)}`,
  ),
  point: inRegions((of) =>
    isLatest(of) ? "becomes the latest gallery version" : `comes to the ${of.object} ${listWords(of.names)}`,
  ),
  "set-dates": (of) => {
    const what = of.properties?.includes("endOfLife") ? "end of support" : "deprecation";
    const was = of.from === undefined ? "" : ` instead of ${day(of.from)}`;
    return { head: `date of the ${what}: ${of.to === undefined ? "none" : day(of.to)}${was}` };
  },
  deprecate: only("becomes deprecated"),
  "shorten-end-of-life": (of) => ({ head: `support ends on ${day(of.to)} instead of ${day(of.from)}` }),
  withdraw: only("becomes withdrawn"),
  unpoint: inRegions((of) =>
    isLatest(of)
      ? "is no longer the latest gallery version"
      : `leaves the ${of.object} ${listWords(of.names)}`,
  ),
  narrow: inRegions((of) => `is taken from ${people(of)}`),
  unshare: inRegions((of) => `is taken from ${people(of)}, whom the stack file does not name`),
  "stay-open": inRegions(
    (of) => `${ofGallery(of)}was not closed for ${people(of)} by an earlier \`up\`, and no longer has to be`,
  ),
  "close-again": inRegions(
    (of) =>
      `${ofGallery(of)}is still open for ${people(of)}, as an earlier \`up\` could not close it: it is closed`,
  ),
  "lost-region": (of) => ({ head: "leaves", regions: places("", of.regions) }),
  replace: inRegions((of) => `replaces ${objects(of)} by new ones and deletes the old`),
  remove: only("is deleted everywhere"),
  "delete-published": inRegions(() => "users may have what is deleted"),
  delete: inRegions((of) => `deletes ${of.names ? `the ${of.object} ${listWords(of.names)}` : objects(of)}`),
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
  return listWords(grantees.map((of) => (of === "public" ? "everyone" : of)));
}

function counting(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : noun.endsWith("y") ? "" : "s"}`;
}

/** What has no release is the gallery of all of them. */
function ofGallery({ release, object }: Statement): string {
  return release === undefined ? `the ${object} ` : "";
}

/** What is not named yet, once for each name. */
export function describeGuards({ guards }: Publication): { name: string; says: string }[] {
  const byName = new Map<string, string[]>();
  for (const { kind, release, says } of guards) {
    const name = `${kind}:${release}`;
    byName.set(name, [...(byName.get(name) ?? []), says]);
  }
  return [...byName].map(([name, says]) => ({ name, says: says.join("; ") }));
}

/** The hour of an end of life is nobody's concern, unless it is not midnight. */
function day(date = ""): string {
  return date.replace(/T00:00:00(\.0+)?Z$/, "");
}

import { posix } from "node:path";
import { fieldsOf } from "../../facts/deb822";
import { paragraphs } from "../dpkg";
import type { Finding } from "../rule";
import { type Context, mentions, ownersOf, scriptsOf, textAt } from "./context";
import { diversionsIn } from "../dpkg-places";
import type { ArchivedPackage } from "./packages";

const DPKG = "/var/lib/dpkg";
const INFO = `${DPKG}/info`;
/** Of dpkg itself, not of the package. */
const OWN_FIELDS = [
  "status",
  "conffiles",
  "config-version",
  "triggers-pending",
  "triggers-awaited",
  "package-type",
];
/** dpkg keeps these of a package's control files elsewhere, or not at all. */
const NOT_KEPT = ["control"];

interface CheckedDatabase {
  readonly findings: readonly Finding[];
  /** Paths of which the findings tell everything. */
  readonly checked: ReadonlySet<string>;
}

/**
 * dpkg's own records, which it makes from packages: status, lists, and the control files, maintainer scripts among them,
 * as which dpkg runs code as root at the next upgrade.
 *
 * @param absent packages that the archive does not have: nothing can be said of theirs
 */
export function checkDatabase(
  context: Context,
  absent: readonly { name: string; architecture: string }[],
): CheckedDatabase {
  const findings: Finding[] = [];
  const checked = new Set([`${DPKG}/status`, INFO, `${DPKG}/diversions`, `${DPKG}/statoverride`]);
  const status = paragraphs(textAt(context, `${DPKG}/status`));
  for (const message of entryProblems(status)) findings.push({ message, where: `${DPKG}/status` });
  for (const found of context.all) {
    for (const fields of status.filter((each) => isOf(found, each))) {
      const changed = changedField(found, fields);
      if (changed !== undefined)
        findings.push({
          message: `what it says of ${found.name} is not the package's: ${changed}`,
          where: `${DPKG}/status`,
        });
    }
    for (const each of infoProblems(context, found, checked)) findings.push(each);
  }
  for (const { name, architecture } of absent)
    for (const path of context.walked.entries.keys())
      if (path.startsWith(`${INFO}/${name}.`) || path.startsWith(`${INFO}/${name}:${architecture}.`))
        checked.add(path);
  findings.push(...diversionProblems(context));
  return { findings, checked };
}

function isOf(
  { name, architecture, version }: ArchivedPackage,
  fields: ReadonlyMap<string, string>,
): boolean {
  return (
    fields.get("package") === name &&
    fields.get("architecture") === architecture &&
    fields.get("version") === version
  );
}

/**
 * Entries that dpkg would not write of a system that is only installed: of two entries each file might be of either; one
 * that is held back gets no security updates; one that is not configured did not run its script.
 */
function entryProblems(status: readonly ReadonlyMap<string, string>[]): string[] {
  const problems: string[] = [];
  const byName = new Map<string, ReadonlyMap<string, string>[]>();
  for (const fields of status) {
    const [name = "", state = ""] = [fields.get("package"), fields.get("status")];
    byName.set(name, [...(byName.get(name) ?? []), fields]);
    const wanted = ["install ok installed", "deinstall ok config-files", "purge ok not-installed"];
    if (!wanted.includes(state)) problems.push(`${name} is "${state}", needed: "${wanted[0]}"`);
  }
  for (const [name, entries] of byName) {
    const architectures = new Set(entries.map((fields) => fields.get("architecture")));
    // Of several architectures together, in one version (dpkg's Multi-Arch specification).
    const isShared = entries.every(
      (fields) => fields.get("multi-arch") === "same" && fields.get("version") === entries[0]?.get("version"),
    );
    if (entries.length > 1 && !(isShared && architectures.size === entries.length))
      problems.push(`${name} has ${entries.length} entries`);
  }
  return problems;
}

function changedField(found: ArchivedPackage, fields: ReadonlyMap<string, string>): string | undefined {
  const control = fieldsOf(found.contents.control);
  const names = new Set([...control.keys(), ...fields.keys()].filter((name) => !OWN_FIELDS.includes(name)));
  const plain = (text: string | undefined) => (text ?? "").replace(/\s+/g, " ").trim();
  return [...names].find((name) => plain(control.get(name)) !== plain(fields.get(name)));
}

function infoProblems(context: Context, found: ArchivedPackage, checked: Set<string>): Finding[] {
  const { name, architecture, contents } = found;
  const { entries } = context.walked;
  const isSame = fieldsOf(contents.control).get("multi-arch") === "same";
  const at = (kind: string) => `${INFO}/${name}${isSame ? `:${architecture}` : ""}.${kind}`;
  const findings: Finding[] = [];
  for (const [kind, digest] of Object.entries(contents.scripts)) {
    if (NOT_KEPT.includes(kind)) continue;
    checked.add(at(kind));
    const given = entries.has(at(kind)) ? context.walked.sha256(at(kind)) : undefined;
    if (given !== digest)
      findings.push({
        message: `${given === undefined ? "missing" : "changed"}: not that of ${name}`,
        where: at(kind),
      });
  }
  const list = at("list");
  checked.add(list);
  const wanted = contents.files.map(({ path }) => (path === "/" ? "/." : path)).sort();
  const given = textAt(context, list).split("\n").filter(Boolean).sort();
  // A file that another package replaced is no longer in the list (Debian Policy 7.6.1).
  const left = wanted.filter((path) => !given.includes(path) && ownersOf(context, path).length < 2);
  const right = given.filter((path) => !wanted.includes(path));
  const odd = [...left.slice(0, 1), ...right.slice(0, 1)];
  if (odd.length > 0)
    findings.push({ message: `not the files of ${name}: ${odd.join(" and ")}`, where: list });
  return findings;
}

/** True if a script has the path, or its folder and its name, which it may put together; without `.gz`. */
function names(script: string, path: string): boolean {
  const plain = path.replace(/\.gz$/, "");
  return (
    mentions(script, path) ||
    (mentions(script, posix.dirname(plain)) && mentions(script, posix.basename(plain)))
  );
}

/** A script's own value, or dpkg-divert(1)'s default. */
function isPlaceOf(script: string, from: string, to: string): boolean {
  return to === `${from}.distrib` || names(script, to);
}

/** A file is put elsewhere only if the script of the package that it is for says so. */
function diversionProblems(context: Context): Finding[] {
  const where = `${DPKG}/diversions`;
  return diversionsIn(textAt(context, where)).flatMap(({ from, to, by }): Finding[] => {
    const script = scriptsOf(context, by);
    if (script.includes("dpkg-divert") && names(script, from) && isPlaceOf(script, from, to)) return [];
    return [
      { message: `${from} is put to ${to}, which no script of ${by === ":" ? "a package" : by} does`, where },
    ];
  });
}

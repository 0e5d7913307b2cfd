import type { Finding } from "../rule";
import type { Entry } from "../tree";
import type { ExpectedFile } from "./expected";
import type { Walked } from "./walk";

/** Permissions and owner of a file, as numbers. */
export interface Rights {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The difference between a file of the image and that of its package; of several packages, the nearest one.
 *
 * @param override what dpkg-statoverride or a package's script sets instead of the package's rights
 */
export function differences(
  path: string,
  entry: Entry,
  candidates: readonly ExpectedFile[],
  { walked, override }: { walked: Walked; override?: Rights | undefined },
): Finding[] {
  const found = candidates.map((each) => differencesFrom(path, entry, each, { walked, override }));
  return found.sort((a, b) => a.length - b.length)[0] ?? [];
}

function differencesFrom(
  path: string,
  entry: Entry,
  wanted: ExpectedFile,
  { walked, override }: { walked: Walked; override?: Rights | undefined },
): Finding[] {
  const what = wanted.isSetting ? "a setting" : `a ${wanted.kind}`;
  const say = (message: string): Finding => ({
    message: `${what} of ${wanted.package}: ${message}`,
    where: path,
  });
  if (entry.kind !== wanted.kind) return [say(`it is a ${entry.kind}`)];
  const changed: Finding[] = [];
  if (wanted.kind === "file" && walked.sha256(path) !== wanted.sha256)
    changed.push(say("changed: not the content of the archive's package"));
  if (wanted.kind === "link" && walked.target(path) !== wanted.target)
    changed.push(say(`it leads to ${walked.target(path)}, needed: ${wanted.target}`));
  return [...changed, ...rightsProblems(entry, override ?? wanted).map(say)];
}

/** Of a FAT file system nothing: it has no owners. */
export function rightsProblems(entry: Entry, wanted: Rights): string[] {
  const { mode, uid, gid, attributes = [], kind } = entry;
  if (mode === undefined) return [];
  const problems: string[] = [];
  if (kind !== "link" && mode !== wanted.mode) problems.push(modeProblem(mode, wanted.mode));
  if (uid !== wanted.uid || gid !== wanted.gid)
    problems.push(`its owner is ${uid}:${gid}, needed: ${wanted.uid}:${wanted.gid}`);
  if (attributes.length > 0) problems.push(`it has ${attributes.join(" and ")}, which no package brings`);
  return problems;
}

function modeProblem(mode: number, wanted: number): string {
  const gained = [mode & ~wanted & 0o4000 && "setuid", mode & ~wanted & 0o2000 && "setgid"].filter(Boolean);
  const said = gained.length > 0 ? ` (${gained.join(" and ")})` : "";
  return `its mode is ${octal(mode)}${said}, needed: ${octal(wanted)}`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

import type { Finding } from "../rule";
import type { Rights } from "./compare";
import { type Context, mentions, ownersOf, scriptsOf, textAt } from "./context";
import { SCRIPTED } from "./generated";

const FILE = "/var/lib/dpkg/statoverride";

interface Override extends Rights {
  readonly path: string;
  /** As written: a name, or `#42`. */
  readonly user: string;
  readonly group: string;
  /** In digits, as written. */
  readonly written: string;
}

/** Rights that replace those of packages: by their scripts, and by dpkg-statoverride(1) where a script says so. */
export function overridesOf(context: Context): Map<string, Rights> {
  const scripted = SCRIPTED.filter(({ by }) => by !== undefined && context.packages.has(by)).map((each) => {
    const rights = {
      mode: each.mode ?? 0o644,
      uid: idOf(context, "/etc/passwd", each.user),
      gid: idOf(context, "/etc/group", each.group),
    };
    return [each.path, rights] as const;
  });
  const stated = statedIn(context)
    .filter((each) => isScripted(context, each))
    .map((each) => [context.place(each.path), each] as const);
  return new Map([...scripted, ...stated]);
}

/** Lines of the list of overrides that no script of a package makes. */
export function overrideFindings(context: Context): Finding[] {
  return statedIn(context)
    .filter((each) => !isScripted(context, each))
    .map(({ path, written, user, group }) => ({
      message: `mode ${written} of ${path} for ${user} and ${group}, which no script of its package sets`,
      where: FILE,
    }));
}

/** `user group mode path`. */
function statedIn(context: Context): Override[] {
  return textAt(context, FILE)
    .split("\n")
    .flatMap((line) => {
      const [, user = "", group = "", written, path] = /^(\S+) (\S+) ([0-7]{1,5}) (\/.*)$/.exec(line) ?? [];
      if (path === undefined || written === undefined) return [];
      const ids = { uid: idOf(context, "/etc/passwd", user), gid: idOf(context, "/etc/group", group) };
      return [{ path, user, group, written, mode: parseInt(written, 8), ...ids }];
    });
}

function isScripted(context: Context, { path, user, group, written }: Override): boolean {
  return ownersOf(context, path).some((owner) => {
    const script = scriptsOf(context, owner);
    return (
      script.includes("dpkg-statoverride") &&
      [path, user, group, written].every((word) => mentions(script, word))
    );
  });
}

/** Number of a user or group in the image; `#42` is a number. Root's, 0, if none is named, and -1 if it is not known. */
export function idOf(context: Context, file: "/etc/passwd" | "/etc/group", name = "root"): number {
  if (name === "root") return 0;
  if (name.startsWith("#")) return Number(name.slice(1));
  const row = textAt(context, file)
    .split("\n")
    .map((line) => line.split(":"))
    .find(([own]) => own === name);
  return row === undefined ? -1 : Number(row[2]);
}

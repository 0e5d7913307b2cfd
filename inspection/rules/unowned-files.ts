import { posix } from "node:path";
import { MIB } from "../../facts/units";
import { globbed } from "../glob";
import { isOwn } from "../own-files";
import { type OwnedFiles, ownedFiles } from "../owned-files";
import { linkTarget } from "../real-path";
import { type Finding, type Rule, rootOf } from "../rule";
import { type Entry, NotInspectable, type Tree } from "../tree";
import { ELSEWHERE, GENERATED, HARMLESS, IN_RUN, PLACES } from "./unowned-places";

/**
 * Known leftovers of image builders, with their allowed content: build tools use them to block the start of services.
 */
const INERT: Readonly<Record<string, RegExp>> = {
  "/usr/sbin/policy-rc.d": /^#!\/bin\/sh\n+exit 101\n*$/,
};

/** Targets of an ordinary start (systemd.special(7)). */
const ORDINARY = ["multi-user.target", "graphical.target"];

/** depmod(8): modules by name, in their kernel's folder; an absolute path leaves it (modules.dep(5)). */
const MODULE_LISTS = /^\/usr\/lib\/modules\/[^/]+\/modules\.dep(\.bin)?$/;
const OUTSIDE = /(?:^|[\s:\0])(\/[^\s:\0]{1,200}\.ko(?:\.\w+)?)/gm;
/** Bytes: a desktop's has 2 MB. */
const LARGEST_LIST = 64 * MIB;

export const unownedFiles: Rule = {
  id: "unowned-files",
  severity: "error",
  title: "In the places that run things every file is a package's",
  reason:
    "A unit, a hook, a program or a setting that no package brought runs on every user's machine, and no upgrade replaces it.",
  cure: "Remove the file, put it into a package, or declare it in ownFiles.",
  limits:
    "Places from which nothing runs by itself (/opt, /srv, most of /var); files of /etc of which rules of their own speak; what is inside of the initramfs, which is made on the machine; Python's compiled files (*.pyc) of a source that a package owns.",
  check(image, expected) {
    const root = rootOf(image);
    const owned = ownedFiles(image);
    const elsewhere = IN_RUN.filter((path) => root.target(path) !== undefined)
      .map((path) => ({ where: path, target: linkTarget(root, path) ?? "nowhere" }))
      .filter(({ target }) => !/^\/run(\/|$)/.test(target))
      .map(({ where, target }) => ({ message: `a link to ${target}, needed: /run`, where }));
    const found = PLACES.flatMap((pattern) => globbed(root, pattern))
      .filter((place) => owned.place(place) === place)
      .flatMap((place) => entriesAt(root, place))
      .filter(({ path }) => !ELSEWHERE.test(path) && !owned.has(path) && !isOwn(expected, path))
      .flatMap(({ path, entry }) => judge(root, owned, path, entry));
    return [...elsewhere, ...found];
  },
};

function judge(root: Tree, owned: OwnedFiles, path: string, { kind, size }: Entry): Finding[] {
  const say = (message: string): Finding[] => [{ message, where: path }];
  if (kind === "link") {
    const target = owned.place(linkTarget(root, path) ?? "");
    if (target === "/dev/null") return [];
    if (owned.has(target))
      return enables(path, target) ? [] : say(`a link to ${target} that no package owns`);
    if (/^\/etc\/alternatives\//.test(target)) return [];
    // Write access there is control of what runs here.
    if (/^\/(tmp|var\/tmp|dev\/shm|run\/(user|lock|shm)|home|opt|srv|mnt|media)\//.test(target))
      return say(`a link to ${target}`);
    const isFolder = root.list(target) !== undefined;
    // A folder in /usr is checked at its own location.
    if (isFolder ? target.startsWith("/usr/") : root.md5(target) === undefined) return [];
    return say(`a link to ${target}, and no package owns either`);
  }
  if (MODULE_LISTS.test(path)) {
    const text = root.read(path, LARGEST_LIST)?.toString("latin1") ?? "";
    // In the binary form a number before a path may look like its leading slash.
    const outside = [...text.matchAll(OUTSIDE)].map(([, file = ""]) => file).find((file) => root.md5(file));
    return outside === undefined ? [] : say(`the kernel would load ${outside}`);
  }
  if (GENERATED.some((each) => each.test(path)) || HARMLESS.test(path)) return [];
  if (isCompiled(path, owned) || isCopy(root, path, owned)) return [];
  if (kind === "file" && size === 0 && !path.startsWith("/var/lib/systemd/linger/")) return [];
  if (INERT[path]?.test(root.read(path)?.toString() ?? "")) return [];
  return say("no package owns it");
}

/** A link to a package's file starts nothing else: a unit by its name, or one of its aliases. */
function enables(path: string, target: string): boolean {
  // A root shell on a console: systemd-debug-generator(8).
  if (posix.basename(target) === "debug-shell.service") return false;
  // As for `systemd.unit=` on the kernel's command line.
  if (posix.basename(path) === "default.target") return ORDINARY.includes(posix.basename(target));
  // A program must not be replaced by another one.
  return !/^\/(usr\/)?(local\/)?s?bin\//.test(path) || posix.basename(path) === posix.basename(target);
}

function isCompiled(path: string, owned: OwnedFiles): boolean {
  const [, folder = "", name = ""] =
    /^(.*)\/__pycache__\/([^/]+)\.cpython-\d+(?:\.opt-\d)?\.pyc$/.exec(path) ?? [];
  return name !== "" && owned.has(`${folder}/${name}.py`);
}

/** debootstrap and mmdebstrap keep a copy of a program they replace temporarily. */
function isCopy(root: Tree, path: string, owned: OwnedFiles): boolean {
  const original = /^(.*\/start-stop-daemon)\.REAL$/.exec(path)?.[1];
  return original !== undefined && owned.digests.get(original)?.md5 === root.md5(path);
}

/** Maximum nesting. */
const DEEPEST = 100;
const MOST = 1_000_000;

/** The file or link itself, or all non-folders in the folder; links to folders are not followed. */
function entriesAt(root: Tree, place: string): { path: string; entry: Entry }[] {
  const name = posix.basename(place);
  const self = (root.list(posix.dirname(place)) ?? []).find((entry) => entry.name === name);
  if (!self) return [];
  const found: { path: string; entry: Entry }[] = [];
  const seen = new Set<string>();
  const go = (path: string, entry: Entry, depth: number) => {
    if (entry.kind !== "folder") {
      found.push({ path, entry });
      return;
    }
    const twice = entry.id !== undefined && seen.has(entry.id);
    if (depth > DEEPEST || found.length > MOST || twice)
      throw new NotInspectable(`${path}: too deep, or without end`);
    if (entry.id !== undefined) seen.add(entry.id);
    for (const each of root.list(path) ?? []) go(`${path}/${each.name}`, each, depth + 1);
  };
  go(place, self, 0);
  return found;
}

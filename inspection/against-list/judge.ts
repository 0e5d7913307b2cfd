import { posix } from "node:path";
import type { ListedFile } from "../../config/file-list";
import { linkTarget } from "../real-path";
import type { Entry, Tree } from "../tree";
import { isProgramPlace, placeOf, sourceOf } from "./places";

/**
 * `program`: a program, library, kernel or a script of dpkg's was changed or added; `start`: something that starts programs was
 * added; `setuid`: a file that runs as another was added or became one; `device`: a device node; `missing`. Not a sign of another
 * system: `setting`, `generated`.
 */
export type Kind = "program" | "start" | "setuid" | "device" | "missing" | "setting" | "generated";

/** Inputs of a judgement. */
export interface Known {
  readonly tree: Tree;
  /** A path is the image's, or of a package that was installed or upgraded since. */
  readonly isKnown: (path: string) => boolean;
  /** A file in /boot has the content of such a one. */
  readonly isCopy: (path: string) => boolean;
}

const SETUID = 0o6000;
const EXECUTABLE = 0o111;
const MOST_LINKS = 40;

/** @returns `undefined`: data of the machine's own */
export function judgeAdded(path: string, entry: Entry, known: Known): Kind | undefined {
  const { kind, mode = 0, device = false } = entry;
  if (kind === "other") return device ? "device" : undefined;
  if (kind === "folder") return undefined;
  if (kind === "file" && (mode & SETUID) !== 0) return "setuid";
  const place = placeOfEntry(path, kind);
  if (place === "data" || place === "generated" || place === "setting")
    return place === "setting" && kind === "file" && isRun(path, mode) ? "program" : kindOf(place);
  if (kind === "link" && leadsToKnown(path, known)) return "setting";
  const source = sourceOf(path);
  if (source !== undefined && known.isKnown(source)) return "generated";
  return kind === "file" && known.isCopy(path) ? "generated" : place;
}

/**
 * @param has `undefined`: it is missing
 * @returns `undefined`: data of the machine's own
 */
export function judgeChanged(
  path: string,
  { has, wanted }: { has: (ListedFile & { device?: boolean }) | undefined; wanted: ListedFile },
  known: Known,
): Kind | undefined {
  const [mode, before] = [has?.rights?.mode ?? 0, wanted.rights?.mode ?? 0];
  if (has?.device) return "device";
  if (has?.kind === "file" && (mode & ~before & SETUID) !== 0) return "setuid";
  const place = placeOfEntry(path, has?.kind);
  // No program generates a file that a package brings.
  const isBrought = wanted.package !== undefined && wanted.isSetting !== true;
  if (place === "generated" && !isBrought) return "generated";
  if (isProgramPlace(path)) {
    if (!has) return "missing";
    return has.kind === "file" && known.isCopy(path) ? "generated" : "program";
  }
  const isFolder = wanted.kind === "folder" && (has === undefined || has.kind === "folder");
  if (path.startsWith("/etc/")) {
    if (has?.kind === "file" && isRun(path, mode)) return "program";
    const isStart = place === "start" || wanted.kind === "folder";
    return has?.kind === "link" && isStart && !leadsToKnown(path, known) ? "start" : "setting";
  }
  if (!isBrought || isFolder) return undefined;
  return has === undefined ? "missing" : "program";
}

/** A link may stand for a folder, whose files are looked for by this path. */
function placeOfEntry(path: string, kind: Entry["kind"] | undefined): ReturnType<typeof placeOf> {
  return kind === "link" && placeOf(`${path}/x`) === "start" ? "start" : placeOf(path);
}

/** Debian's /etc/hostname of a container is 0755, and runs nothing. */
function isRun(path: string, mode: number): boolean {
  return (mode & EXECUTABLE) !== 0 && placeOf(path) !== "generated";
}

function kindOf(place: "data" | "generated" | "setting"): Kind | undefined {
  return place === "data" ? undefined : place;
}

/** Through as many links as it takes: /usr/bin/pager, /etc/alternatives/pager, /bin/less. /dev/null: a unit is masked. */
function leadsToKnown(path: string, { tree, isKnown }: Known): boolean {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const target = linkTarget(tree, at);
    if (target === undefined) return isKnown(at);
    if (target === "/dev/null") return true;
    at = posix.normalize(target);
  }
  return false;
}

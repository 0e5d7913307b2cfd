import { posix } from "node:path";
import { moduleIndex } from "./module-index";

/** A file that a list names, relative to the folder of its kernel's modules. */
type IsModule = (path: string) => boolean;

const NAME = "[\\w-]+";
/** Forms of the lines of depmod(8)'s lists, kmod 30 to 34: their own texts say what they are of. */
const LINES: Readonly<Record<string, RegExp>> = {
  "modules.alias": new RegExp(`^alias \\S+ ${NAME}$`),
  "modules.symbols": new RegExp(`^alias symbol:\\S+ ${NAME}$`),
  "modules.softdep": new RegExp(`^softdep ${NAME}( ((pre|post):|${NAME}))+$`),
  "modules.weakdep": new RegExp(`^weakdep ${NAME}( ${NAME})*$`),
  "modules.devname": new RegExp(`^${NAME} [\\w/-]+ [bc]\\d+:\\d+$`),
};
const PLAIN = new RegExp(`^${NAME}$`);

/**
 * The problem with one of depmod(8)'s lists, which may name modules alone, each under its own name, and no
 * command.
 */
export function moduleListProblem(path: string, bytes: Buffer, isModule: IsModule): string | undefined {
  const name = posix.basename(path);
  if (name === "modules.dep") {
    for (const line of linesOf(bytes)) {
      const problem = dependencyProblem(line, isModule);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
  if (name === "modules.dep.bin") {
    for (const { key, value } of moduleIndex(bytes)) {
      const problem = dependencyProblem(value, isModule);
      if (problem !== undefined) return problem;
      const file = value.slice(0, value.indexOf(":"));
      if (key !== moduleName(file)) return `it has ${file} for the module ${key}`;
    }
    return undefined;
  }
  const form = LINES[name];
  if (form) {
    const odd = linesOf(bytes).find((line) => !form.test(line));
    return odd === undefined ? undefined : `it has a line of another kind: ${odd.slice(0, 80)}`;
  }
  if (/^modules\.(alias|symbols|builtin\.alias)\.bin$/.test(name)) {
    const odd = moduleIndex(bytes).find(({ value }) => !PLAIN.test(value));
    return odd && `it has ${odd.value.slice(0, 80)} for ${odd.key.slice(0, 80)}`;
  }
  if (name === "modules.builtin.bin") {
    const odd = moduleIndex(bytes).find(({ key, value }) => !PLAIN.test(key) || value !== "");
    return odd && `it has ${odd.value.slice(0, 80)} for ${odd.key.slice(0, 80)}`;
  }
  return "depmod makes no list of this name";
}

/** `kernel/a.ko.xz: kernel/b.ko.xz`, modules.dep(5). */
function dependencyProblem(line: string, isModule: IsModule): string | undefined {
  const colon = line.indexOf(":");
  const files = [line.slice(0, colon), ...line.slice(colon + 1).split(/[ \t]+/)].filter(Boolean);
  if (colon < 1) return `it has a line of another kind: ${line.slice(0, 80)}`;
  const stray = files.find((file) => !isModule(file));
  return stray === undefined ? undefined : `it names ${stray.slice(0, 200)}, which no package brings`;
}

/** As kmod makes it of a file's name. */
function moduleName(path: string): string {
  return posix.basename(path).replace(/\..*$/, "").replaceAll("-", "_");
}

function linesOf(bytes: Buffer): string[] {
  return bytes
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

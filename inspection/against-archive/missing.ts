import { isOwn } from "../own-files";
import type { Finding } from "../rule";
import { type Context, textAt } from "./context";

const SETTINGS = "/etc/dpkg/dpkg.cfg.d/";

/** Files of packages that are not there, unless dpkg's own settings leave them out (dpkg(1), `path-exclude`). */
export function missingFiles(context: Context): Finding[] {
  const { walked, expected } = context;
  const excludes = excludesOf(context);
  return [...expected].flatMap(([path, files]): Finding[] => {
    const [file] = files;
    if (path === "/" || walked.entries.has(path) || file === undefined || excludes(path)) return [];
    const what = file.isSetting ? "setting" : file.kind;
    return [{ message: `missing: a ${what} of ${file.package}`, where: path }];
  });
}

/** The last line that fits counts. In these patterns `*` also crosses folders. */
function excludesOf(context: Context): (path: string) => boolean {
  const files = [...context.walked.entries.keys()].filter((path) => path.startsWith(SETTINGS)).sort();
  const rules = files
    .flatMap((path) => textAt(context, path).split("\n"))
    .flatMap((line) => {
      const [, kind, pattern = ""] = /^\s*path-(exclude|include)\s*[= ]\s*(\/.*?)\s*$/.exec(line) ?? [];
      return kind === undefined
        ? []
        : [{ excludes: kind === "exclude", pattern: pattern.replace(/\*+/g, "**") }];
    });
  return (path) => rules.findLast(({ pattern }) => isOwn({ ownFiles: [pattern] }, path))?.excludes ?? false;
}

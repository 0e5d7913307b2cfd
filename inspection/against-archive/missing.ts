import { isOwn } from "../own-files";
import type { Finding } from "../rule";
import { type Context, packagedText, scriptsOf, textAt } from "./context";

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

/** dh_installsystemd's words (debhelper 13.11) for a unit that a new installation enables. */
const ENABLES =
  /was-enabled defaults to true, so new installations run enable\.\n\s*if deb-systemd-helper --quiet was-enabled '?([\w@.-]+)'?; then/g;

/** Units that their packages' scripts enable, by links that are not there: security updates are such a unit. */
export function missingUnits(context: Context): Finding[] {
  const { walked, place } = context;
  return [...context.packages.keys()].flatMap((name) =>
    [...scriptsOf(context, name).matchAll(ENABLES)].flatMap(([, unit = ""]): Finding[] => {
      const text = ["/lib", "/usr/lib"]
        .map((folder) => packagedText(context, place(`${folder}/systemd/system/${unit}`)))
        .join("\n");
      const targets = [...text.matchAll(/^WantedBy=(.*)$/gm)].flatMap(([, names = ""]) => names.split(/\s+/));
      return [...new Set(targets)]
        .filter((target) => target !== "")
        .map((target) => `/etc/systemd/system/${target}.wants/${unit}`)
        .filter((path) => !walked.entries.has(path))
        .map((where) => ({ where, message: `missing: ${name} enables it` }));
    }),
  );
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

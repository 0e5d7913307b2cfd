import type { ArchivedPackage, PackagedFile } from "./packages";
import type { Walked } from "./walk";

/** A packaged file where dpkg puts it. */
export interface ExpectedFile extends PackagedFile {
  readonly package: string;
  readonly isSetting: boolean;
}

/** Files of packages, by the path at which dpkg puts them; several packages may bring a folder, or the same file. */
export type ExpectedFiles = ReadonlyMap<string, readonly ExpectedFile[]>;

/** A line of /var/lib/dpkg/diversions: dpkg-divert(1). */
interface Diversion {
  readonly from: string;
  readonly to: string;
  /** Package that keeps the original path; `:` for an administrator's own. */
  readonly by: string;
}

/** Top-level folders that are links into /usr since Debian 12 (usrmerge; file-hierarchy(7)). */
const MERGED = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32"];

/** A function from a package's path to that in a tree whose /bin and the like are links into /usr. */
export function placing(walked: Walked): (path: string) => string {
  const merged = new Set(MERGED.filter((name) => isMergedLink(walked, `/${name}`)));
  return (path) => (merged.has(path.split("/", 2)[1] ?? "") ? `/usr${path}` : path);
}

/** /bin and the like, as a link to their folder in /usr and nothing else. */
export function isMergedLink(walked: Walked, path: string): boolean {
  const name = path.slice(1);
  return (
    MERGED.includes(name) &&
    walked.entries.get(path)?.kind === "link" &&
    [`usr/${name}`, `/usr/${name}`].includes(walked.target(path) ?? "")
  );
}

/** Where dpkg puts the files of packages. */
export function expectedFiles(
  packages: readonly ArchivedPackage[],
  diversions: readonly Diversion[],
  place: (path: string) => string,
): ExpectedFiles {
  const diverted = new Map(diversions.map((each) => [each.from, each]));
  const expected = new Map<string, ExpectedFile[]>();
  for (const { name, contents } of packages) {
    const settings = new Set(contents.conffiles);
    for (const file of contents.files) {
      const diversion = diverted.get(file.path);
      const path = place(diversion && diversion.by !== name ? diversion.to : file.path);
      const found = { ...file, package: name, isSetting: settings.has(file.path) };
      const same = expected.get(path);
      if (same) same.push(found);
      else expected.set(path, [found]);
    }
  }
  return expected;
}

/** Three lines for each diversion. */
export function diversionsIn(text: string): Diversion[] {
  const lines = text.split("\n");
  return Array.from({ length: Math.floor(lines.length / 3) }, (_, index) => {
    const [from = "", to = "", by = ""] = lines.slice(index * 3);
    return { from, to, by };
  });
}

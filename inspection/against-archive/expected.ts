import { type Diversion, MERGED_FOLDERS } from "../dpkg-places";
import type { ArchivedPackage, PackagedFile } from "./packages";
import type { Walked } from "./walk";

/** A packaged file where dpkg puts it. */
export interface ExpectedFile extends PackagedFile {
  readonly package: string;
  readonly isSetting: boolean;
}

/** Files of packages, by the path at which dpkg puts them; several packages may bring a folder, or the same file. */
export type ExpectedFiles = ReadonlyMap<string, readonly ExpectedFile[]>;

/** A function from a package's path to that in a tree whose /bin and the like are links into /usr. */
export function placing(walked: Walked): (path: string) => string {
  const merged = new Set(MERGED_FOLDERS.filter((name) => isMergedLink(walked, `/${name}`)));
  return (path) => (merged.has(path.split("/", 2)[1] ?? "") ? `/usr${path}` : path);
}

/** /bin and the like, as a link to their folder in /usr and nothing else. */
export function isMergedLink(walked: Walked, path: string): boolean {
  const name = path.slice(1);
  return (
    MERGED_FOLDERS.includes(name) &&
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

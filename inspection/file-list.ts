/** The list of every file of a disk, for comparison with a running system. */
import type { FileList, ListedFile } from "../config/file-list";
import { walkImage } from "./against-archive/walk";
import { isPresent, packagesOf } from "./dpkg";
import type { InspectedImage } from "./image";
import { ownedFiles } from "./owned-files";
import { NotInspectable } from "./tree";

/** File systems without a disk are mounted there: what a disk has below is never seen on a machine that runs. */
export const VIRTUAL = /^\/(dev|proc|sys|run)\//;

/**
 * @param disk by `diskIdentity`
 * @throws {NotInspectable} when the image cannot be read
 */
export function fileListOf(image: InspectedImage, disk: string): FileList {
  const walked = walkImage(image);
  const { packages, ownerOf } = ownersIn(image);
  const files = new Map<string, ListedFile>();
  for (const [path, { kind, mode, uid = 0, gid = 0, size }] of walked.entries) {
    if (VIRTUAL.test(path)) continue;
    const sha256 = kind === "file" ? walked.sha256(path) : undefined;
    const target = kind === "link" ? walked.target(path) : undefined;
    files.set(path, {
      kind,
      ...(mode !== undefined && { rights: { mode, uid, gid } }),
      ...(kind === "file" && { size }),
      ...(sha256 !== undefined && { sha256 }),
      ...(target !== undefined && { target }),
      ...ownerOf(path),
    });
  }
  return { disk, packages, files };
}

interface Owners {
  readonly packages: ReadonlyMap<string, string>;
  readonly ownerOf: (path: string) => Pick<ListedFile, "package" | "isSetting">;
  /** Paths of all packages. */
  readonly paths: () => Iterable<string>;
}

/** Owners by dpkg's database; of a system without dpkg none. */
export function ownersIn(image: InspectedImage): Owners {
  try {
    const owned = ownedFiles(image);
    const present = packagesOf(image).filter(isPresent);
    return {
      // Of several architectures a package has one version: dpkg's rule for `Multi-Arch: same`.
      packages: new Map(present.map(({ name, version }) => [name, version])),
      paths: () => [...owned.digests.keys(), ...owned.undigested.keys()],
      ownerOf(path) {
        const known = owned.digests.get(path);
        const owner = known?.package ?? owned.undigested.get(path);
        return { ...(owner !== undefined && { package: owner }), ...(known?.setting && { isSetting: true }) };
      },
    };
  } catch (error) {
    if (error instanceof NotInspectable) return { packages: new Map(), ownerOf: () => ({}), paths: () => [] };
    throw error;
  }
}

import type { FileList, ListedFile } from "../../config/file-list";
import { ownersIn } from "../file-list";
import type { InspectedImage } from "../image";
import { rootOf } from "../rule";
import { NotInspectable, type Tree } from "../tree";
import { packageOfRecord, sourceOf } from "./places";

/** A package that the system has in another version than the image, or that one of them has not. */
export interface MovedPackage {
  readonly name: string;
  readonly before?: string;
  readonly now?: string;
  /** Its files that differ from the list, or are not in it. */
  readonly files: readonly string[];
}

interface PackagesSince {
  /** True if the file is of such a package, and is written down as its. */
  take(path: string, wanted: ListedFile | undefined, isThere: boolean): boolean;
  /** A path is the image's, or of such a package. */
  readonly isKnown: (path: string) => boolean;
  /** A file in /boot has the content of such a one. */
  readonly isCopy: (path: string) => boolean;
  packages(): MovedPackage[];
}

/** Files that are copied into /boot and the EFI system partition: kernels, boot loaders (kernel-install(8), bootctl(1), grub-install(8)). */
const COPIED = /^\/boot\/[^/]+$|^\/usr\/lib\/(systemd\/boot|grub|shim|grub-efi[^/]*)\//;

/** Packages that were installed, upgraded or removed since the image was made, by dpkg: no other database is read for it. */
export function packagesSince(system: InspectedImage, list: FileList): PackagesSince {
  const tree = rootOf(system);
  const { packages: now, ownerOf, paths } = ownersIn(system);
  if (list.packages.size > 0 && now.size === 0)
    throw new NotInspectable("it has no records of dpkg that could be read, and the image has");
  const names = new Set([...list.packages.keys(), ...now.keys()]);
  const moved = new Map(
    [...names]
      .filter((name) => list.packages.get(name) !== now.get(name))
      .sort()
      .map((name) => [name, new Set<string>()]),
  );
  const movedOwner = (path: string, wanted = list.files.get(path)): string | undefined => {
    const source = sourceOf(path);
    const owners = [wanted?.package, ownerOf(path).package, packageOfRecord(path)];
    return (
      owners.find((name) => name !== undefined && moved.has(name)) ??
      (source === undefined ? undefined : movedOwner(source))
    );
  };
  const isKnown = (path: string) => list.files.has(path) || movedOwner(path) !== undefined;
  let copies: ReadonlyMap<string, string | undefined> | undefined;
  const copyOf = (path: string): { owner: string | undefined } | undefined => {
    if (!/^\/(boot|efi)\//.test(path)) return undefined;
    copies ??= copiedContents(
      tree,
      list,
      [...paths()].filter((each) => movedOwner(each) !== undefined),
      ownerOf,
    );
    const sha256 = digestOf(tree, path);
    return sha256 !== undefined && copies.has(sha256) ? { owner: copies.get(sha256) } : undefined;
  };
  return {
    isKnown,
    isCopy: (path) => copyOf(path) !== undefined,
    take(path, wanted, isThere) {
      const owner = movedOwner(path, wanted) ?? copyOf(path)?.owner;
      // Remains of a removed package belong to no package.
      if (owner === undefined || (isThere && !now.has(owner))) return false;
      moved.get(owner)?.add(path);
      return true;
    },
    packages: () =>
      [...moved].map(([name, files]) => {
        const [before, after] = [list.packages.get(name), now.get(name)];
        const versions = {
          ...(before !== undefined && { before }),
          ...(after !== undefined && { now: after }),
        };
        return { name, ...versions, files: [...files].sort() };
      }),
  };
}

/** SHA-256 of what may be copied, with the package that changed, if it did. */
function copiedContents(
  tree: Tree,
  { files }: FileList,
  movedPaths: readonly string[],
  ownerOf: (path: string) => { package?: string },
): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const [path, { sha256 }] of files)
    if (sha256 !== undefined && COPIED.test(path)) found.set(sha256, undefined);
  for (const path of movedPaths.filter((each) => COPIED.test(each))) {
    const sha256 = digestOf(tree, path);
    if (sha256 !== undefined && !found.has(sha256)) found.set(sha256, ownerOf(path).package);
  }
  return found;
}

function digestOf(tree: Tree, path: string): string | undefined {
  try {
    return tree.sha256(path);
  } catch (error) {
    if (error instanceof NotInspectable) return undefined;
    throw error;
  }
}

import { posix } from "node:path";
import { MIB } from "../facts/units";
import { type InstalledPackage, isPresent, packagesOf } from "./dpkg";
import { diversionsIn, MERGED_FOLDERS } from "./dpkg-places";
import type { InspectedImage } from "./image";
import { rootOf } from "./rule";
import { NotInspectable, textOf, type Tree } from "./tree";

/**
 * dpkg's records of package files: /var/lib/dpkg/info, and the configuration files in its status database (dpkg(1),
 * deb-md5sums(5), dpkg-divert(1), 2026-11). All of it is stored on the disk itself: an attacker who changes a file
 * can change its digest too.
 */
export interface OwnedFiles {
  /** True if a package contains the path, in the form of {@link place}. */
  has(path: string): boolean;
  /** Digests by path, including configuration files. */
  digests: ReadonlyMap<string, { md5: string; package: string; setting: boolean }>;
  /** Paths without a digest: folders, links, and files that should have one. */
  undigested: ReadonlyMap<string, string>;
  /** A path in the tree's form, where /bin and the like are links into /usr. */
  place(path: string): string;
}

const INFO = "/var/lib/dpkg/info";
/** Bytes of one list: a kernel's, or documentation with 50,000 files, has 5 MB. */
const LARGEST_LIST = 32 * MIB;
/** A desktop system has 400,000. */
const MOST_FILES = 1_000_000;

const known = new WeakMap<InspectedImage, OwnedFiles>();

/**
 * Cached per image.
 *
 * @throws {NotInspectable} for a system without dpkg
 */
export function ownedFiles(image: InspectedImage): OwnedFiles {
  let found = known.get(image);
  if (!found) known.set(image, (found = readOwnedFiles(rootOf(image), packagesOf(image).filter(isPresent))));
  return found;
}

/** True if a file is unchanged from its package; never without dpkg. */
export function isIntact(image: InspectedImage, path: string): boolean {
  try {
    const owned = ownedFiles(image);
    const digest = owned.digests.get(owned.place(path));
    return digest !== undefined && digest.md5 === rootOf(image).md5(path);
  } catch (error) {
    if (error instanceof NotInspectable) return false;
    throw error;
  }
}

function readOwnedFiles(root: Tree, packages: readonly InstalledPackage[]): OwnedFiles {
  const merged = new Set(
    MERGED_FOLDERS.filter((name) => [`usr/${name}`, `/usr/${name}`].includes(root.target(`/${name}`) ?? "")),
  );
  const place = (path: string) => (merged.has(path.split("/", 2)[1] ?? "") ? `/usr${path}` : path);
  const present = new Set((root.list(INFO) ?? []).map(({ name }) => name));
  const diversions = diversionsIn(textOf(root, "/var/lib/dpkg/diversions") ?? "");
  const diverted = new Map(diversions.map((each) => [each.from, each]));
  const digests = new Map<string, { md5: string; package: string; setting: boolean }>();
  const undigested = new Map<string, string>();
  for (const { name, architecture, conffiles } of packages) {
    const read = (kind: string) => {
      const file = [`${name}.${kind}`, `${name}:${architecture}.${kind}`].find((each) => present.has(each));
      return file === undefined ? undefined : (textOf(root, `${INFO}/${file}`, LARGEST_LIST) ?? "");
    };
    const at = (path: string) => {
      const diversion = diverted.get(path);
      return place(diversion && diversion.by !== name ? diversion.to : path);
    };
    for (const [, md5 = "", path = ""] of (read("md5sums") ?? "").matchAll(/^([0-9a-f]{32}) [ *](.+)$/gm)) {
      digests.set(at(posix.join("/", path)), { md5, package: name, setting: false });
    }
    for (const { path, md5 } of conffiles) digests.set(at(path), { md5, package: name, setting: true });
    if (digests.size + undigested.size > MOST_FILES)
      throw new NotInspectable(`more than ${MOST_FILES} files of packages`);
    for (const path of (read("list") ?? "").split("\n")) {
      const full = path.startsWith("/") ? at(path) : "";
      if (full !== "" && !digests.has(full)) undigested.set(full, name);
    }
  }
  const has = (path: string) => digests.has(path) || undigested.has(path);
  return { has, digests, undigested, place };
}

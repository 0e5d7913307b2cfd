import { fieldsOf, PARAGRAPH_END, sourceOf } from "../facts/deb822";
import { KIB, MIB } from "../facts/units";
import { rootOf } from "./rule";
import type { InspectedImage } from "./image";
import { NotInspectable, textOf, type Tree } from "./tree";

/** Bytes; a full desktop's has about 10 MB. */
const LARGEST_STATUS = 64 * MIB;
/** Debian has about 70,000 binary packages. */
const MOST_PARAGRAPHS = 200_000;

/** One entry of dpkg's status database (deb822 format, dpkg-query(1), deb-control(5)). */
export interface InstalledPackage {
  name: string;
  version: string;
  architecture: string;
  /**
   * Archive area: `contrib` for the sections `contrib/net` and `contrib`; `main` if the section has none (Debian
   * Policy 2.4).
   */
  area: string;
  /** Installed-Size: estimate of the archive in bytes (deb-control gives KiB). */
  installedBytes: number;
  /** First word of Status: `install`, `hold`, `deinstall`… */
  wanted: string;
  /** Third word of Status: `installed`, `half-configured`, `config-files`… */
  state: string;
  maintainer: string;
  source: string;
  /** Another one than `version` for a rebuilt package (`+b1`), and where a source versions its packages otherwise. */
  sourceVersion: string;
  /** Fields that name a package's origin, absent from Debian's and Ubuntu's own packages. */
  claims: { field: string; value: string }[];
  /** Configuration files with the MD5 of the package's version: dpkg keeps changed ones. */
  conffiles: { path: string; md5: string }[];
}

const STATUS = "/var/lib/dpkg/status";
/** Areas that may be a section by themselves: Debian's (Policy 2.2) and Ubuntu's. */
const AREAS = ["contrib", "non-free", "non-free-firmware", "restricted", "universe", "multiverse"];
/** `Origin` is dpkg's (deb-control(5)); the others are written by build tools other than Debian's. */
const CLAIMS = ["Origin", "Vendor", "License"];

/**
 * Every package known to dpkg, in database order.
 *
 * @throws {NotInspectable} for an entry without a name, which dpkg itself refuses
 */
export function parseDpkgStatus(text: string): InstalledPackage[] {
  let before = "";
  return paragraphs(text).map((fields, index) => {
    const name = fields.get("package") ?? "";
    if (name === "") {
      const place = before === "" ? "" : `, after ${before}`;
      throw new NotInspectable(
        `${STATUS}: entry ${index + 1}${place} has no Package field; repair the database (dpkg --audit) and build again`,
      );
    }
    before = name;
    const section = fields.get("section") ?? "";
    const area = section.includes("/") || AREAS.includes(section) ? section.split("/")[0] : undefined;
    return {
      name,
      version: fields.get("version") ?? "",
      architecture: fields.get("architecture") ?? "",
      area: area ?? "main",
      installedBytes: Number(fields.get("installed-size") ?? 0) * KIB,
      wanted: (fields.get("status") ?? "").split(" ")[0] ?? "",
      state: (fields.get("status") ?? "").split(" ")[2] ?? "",
      maintainer: fields.get("maintainer") ?? "",
      ...sourceOf(fields.get("source") ?? "", { name, version: fields.get("version") ?? "" }),
      claims: CLAIMS.flatMap((field) => {
        const value = fields.get(field.toLowerCase()) ?? "";
        return value === "" ? [] : [{ field, value }];
      }),
      conffiles: [...(fields.get("conffiles") ?? "").matchAll(/^(\/.*) ([0-9a-f]{32})( obsolete)?$/gm)].map(
        ([, path = "", md5 = ""]) => ({ path, md5 }),
      ),
    };
  });
}

/** Paragraphs of a deb822 file; names in lower case, continuation lines joined with `\n`. */
export function paragraphs(text: string): Map<string, string>[] {
  const all = text
    .split(PARAGRAPH_END)
    .map(fieldsOf)
    .filter(({ size }) => size > 0);
  if (all.length > MOST_PARAGRAPHS) throw new NotInspectable(`more than ${MOST_PARAGRAPHS} paragraphs`);
  return all;
}

/** Databases of other package managers: their own documentation (2026-11). */
const OTHERS: readonly { folder: string; what: string }[] = [
  { folder: "/lib/apk/db", what: "apk" },
  { folder: "/usr/lib/apk/db", what: "apk" },
  { folder: "/usr/lib/sysimage/rpm", what: "rpm" },
  { folder: "/var/lib/rpm", what: "rpm" },
  { folder: "/var/lib/pacman/local", what: "pacman" },
  { folder: "/var/db/pkg", what: "Portage or FreeBSD's pkg" },
];

function othersOf(root: Tree): string {
  const found = OTHERS.find(({ folder }) => root.list(folder) !== undefined);
  return found ? `; its packages are those of ${found.what}` : "";
}

const parsed = new WeakMap<InspectedImage, InstalledPackage[]>();

/** The image's installed packages, cached; throws {@link NotInspectable} for a system without dpkg. */
export function packagesOf(image: InspectedImage): InstalledPackage[] {
  let packages = parsed.get(image);
  if (!packages) {
    const status = textOf(rootOf(image), STATUS, LARGEST_STATUS);
    if (status === undefined)
      throw new NotInspectable(`no ${STATUS}: not a dpkg system${othersOf(rootOf(image))}`);
    packages = parseDpkgStatus(status);
    parsed.set(image, packages);
  }
  return packages;
}

/** True for a system with dpkg's database. */
export function isDpkgSystem(root: Tree): boolean {
  return textOf(root, STATUS, LARGEST_STATUS) !== undefined;
}

/** Installed, even if partially, as opposed to removed with remaining configuration. */
export function isPresent({ state }: InstalledPackage): boolean {
  return state !== "config-files" && state !== "not-installed";
}

/** Packages of a disk, by the software bill of materials that its record names, and what changed between two. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { TrustProblem } from "../trust/problem";

export interface PackageEntry {
  readonly name: string;
  readonly version: string;
}

export interface PackageList {
  /** Path of the CycloneDX file in the site. */
  readonly file: string;
  /** Of the file, as signed. */
  readonly sha256: string;
  /** By name. */
  readonly entries: readonly PackageEntry[];
}

export interface PackageChanges {
  /** The release that it is compared with. */
  readonly since: string;
  readonly added: readonly PackageEntry[];
  readonly removed: readonly PackageEntry[];
  readonly changed: readonly { readonly name: string; readonly from: string; readonly to: string }[];
}

/** CycloneDX 1.4 to 1.6, as far as it is read. */
const bom = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  components: z
    .array(z.looseObject({ type: z.string(), name: z.string(), version: z.string().default("") }))
    .default([]),
});

/**
 * The packages in a CycloneDX file.
 *
 * @param sha256 of the file, as the signed record says
 * @throws {TrustProblem} for another file, or one that is no CycloneDX JSON
 */
export function packagesIn(text: string, file: string, sha256: string): PackageEntry[] {
  const digest = createHash("sha256").update(text).digest("hex");
  if (digest !== sha256)
    throw new TrustProblem(
      `${file}: its SHA-256 is ${digest}, and the signed record says ${sha256}; put the file back that \`imprimatur inspect --sbom\` wrote for this release`,
    );
  const parsed = bom.safeParse(jsonIn(text, file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TrustProblem(
      `${file}: not a CycloneDX bill of materials: ${issue?.path.join(".")} ${issue?.message}`,
    );
  }
  return parsed.data.components
    .filter(({ type }) => type === "library")
    .map(({ name, version }) => ({ name, version }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TrustProblem(`${file}: not a CycloneDX bill of materials: it is not JSON`);
  }
}

/** Packages that are in one and not in the other. Several versions of a name, as of kernels, are entries of their own. */
export function changesBetween(
  before: readonly PackageEntry[],
  after: readonly PackageEntry[],
  since: string,
): PackageChanges {
  const [old, now] = [versionsByName(before), versionsByName(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  const added: PackageEntry[] = [];
  const removed: PackageEntry[] = [];
  const changed: { name: string; from: string; to: string }[] = [];
  for (const name of names) {
    const [was, is] = [old.get(name) ?? [], now.get(name) ?? []];
    const gone = was.filter((version) => !is.includes(version));
    const come = is.filter((version) => !was.includes(version));
    if (was.length === 1 && is.length === 1 && gone.length === 1)
      changed.push({ name, from: gone[0]!, to: come[0]! });
    else {
      added.push(...come.map((version) => ({ name, version })));
      removed.push(...gone.map((version) => ({ name, version })));
    }
  }
  return { since, added, removed, changed };
}

function versionsByName(entries: readonly PackageEntry[]): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { name, version } of entries) byName.set(name, [...(byName.get(name) ?? []), version]);
  return byName;
}

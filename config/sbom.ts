/** This project's own properties in a CycloneDX software bill of materials. */
import { PackageURL } from "packageurl-js";
import { z } from "zod";

/** Names of properties (CycloneDX 1.6, `properties`). */
export const SBOM_PROPERTIES = {
  /** Of a package: archive area, source package and its version, selection state if it is not `install`. */
  area: "imprimatur:area",
  source: "imprimatur:source",
  sourceVersion: "imprimatur:source-version",
  wanted: "imprimatur:wanted",
  /** Of the system: code name; each apt source as a line of sources.list(5); the records of apt_preferences(5). */
  codename: "imprimatur:codename",
  aptSource: "imprimatur:apt-source",
  aptPreferences: "imprimatur:apt-preferences",
  aptDefaultRelease: "imprimatur:apt-default-release",
} as const;

/** A package of the SBOM, as dpkg had it. */
interface SbomPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly source: string;
  readonly sourceVersion: string;
  /** dpkg's selection state: `install`, `hold`… */
  readonly wanted: string;
}

export interface Sbom {
  /** The raw disk, by `diskIdentity`. */
  readonly disk: string;
  /** `debian`; with its version, `debian 13`. */
  readonly system: string;
  readonly codename: string;
  readonly packages: readonly SbomPackage[];
  readonly aptSources: readonly { uri: string; suite: string; components: readonly string[] }[];
  /** Records of apt_preferences(5), in the order in which they count. */
  readonly aptPreferences: string;
  readonly aptDefaultRelease?: string;
}

const properties = z.array(z.looseObject({ name: z.string(), value: z.string().default("") })).default([]);
const document = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.looseObject({
    component: z.looseObject({
      "bom-ref": z.string().default(""),
      name: z.string(),
      version: z.string().default(""),
      hashes: z.array(z.looseObject({ alg: z.string(), content: z.string() })).default([]),
      properties,
    }),
  }),
  components: z.array(z.looseObject({ purl: z.string().optional(), properties })).default([]),
});

type ReadSbom =
  | { readonly sbom: Sbom; readonly message?: undefined }
  | { readonly sbom?: undefined; readonly message: string };

/**
 * Reads what {@link SBOM_PROPERTIES} and the package URLs of type deb say.
 *
 * @param file as the user knows it
 */
export function readSbom(text: string, file: string): ReadSbom {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (error) {
    return { message: `${file}: this is not JSON (${(error as Error).message}). ${AGAIN}` };
  }
  const parsed = document.safeParse(values);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    return { message: `${file}: ${path.join(".")}: not a CycloneDX SBOM of ours (${message}). ${AGAIN}` };
  }
  const { metadata, components } = parsed.data;
  const { name, version, hashes, "bom-ref": reference } = metadata.component;
  const own = valuesOf(metadata.component.properties);
  const [codename = ""] = own(SBOM_PROPERTIES.codename);
  const [aptDefaultRelease] = own(SBOM_PROPERTIES.aptDefaultRelease);
  const sbom: Sbom = {
    disk: hashes.find(({ alg }) => alg === "SHA-256")?.content ?? reference,
    system: `${name} ${version}`.trim(),
    codename,
    packages: components.flatMap(({ purl, properties }) => debIn(purl, valuesOf(properties))),
    aptSources: own(SBOM_PROPERTIES.aptSource).flatMap((line) => {
      const [, uri = "", suite = "", ...components] = line.split(" ");
      return [{ uri, suite, components }];
    }),
    aptPreferences: own(SBOM_PROPERTIES.aptPreferences)[0] ?? "",
    aptDefaultRelease,
  };
  return { sbom };
}

const AGAIN = "Write it again with 'imprimatur inspect --sbom'.";

function valuesOf(all: readonly { name: string; value: string }[]): (name: string) => string[] {
  return (wanted) => all.filter(({ name }) => name === wanted).map(({ value }) => value);
}

function debIn(purl: string | undefined, own: (name: string) => string[]): SbomPackage[] {
  if (!purl?.startsWith("pkg:deb/")) return [];
  const { name, version, qualifiers } = PackageURL.fromString(purl);
  if (!version) return [];
  return [
    {
      ...{ name, version, architecture: qualifiers?.arch ?? "" },
      source: own(SBOM_PROPERTIES.source)[0] ?? name,
      sourceVersion: own(SBOM_PROPERTIES.sourceVersion)[0] ?? version,
      wanted: own(SBOM_PROPERTIES.wanted)[0] ?? "install",
    },
  ];
}

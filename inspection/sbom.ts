import { createHash } from "node:crypto";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import { identityHex, identityTag } from "../facts/disk-identity";
import { SBOM_PROPERTIES } from "../config/sbom";
import { aptSettings } from "./apt-conf";
import { aptSources } from "./apt";
import { aptPreferences } from "./apt-preferences";
import type { InspectedImage } from "./image";
import { type System, systemOf } from "./os-release";
import { type Listed, listedPackages } from "./packages";
import type { ListedPackage } from "./listed-package";
import { rootOf } from "./rule";
import type { Tree } from "./tree";

interface SbomSubject {
  /** File name of the raw disk. */
  file: string;
  /** The raw disk, by `diskIdentity`. */
  identity: string;
  /** Version of the generating program. */
  toolVersion: string;
  /** SHA-256 of packages' files in the archive, by `name_version_architecture`, where they were compared. */
  archived?: Readonly<Record<string, string>>;
}

/**
 * Installed packages of an image as CycloneDX 1.6 JSON: one component for each package of dpkg, apk or rpm, with its package
 * URL; of a Debian system, what apt would install newer ones from ({@link SBOM_PROPERTIES}). Deterministic: the serial
 * number is derived from the disk's digest.
 *
 * @throws {NotInspectable} when the image has none of them, its root is unreadable, or apt refuses its settings
 */
export function sbomOf(
  image: InspectedImage,
  { file, identity, toolVersion, archived = {} }: SbomSubject,
): string {
  const isSha256 = identityHex(identity) === identity;
  const root = rootOf(image);
  const system = systemOf(root);
  const { type, packages } = listedPackages(image);
  const subject = new Models.Component(Enums.ComponentType.OperatingSystem, system.id, {
    bomRef: identityTag(identity),
    ...(system.version !== "" && { version: system.version }),
    description: `raw disk image ${file}`,
    // Of the whole file: a block map's root is not its hash.
    ...(isSha256 && { hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], identity]]) }),
    properties: new Models.PropertyRepository(systemProperties(system, root)),
  });
  const tool = new Models.Component(Enums.ComponentType.Application, "imprimatur", { version: toolVersion });
  const bom = new Models.Bom({
    serialNumber: serialOf(identityHex(identity)),
    metadata: new Models.Metadata({
      component: subject,
      tools: new Models.Tools({ components: new Models.ComponentRepository([tool]) }),
    }),
    components: new Models.ComponentRepository(
      packages.map((each) => componentOf(each, { system, type, archived })),
    ),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function systemProperties({ codename }: System, root: Tree): Models.Property[] {
  const preferences = aptPreferences(root);
  const release = aptSettings(root).get("apt::default-release");
  const { codename: name, aptSource, aptPreferences: records, aptDefaultRelease } = SBOM_PROPERTIES;
  const sources = aptSources(root).flatMap(({ uris: [uri], suite, components }) =>
    uri === undefined ? [] : [["deb", uri, suite, ...components].join(" ")],
  );
  return [
    ...(codename === "" ? [] : [new Models.Property(name, codename)]),
    ...[...new Set(sources)].map((line) => new Models.Property(aptSource, line)),
    // One property: their order counts, and lists are sorted.
    ...(preferences === "" ? [] : [new Models.Property(records, preferences)]),
    ...(release ? [new Models.Property(aptDefaultRelease, release)] : []),
  ];
}

interface Packaged {
  system: System;
  type: Listed["type"];
  archived: Readonly<Record<string, string>>;
}

function componentOf(each: ListedPackage, { system, type, archived }: Packaged): Models.Component {
  const digest = archived[`${each.name}_${each.version}_${each.architecture}`];
  const distribution = [system.id, system.version].filter(Boolean).join("-");
  // Of rpm's versions the epoch is a qualifier (purl-spec, types/rpm-definition, 2026-11).
  const [, epoch, plain] = (type === "rpm" && /^(\d+):(.*)$/.exec(each.version)) || [];
  const qualifiers = { arch: each.architecture, distro: distribution, ...(epoch && { epoch }) };
  const purl = new PackageURL(type, system.id, each.name, plain ?? each.version, qualifiers).toString();
  return new Models.Component(Enums.ComponentType.Library, each.name, {
    bomRef: purl,
    purl,
    version: each.version,
    ...(digest && { hashes: new Models.HashDictionary([[Enums.HashAlgorithm["SHA-256"], digest]]) }),
    ...(each.maintainer && { supplier: new Models.OrganizationalEntity({ name: each.maintainer }) }),
    properties: new Models.PropertyRepository([
      ...(each.area === undefined ? [] : [new Models.Property(SBOM_PROPERTIES.area, each.area)]),
      new Models.Property(SBOM_PROPERTIES.source, each.source),
      ...(each.sourceVersion === undefined || each.sourceVersion === each.version
        ? []
        : [new Models.Property(SBOM_PROPERTIES.sourceVersion, each.sourceVersion)]),
      ...(each.wanted === undefined || each.wanted === "install"
        ? []
        : [new Models.Property(SBOM_PROPERTIES.wanted, each.wanted)]),
    ]),
  });
}

/** A UUID (RFC 9562, version 8) derived from the disk's digest. */
function serialOf(sha256: string): string {
  const bytes = createHash("sha256").update(`imprimatur sbom ${sha256}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "urn:uuid:$1-$2-$3-$4-$5");
}

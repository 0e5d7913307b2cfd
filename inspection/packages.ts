/** Installed packages, by whichever database of packages can be read. */
import { apkPackages } from "./apk";
import { isDpkgSystem, isPresent, packagesOf } from "./dpkg";
import type { InspectedImage } from "./image";
import type { ListedPackage } from "./listed-package";
import { rpmPackages } from "./rpm";
import { rootOf } from "./rule";

export interface Listed {
  /** Type of a package URL (github.com/package-url/purl-spec, types, 2026-11). */
  type: "deb" | "apk" | "rpm";
  packages: readonly ListedPackage[];
}

const known = new WeakMap<InspectedImage, Listed>();

/**
 * Installed packages, in database order; those of rpm by name.
 *
 * @throws {NotInspectable} for a system with another database, or none
 */
export function listedPackages(image: InspectedImage): Listed {
  const found = known.get(image) ?? listOf(image);
  known.set(image, found);
  return found;
}

/** @throws {NotInspectable} as {@link listedPackages} */
export function hasPackage(image: InspectedImage, name: string): boolean {
  return listedPackages(image).packages.some((each) => each.name === name);
}

function listOf(image: InspectedImage): Listed {
  const root = rootOf(image);
  const ofApk = apkPackages(root);
  if (ofApk !== undefined) return { type: "apk", packages: ofApk };
  // A Debian may have rpm's database besides, for packages of others (alien).
  const ofRpm = isDpkgSystem(root) ? undefined : rpmPackages(root);
  if (ofRpm !== undefined) return { type: "rpm", packages: ofRpm };
  return { type: "deb", packages: packagesOf(image).filter(isPresent) };
}

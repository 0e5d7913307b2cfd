/** What is installed, by whichever database of packages can be read. */
import { apkPackages } from "./apk";
import { isPresent, packagesOf } from "./dpkg";
import type { InspectedImage } from "./image";
import type { ListedPackage } from "./listed-package";
import { rootOf } from "./rule";

export interface Listed {
  /** Type of a package URL (github.com/package-url/purl-spec, types, 2026-11). */
  type: "deb" | "apk";
  packages: readonly ListedPackage[];
}

/**
 * Installed packages, in database order.
 *
 * @throws {NotInspectable} for a system with another database, or none
 */
export function listedPackages(image: InspectedImage): Listed {
  const packages = apkPackages(rootOf(image));
  if (packages !== undefined) return { type: "apk", packages };
  return { type: "deb", packages: packagesOf(image).filter(isPresent) };
}

import { type InstalledPackage, isPresent, packagesOf } from "../dpkg";
import { systemOf } from "../os-release";
import { type Rule, rootOf } from "../rule";
import { PUBLISHERS } from "./archives";

export const packageOrigin: Rule = {
  id: "package-origin",
  severity: "error",
  title: "No package of an official image says that it is another publisher's",
  reason:
    "dpkg does not record which archive a package came from. What a package says of itself (Origin, Vendor, Maintainer, version) is all that can be seen in an image, and an official image promises its publisher's own packages.",
  cure: "Remove the packages, or call the image based-on; if the package is the publisher's own after all, leave this rule out.",
  limits: "A package that says nothing of where it comes from, or lies.",
  check(image, { provenance }) {
    if (provenance !== "official") return [];
    const { id } = systemOf(rootOf(image));
    return packagesOf(image)
      .filter(isPresent)
      .flatMap((each) => {
        const said = foreignClaim(each, id);
        return said === undefined
          ? []
          : [{ message: `${each.name} ${each.version} ${said}`, where: each.name }];
      });
  },
};

/**
 * Domains of companies that publish their own packages outside any distribution (2026-11). Of the 63,000 packages of
 * Debian 12's main, three are maintained from one of them, and none has a claim or a version of these kinds.
 */
const VENDORS =
  /[@/]([a-z0-9-]+\.)*(google|chromium|docker|microsoft|hashicorp|nodesource|nvidia|oracle|mongodb|elastic|grafana|datadoghq|gitlab|puppet|puppetlabs|amazon|influxdata|cloudflare|tailscale|nginx|redis|slack-corp|spotify|teamviewer|zoom|vivaldi|brave|jetbrains)\.(com|org|co|io|us)([/>]|$)/i;
/** Version suffixes of other archives: those for PHP, PostgreSQL, Node.js, Docker and multimedia. */
const FOREIGN_VERSION = /sury\.org|\.pgdg|nodesource|~(debian|ubuntu)\.\d+(\.\d+)*~|-dmo\d/;
/** Ubuntu's own packages on another system. */
const UBUNTU_VERSION = /\dubuntu\d/;

function foreignClaim({ claims, maintainer, version }: InstalledPackage, id: string): string | undefined {
  const own = [id, PUBLISHERS[id]?.name.toLowerCase()];
  const claim = claims.find(({ field, value }) => field !== "Origin" || !own.includes(value.toLowerCase()));
  if (claim) return `says ${claim.field}: ${claim.value}`;
  if (VENDORS.test(maintainer)) return `is maintained by ${maintainer}`;
  const foreign = FOREIGN_VERSION.test(version) || (id === "debian" && UBUNTU_VERSION.test(version));
  return foreign ? "has a version of another archive" : undefined;
}

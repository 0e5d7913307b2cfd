import { isPresent, packagesOf } from "../dpkg";
import { listedPackages } from "../packages";
import type { Finding, Rule } from "../rule";

/** Names of the architectures: `dpkg --print-architecture`, `apk --print-arch`, `rpm --eval %_arch`. */
const NAMES = {
  deb: { x86_64: "amd64", arm64: "arm64", all: "all", database: "/var/lib/dpkg/status" },
  apk: { x86_64: "x86_64", arm64: "aarch64", all: "noarch", database: "/lib/apk/db/installed" },
  rpm: { x86_64: "x86_64", arm64: "aarch64", all: "noarch", database: "the database of rpm" },
} as const;

export const packageAreas: Rule = {
  id: "package-areas",
  severity: "error",
  title: "Every package comes from an allowed archive area",
  reason:
    "An official image promises its users free software from the publisher's own archive (for Debian: main).",
  cure: "Remove the packages, or declare the area in the policy and do not call the image official.",
  limits: "A package that lies about its section.",
  check: (image, { areas }) =>
    packagesOf(image)
      .filter((each) => isPresent(each) && !areas.includes(each.area))
      .map((each): Finding => ({
        message: `${each.name} ${each.version} is from ${each.area}, allowed: ${areas.join(", ")}`,
        where: each.name,
      })),
};

export const packageArchitecture: Rule = {
  id: "package-architecture",
  severity: "error",
  title: "Packages are of the declared architecture",
  reason: "Foreign-architecture packages mean a wrong label, or a cross-built leftover that nobody needs.",
  cure: "Build the image for the declared architecture, or declare the right one.",
  limits: "Programs that no package owns.",
  check(image, { architecture }) {
    const { type, packages } = listedPackages(image);
    const { all, database, [architecture]: wanted } = NAMES[type];
    const foreign = packages.filter((each) => each.architecture !== all && each.architecture !== wanted);
    // An image of another architecture is one finding, not four hundred.
    const named = foreign.slice(0, 5).map(({ name, architecture: foreign }) => `${name}:${foreign}`);
    if (foreign.length === 0) return [];
    const more = foreign.length > named.length ? ` and ${foreign.length - named.length} more` : "";
    return [{ message: `${named.join(", ")}${more}, needed: ${wanted} or ${all}`, where: database }];
  },
};

export const packageStates: Rule = {
  id: "package-states",
  severity: "error",
  title: "No package is half installed",
  reason: "apt refuses to work on a machine with broken packages: its first upgrade fails.",
  cure: "Run dpkg --configure -a in the build and see why it stopped.",
  limits: "Whether a package works.",
  check: (image) =>
    packagesOf(image)
      .filter((each) => isPresent(each) && each.state !== "installed")
      .map((each) => ({ message: `${each.name} is ${each.state || "in no state"}`, where: each.name })),
};

export const installedSize: Rule = {
  id: "installed-size",
  severity: "warning",
  title: "The installed packages are within the declared size",
  reason: "Users pay for every megabyte of every volume, in every region.",
  cure: "Look at the largest packages in the report and remove what nobody needs, or raise the limit.",
  check(image, { maximumInstalledBytes }) {
    const total = listedPackages(image).packages.reduce((sum, { installedBytes }) => sum + installedBytes, 0);
    if (maximumInstalledBytes === 0 || total <= maximumInstalledBytes) return [];
    return [{ message: `${total} bytes installed, allowed: ${maximumInstalledBytes}` }];
  },
};

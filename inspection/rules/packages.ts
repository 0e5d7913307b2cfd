import { aptSources } from "../apt";
import { isPresent, packagesOf } from "../dpkg";
import { type Finding, type Rule, rootOf } from "../rule";

/** Debian's names of the architectures (`dpkg --print-architecture`). */
const DPKG_ARCHITECTURE = { x86_64: "amd64", arm64: "arm64" } as const;

export const packageAreas: Rule = {
  id: "package-areas",
  severity: "error",
  title: "Every package comes from an allowed archive area",
  reason:
    "An official image promises its users free software from the publisher's own archive (for Debian: main).",
  cure: "Remove the packages, or declare the area in the policy and do not call the image official.",
  check: (image, { areas }) =>
    packagesOf(image)
      .filter((each) => isPresent(each) && !areas.includes(each.area))
      .map((each): Finding => ({
        message: `${each.name} ${each.version} is from ${each.area}, allowed: ${areas.join(", ")}`,
        where: each.name,
      })),
};

export const packageSources: Rule = {
  id: "package-sources",
  severity: "error",
  title: "apt installs from the allowed archives only",
  reason:
    "A foreign or wider source left in the image decides what the next upgrade installs on every user's machine.",
  cure: "Restore the image's sources.list to the publisher's archives and the allowed components.",
  check(image, { areas, packageHosts }) {
    return aptSources(rootOf(image)).flatMap(({ file, host, suite, components }) => {
      const findings: Finding[] = [];
      const foreign = components.filter((component) => !areas.includes(component));
      if (foreign.length > 0) {
        findings.push({
          message: `${suite} enables ${foreign.join(", ")}, allowed: ${areas.join(", ")}`,
          where: file,
        });
      }
      if (packageHosts.length > 0 && !packageHosts.includes(host)) {
        findings.push({
          message: `${suite} comes from ${host}, allowed: ${packageHosts.join(", ")}`,
          where: file,
        });
      }
      return findings;
    });
  },
};

export const packageArchitecture: Rule = {
  id: "package-architecture",
  severity: "error",
  title: "Packages are of the declared architecture",
  reason: "Foreign-architecture packages mean a wrong label, or a cross-built leftover that nobody needs.",
  cure: "Build the image for the declared architecture, or declare the right one.",
  check(image, { architecture }) {
    const wanted: string = DPKG_ARCHITECTURE[architecture];
    const foreign = packagesOf(image).filter(
      (each) => isPresent(each) && each.architecture !== "all" && each.architecture !== wanted,
    );
    // A whole image of another architecture is one finding, not four hundred.
    const named = foreign.slice(0, 5).map(({ name, architecture: of }) => `${name}:${of}`);
    if (foreign.length === 0) return [];
    const more = foreign.length > named.length ? ` and ${foreign.length - named.length} more` : "";
    return [
      { message: `${named.join(", ")}${more}, needed: ${wanted} or all`, where: "/var/lib/dpkg/status" },
    ];
  },
};

export const packageStates: Rule = {
  id: "package-states",
  severity: "error",
  title: "No package is half installed",
  reason: "apt refuses to work on a machine with broken packages: its first upgrade fails.",
  cure: "Run dpkg --configure -a in the build and see why it stopped.",
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
    const total = packagesOf(image)
      .filter(isPresent)
      .reduce((sum, { installedBytes }) => sum + installedBytes, 0);
    if (maximumInstalledBytes === 0 || total <= maximumInstalledBytes) return [];
    return [{ message: `${total} bytes installed, allowed: ${maximumInstalledBytes}` }];
  },
};

export const unattendedUpgrades: Rule = {
  id: "unattended-upgrades",
  severity: "error",
  title: "Unattended upgrades are as declared",
  reason:
    "Users rely on the label: an image said to upgrade itself and does not is open to every later hole.",
  cure: 'Install unattended-upgrades and APT::Periodic::Unattended-Upgrade "1", or declare that it is off.',
  check(image, { unattendedUpgrades: wanted }) {
    const root = rootOf(image);
    const installed = packagesOf(image).some(
      (each) => each.name === "unattended-upgrades" && isPresent(each),
    );
    const settings = (root.list("/etc/apt/apt.conf.d") ?? []).map(({ name }) =>
      (root.read(`/etc/apt/apt.conf.d/${name}`)?.toString() ?? "").replace(/^\s*(\/\/|#).*$/gm, ""),
    );
    // apt reads the files in order of their names, and the last setting wins (apt.conf(5)).
    const values = [...settings.join("\n").matchAll(/APT::Periodic::Unattended-Upgrade\s+"(\d+)"/g)];
    const enabled = installed && Number(values.at(-1)?.[1] ?? 0) > 0;
    if (enabled === wanted) return [];
    const given = installed ? (enabled ? "enabled" : "installed, not enabled") : "not installed";
    return [{ message: `${given}, declared: ${wanted ? "enabled" : "off"}`, where: "/etc/apt/apt.conf.d" }];
  },
};

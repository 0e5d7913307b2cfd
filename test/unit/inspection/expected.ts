import type { Expectation } from "../../../inspection/rule";

/** The declaration of an official image of this test's distribution. */
export const EXPECTED: Expectation = {
  provenance: "official",
  firmware: "uefi",
  architecture: "x86_64",
  clouds: ["aws", "gcp", "azure"],
  areas: ["main"],
  packageHosts: [],
  unattendedUpgrades: true,
  ssh: { server: true, passwordAuthentication: false, rootLogin: false },
  maximumInstalledBytes: 0,
  extraDatasources: [],
  ownFiles: [
    ...["/etc/apt/apt.conf.d/*", "/etc/systemd/**", "/usr/lib/systemd/**", "/usr/lib/k", "/etc/default/ssh"],
    "/boot/efi/**",
  ],
};

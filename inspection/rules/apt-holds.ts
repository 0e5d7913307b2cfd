import { aptSettings } from "../apt-conf";
import { contents } from "../contents";
import { isPresent, packagesOf, paragraphs } from "../dpkg";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { type Expectation, type Finding, type Rule, rootOf } from "../rule";
import type { InspectedImage } from "../image";
import { textOf } from "../tree";

/** Options of unattended-upgrades and apt that exclude packages (unattended-upgrades 2.9, apt.conf(5), 2026-11). */
const LEFT_OUT = /^unattended-upgrade::package-(blacklist|whitelist)(::.*)?$/;
const ORIGINS = /^unattended-upgrade::(origins-pattern|allowed-origins)(::.*)?$/;

export const packageHolds: Rule = {
  id: "package-holds",
  severity: "error",
  title: "No package is kept from its security updates",
  reason:
    "A hold, a pin or a list of exceptions leaves a hole open on every machine, while the label says that it upgrades itself.",
  cure: "Remove the hold (apt-mark unhold), the pin (/etc/apt/preferences.d) or the exception, or declare the file in ownFiles.",
  limits: "Packages that were installed from elsewhere with a higher version than the archive's.",
  check(image, expected) {
    const held = packagesOf(image)
      .filter((each) => isPresent(each) && each.wanted !== "install")
      .map(({ name, wanted }): Finding => ({
        message: `${name} is on ${wanted || "nothing"}`,
        where: "/var/lib/dpkg/status",
      }));
    return [...held, ...pins(image, expected), ...exceptions(image, expected)];
  },
};

/** apt_preferences(5). Pins by packages, e.g. Ubuntu's, are not reported. */
function pins(image: InspectedImage, expected: Expectation): Finding[] {
  const root = rootOf(image);
  const owned = ownedFiles(image);
  const files = ["/etc/apt/preferences", ...contents(root, "/etc/apt/preferences.d").map(({ path }) => path)];
  return files
    .filter((file) => !owned.has(file) && !isOwn(expected, file))
    .flatMap((file) =>
      paragraphs(textOf(root, file) ?? "").flatMap((fields) => {
        const pin = fields.get("pin");
        if (pin === undefined) return [];
        const name = (fields.get("package") ?? "*").replace(/\n/g, " ");
        return [
          {
            message: `pins ${name} to ${pin}, priority ${fields.get("pin-priority") ?? "none"}`,
            where: file,
          },
        ];
      }),
    );
}

function exceptions(image: InspectedImage, expected: Expectation): Finding[] {
  const root = rootOf(image);
  const settings = aptSettings(root).all();
  const out = settings
    .filter(({ name, file }) => LEFT_OUT.test(name) && !isOwn(expected, file))
    .map(({ name, value, file }): Finding => ({ message: `${name} names ${value}`, where: file }));
  const isInstalled = packagesOf(image).some(
    (each) => each.name === "unattended-upgrades" && isPresent(each),
  );
  const origins = settings.filter(({ name }) => ORIGINS.test(name));
  // Without any, unattended-upgrades installs nothing; a test of partial settings has none either.
  const secure = origins.some(({ value }) => /security|\$\{distro_codename\}|\bo=\*|site=/i.test(value));
  if (!isInstalled || !expected.unattendedUpgrades || origins.length === 0 || secure) return out;
  return [
    ...out,
    {
      message: "unattended-upgrades takes from no archive of security updates",
      where: "/etc/apt/apt.conf.d",
    },
  ];
}

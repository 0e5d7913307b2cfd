import { type AptSettings, aptSettings } from "../apt-conf";
import { isPresent, packagesOf } from "../dpkg";
import { type Rule, rootOf } from "../rule";
import { unitState } from "../systemd";
import { NotInspectable, type Tree } from "../tree";

export const unattendedUpgrades: Rule = {
  id: "unattended-upgrades",
  severity: "error",
  title: "Unattended upgrades are as declared",
  reason:
    "Users rely on the label: an image said to upgrade itself and does not is open to every later hole.",
  cure: 'Install unattended-upgrades, set APT::Periodic::Update-Package-Lists and ::Unattended-Upgrade to "1" and leave apt\'s timers alone, or declare that it is off.',
  limits: "What keeps single packages back, of which package-holds speaks.",
  check(image, { unattendedUpgrades: wanted }) {
    const root = rootOf(image);
    const installed = packagesOf(image).some(
      (each) => each.name === "unattended-upgrades" && isPresent(each),
    );
    const off = installed ? switchedOff(aptSettings(root), root) : "not installed";
    if (wanted === (off === undefined)) return [];
    return [
      {
        message: `${off ?? "enabled"}, declared: ${wanted ? "enabled" : "off"}`,
        where: "/etc/apt/apt.conf.d",
      },
    ];
  },
};

/** Reason why the upgrades do not run, by /usr/lib/apt/apt.systemd.daily of apt 2.6; `undefined`: they do. */
function switchedOff(settings: AptSettings, root: Tree): string | undefined {
  const enable = settings.get("apt::periodic::enable") ?? "1";
  if (/^0+$/.test(enable)) return "APT::Periodic::Enable is 0";
  for (const name of ["Unattended-Upgrade", "Update-Package-Lists"]) {
    if (!isInterval(settings, `APT::Periodic::${name}`)) return `APT::Periodic::${name} is off`;
  }
  for (const unit of ["apt-daily", "apt-daily-upgrade"].flatMap((each) => [
    `${each}.timer`,
    `${each}.service`,
  ])) {
    const state = unitState(root, unit);
    if (state === "masked") return `${unit} is masked`;
    if (state === "not wanted" && unit.endsWith(".timer")) return `${unit} is not enabled`;
  }
  return undefined;
}

/** Days, or a number with `s`, `m`, `h` or `d`, or `always`; 0 and empty mean never. */
function isInterval(settings: AptSettings, name: string): boolean {
  const value = settings.get(name.toLowerCase()) ?? "";
  if (value === "" || value === "0") return false;
  if (/^(always|0*[1-9]\d*[smhd]?)$/.test(value)) return true;
  throw new NotInspectable(`${name} is ${JSON.stringify(value)}, which is no number of days`);
}

import type { Cloud } from "../../facts/clouds";
import { cloudConfigs, topSetting } from "../cloud-config";
import { bootEntries } from "../boot-entries";
import type { InspectedImage } from "../image";
import { hasPackage } from "../packages";
import { type Finding, type Rule, rootOf } from "../rule";
import { unitState } from "../systemd";
import { NotInspectable, textOf, type Tree } from "../tree";

/** cloud-init's name of each cloud's datasource (cloud-init documentation, "Datasources", 2026-11). */
const DATASOURCES: Readonly<Record<Cloud, string>> = {
  aws: "Ec2",
  gcp: "GCE",
  azure: "Azure",
  openstack: "OpenStack",
};
/** Free and immediate: a seed on a local disk, and the fallback. */
const HARMLESS = ["None", "NoCloud"];

export const datasources: Rule = {
  id: "cloud-init-datasources",
  severity: "error",
  title: "cloud-init runs, and looks for exactly the clouds that the image is published to",
  reason:
    "Each datasource that is not there is waited for: up to 90 seconds at every first boot. A missing one means no keys.",
  cure: "Set datasource_list in /etc/cloud/cloud.cfg.d to a list of the published clouds' datasources, and None or NoCloud if wanted; leave cloud-init enabled and ds-identify to its defaults.",
  limits: "What ds-identify finds on a machine.",
  check(image, { clouds, extraDatasources }) {
    if (!hasPackage(image, "cloud-init")) throw new NotInspectable("cloud-init is not installed");
    const root = rootOf(image);
    const needed = clouds.map((cloud) => DATASOURCES[cloud]);
    return [
      ...listFindings(datasourceList(root), needed, extraDatasources),
      ...overruled(image, needed),
      ...switchedOff(image),
    ];
  },
};

function listFindings(
  setting: DatasourceList | undefined,
  needed: readonly string[],
  extra: readonly string[],
): Finding[] {
  const all = needed.join(", ");
  if (!setting) {
    return [
      { message: `no datasource_list: all of cloud-init's are tried, needed: ${all}`, where: "/etc/cloud" },
    ];
  }
  const { file, list, written } = setting;
  if (written !== undefined) {
    return [{ message: `datasource_list is ${written}, which is no list, needed: [${all}]`, where: file }];
  }
  const allowed = [...needed, ...HARMLESS, ...extra];
  const missing = needed.filter((name) => !list.includes(name));
  const surplus = list.filter((name) => !allowed.includes(name));
  return [
    ...missing.map((name) => ({ message: `${name} is missing`, where: file })),
    ...surplus.map((name) => ({ message: `${name} is not among the published clouds`, where: file })),
  ];
}

interface DatasourceList {
  file: string;
  list: string[];
  /** The value as JSON, if not a list. */
  written?: string;
}

/**
 * The effective setting.
 *
 * @throws {NotInspectable} when a file is not YAML
 */
export function datasourceList(root: Tree): DatasourceList | undefined {
  const setting = topSetting(cloudConfigs(root), "datasource_list");
  if (setting === undefined) return undefined;
  const { file, value } = setting;
  return Array.isArray(value)
    ? { file, list: value.map(String) }
    : { file, list: typeof value === "string" ? [value] : [], written: JSON.stringify(value) };
}

const DS_IDENTIFY = "/etc/cloud/ds-identify.cfg";

function unattended(image: InspectedImage) {
  return bootEntries(image).filter(({ kind }) => kind !== "rescue");
}

/** A datasource set for ds-identify is the only one used (cloud-init's tools/ds-identify, 22.4, 2026-11-25). */
function overruled(image: InspectedImage, needed: readonly string[]): Finding[] {
  const told = dsIdentify(rootOf(image), "datasource");
  const kernel = unattended(image).map(({ file, line }) => ({
    file,
    value: argument(line, "ci\\.(?:ds|datasource)"),
  }));
  return [{ file: DS_IDENTIFY, value: told }, ...kernel]
    .filter(({ value }) => value !== undefined && needed.some((name) => name !== value))
    .map(({ file, value }) => ({
      message: `${value ?? ""} is the only datasource that is looked for, needed: ${needed.join(", ")}`,
      where: file,
    }));
}

/** Decided like cloud-init's systemd generator: the kernel's arguments, then the files, then ds-identify's policy. */
function switchedOff(image: InspectedImage): Finding[] {
  const root = rootOf(image);
  const say = (message: string, where: string): Finding => ({
    message: `cloud-init is off: ${message}`,
    where,
  });
  const kernel = unattended(image).filter(({ line }) => argument(line, "cloud-init") === "disabled");
  const file = "/etc/cloud/cloud-init.disabled";
  const disabled = root.read(file) !== undefined && root.read("/etc/cloud/cloud-init.enabled") === undefined;
  const policy = (dsIdentify(root, "policy") ?? "").split(",").includes("disabled");
  const masked = UNITS.filter((unit) => unitState(root, unit) === "masked");
  return [
    ...kernel.map((each) => say("cloud-init=disabled", each.file)),
    ...(disabled ? [say("the file says so", file)] : []),
    ...(policy ? [say("policy: disabled", DS_IDENTIFY)] : []),
    ...masked.map((unit) => say(`${unit} is masked`, "/etc/systemd/system")),
  ];
}

/** Units of cloud-init before 24.3 and since. */
const UNITS = [
  ...["cloud-init-local.service", "cloud-init.service", "cloud-config.service", "cloud-final.service"],
  ...["cloud-init-main.service", "cloud-init-network.service", "cloud-init.target"],
];

function dsIdentify(root: Tree, key: string): string | undefined {
  const lines = (textOf(root, DS_IDENTIFY) ?? "").matchAll(
    new RegExp(`^[ \\t]*${key}[ \\t]*:([^#\\n]*)`, "gm"),
  );
  return (
    [...lines]
      .at(-1)?.[1]
      ?.trim()
      .replace(/^(["'])(.*)\1$/, "$2") || undefined
  );
}

function argument(line: string, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(line)?.[1];
}

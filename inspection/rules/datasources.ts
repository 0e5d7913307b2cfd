import { parse } from "yaml";

import { isPresent, packagesOf } from "../dpkg";
import { type Rule, rootOf } from "../rule";
import { NotInspectable, type Tree } from "../tree";

/** cloud-init's name of each cloud's datasource (cloud-init documentation, "Datasources", 2026-11). */
const DATASOURCES = { aws: "Ec2", gcp: "GCE", azure: "Azure" } as const;
/** Costs nothing and answers at once: a seed on a local disk, and the end of the search. */
const HARMLESS = ["None", "NoCloud"];

export const datasources: Rule = {
  id: "cloud-init-datasources",
  severity: "error",
  title: "cloud-init looks for exactly the clouds that the image is published to",
  reason:
    "Each datasource that is not there is waited for: up to 90 seconds at every first boot. A missing one means no keys.",
  cure: "Set datasource_list in /etc/cloud/cloud.cfg.d to the published clouds' datasources, and None or NoCloud if wanted.",
  check(image, { clouds, extraDatasources }) {
    if (!packagesOf(image).some((each) => each.name === "cloud-init" && isPresent(each))) {
      throw new NotInspectable("cloud-init is not installed");
    }
    const setting = datasourceList(rootOf(image));
    const needed = clouds.map((cloud) => DATASOURCES[cloud]);
    if (!setting) {
      return [
        {
          message: `no datasource_list: all of cloud-init's are tried, needed: ${needed.join(", ")}`,
          where: "/etc/cloud",
        },
      ];
    }
    const { file, list } = setting;
    const allowed = [...needed, ...HARMLESS, ...extraDatasources];
    const missing = needed.filter((name) => !list.includes(name));
    const surplus = list.filter((name) => !allowed.includes(name));
    return [
      ...missing.map((name) => ({ message: `${name} is missing`, where: file })),
      ...surplus.map((name) => ({ message: `${name} is not among the published clouds`, where: file })),
    ];
  },
};

/** The setting that wins: cloud.cfg.d is merged over cloud.cfg in order of the names. */
export function datasourceList(root: Tree): { file: string; list: string[] } | undefined {
  const folder = "/etc/cloud/cloud.cfg.d";
  const parts = (root.list(folder) ?? [])
    .map(({ name }) => `${folder}/${name}`)
    .filter((file) => file.endsWith(".cfg"));
  return ["/etc/cloud/cloud.cfg", ...parts]
    .flatMap((file) => {
      const list = listIn(file, root.read(file)?.toString() ?? "");
      return list ? [{ file, list }] : [];
    })
    .at(-1);
}

function listIn(file: string, text: string): string[] | undefined {
  let value: unknown;
  try {
    value = parse(text);
  } catch {
    throw new NotInspectable(`${file} is not YAML`);
  }
  const list = (value as { datasource_list?: unknown } | null)?.datasource_list;
  return Array.isArray(list) ? list.map(String) : undefined;
}

import { parse } from "yaml";
import { nestsTooDeeply } from "../config/nesting";
import { KIB } from "../facts/units";
import { NotInspectable, textOf, type Tree } from "./tree";

/** Bytes: cloud-init's own cloud.cfg has 4 KB. */
const LARGEST = 64 * KIB;
/** Maximum nesting in flow style; about ten thousand levels crash the parser. */
const DEEPEST = 200;

/** One parsed settings file of cloud-init. */
interface CloudConfig {
  /** File inside the image. */
  file: string;
  value: unknown;
}

/**
 * cloud-init's settings, later files win: cloud.cfg, then the files of cloud.cfg.d by name (cloud-init 22.4,
 * util.read_conf_d, 2026-11-25). YAML as in PyYAML: the last of duplicate keys.
 *
 * @throws {NotInspectable} when a file is not YAML; a template, for example
 */
export function cloudConfigs(root: Tree): CloudConfig[] {
  const folder = "/etc/cloud/cloud.cfg.d";
  const parts = (root.list(folder) ?? []).map(({ name }) => `${folder}/${name}`);
  return ["/etc/cloud/cloud.cfg", ...parts.filter((file) => file.endsWith(".cfg"))].flatMap((file) => {
    const text = textOf(root, file, LARGEST);
    return text === undefined ? [] : [{ file, value: yamlOf(file, text) }];
  });
}

/** The value of a top-level key, with the file that sets it last. */
export function topSetting(configs: readonly CloudConfig[], key: string): CloudConfig | undefined {
  return configs
    .flatMap(({ file, value }) =>
      typeof value === "object" && value !== null && key in value
        ? [{ file, value: (value as Record<string, unknown>)[key] }]
        : [],
    )
    .at(-1);
}

/** All values of keys with one of these names, at any depth: of users, of `chpasswd`, of `system_info`. */
export function settingsNamed(
  configs: readonly CloudConfig[],
  keys: readonly string[],
): (CloudConfig & { key: string })[] {
  return configs.flatMap(({ file, value }) => {
    const found: (CloudConfig & { key: string })[] = [];
    const walk = (node: unknown) => {
      if (typeof node !== "object" || node === null) return;
      for (const [key, below] of Object.entries(node)) {
        if (keys.includes(key)) found.push({ file, key, value: below });
        walk(below);
      }
    };
    walk(value);
    return found;
  });
}

/** cloud-init's util.is_true. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === "string" && /^(true|1|on|yes)$/i.test(value));
}

function yamlOf(file: string, text: string): unknown {
  const isDeep = (line: string) => (line.match(/[-?:][ \t]/g)?.length ?? 0) > DEEPEST;
  if (text.split("\n").some(isDeep)) {
    throw new NotInspectable(`${file} has more than ${DEEPEST} lists and keys on one line`);
  }
  if (nestsTooDeeply(text)) throw new NotInspectable(`${file} is nested more deeply than anybody writes`);
  try {
    return parse(text, { uniqueKeys: false });
  } catch {
    throw new NotInspectable(`${file} is not YAML`);
  }
}

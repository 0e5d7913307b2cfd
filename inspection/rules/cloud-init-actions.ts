import { cloudConfigs } from "../cloud-config";
import { isOwn } from "../own-files";
import { type Finding, type Rule, rootOf } from "../rule";
import type { InspectedImage } from "../image";

/**
 * Keys by which cloud-init does what nobody asked for who starts the image (cloud-init documentation, "Module reference",
 * 2026-11). That of cloud.cfg's own default user, and lists of modules, are not among them.
 */
const ACTIONS: Readonly<Record<string, string>> = {
  bootcmd: "runs commands at every boot",
  runcmd: "runs commands at the first boot",
  write_files: "writes files",
  ssh_import_id: "fetches keys of a person",
  ssh_keys: "sets host keys",
  chpasswd: "sets passwords",
  phone_home: "tells another machine of the instance",
  apt_sources: "adds archives",
  ca_certs: "trusts certificates",
  "ca-certs": "trusts certificates",
  packages: "installs packages",
  snap: "installs packages",
  ansible: "runs somebody's playbook",
  chef: "lets another machine rule",
  puppet: "lets another machine rule",
  salt_minion: "lets another machine rule",
  mcollective: "lets another machine rule",
  landscape: "lets another machine rule",
  rsyslog: "sends the logs elsewhere",
  random_seed: "sets the random seed",
  autoinstall: "installs another system",
  wireguard: "opens a network",
  yum_repos: "adds archives",
  zypper: "adds archives",
};
/** Of `apt:`, what changes which packages are trusted, or from where. */
const APT = [
  "sources",
  "sources_list",
  "primary",
  "security",
  "conf",
  "proxy",
  "http_proxy",
  "https_proxy",
  "debconf_selections",
];
/** Of a user. */
const USER = ["ssh_import_id", "ssh_redirect_user"];
/** Where output goes: of cloud-init's own settings, and of nothing that runs something else. */
const OUTPUT = /^(>>?\s*\/var\/log\/[\w.-]+|\|\s*tee -a \/var\/log\/[\w.-]+)$/;
/** Labels by which NoCloud and ConfigDrive take any file system for a user's own settings. */
const SEED_LABELS = ["cidata", "config-2"];

export const cloudInitActions: Rule = {
  id: "cloud-init-actions",
  severity: "error",
  title: "cloud-init does only what whoever starts the image asks for",
  reason:
    "What stands in the image's own settings is done on every user's machine, as root: a command, a file, a key, a user.",
  cure: "Take the key out of /etc/cloud/cloud.cfg.d; what the image needs belongs into the image.",
  limits:
    "Keys and passwords, which have rules of their own; cloud-init's own modules, which are compared with their package; what a cloud's vendor data says.",
  check(image, expected) {
    const configs = cloudConfigs(rootOf(image)).filter(({ file }) => !isOwn(expected, file));
    return [...configs.flatMap(({ file, value }) => judge(file, value)), ...seeds(image)];
  },
};

function judge(file: string, value: unknown): Finding[] {
  if (!isMap(value)) return [];
  const say = (message: string): Finding => ({ message, where: file });
  const actions = Object.entries(value).flatMap(([key, set]) => {
    const does = ACTIONS[key] ?? "";
    return does !== "" && !isEmpty(set) ? [say(`${key} ${does}`)] : [];
  });
  const apt = isMap(value.apt)
    ? APT.filter((key) => !isEmpty((value.apt as Record<string, unknown>)[key]))
    : [];
  const settings = isMap(value.system_info) ? value.system_info : {};
  const users: unknown[] = [...listOf(value.users), ...listOf(value.user), ...listOf(settings.default_user)];
  return [
    ...actions,
    ...apt.map((key) => say(`apt: ${key} changes where packages come from, or which are trusted`)),
    ...users.flatMap((user) => userFindings(user).map(say)),
    ...(value.disable_root === false ? [say("disable_root is false: root logs in with the user's key")] : []),
    ...outputs(value.output)
      .filter((to) => !OUTPUT.test(to))
      .map((to) => say(`output goes to ${to}`)),
    ...(isEmpty(value.datasource) ? [] : elsewhere(value.datasource).map(say)),
  ];
}

function userFindings(user: unknown): string[] {
  if (typeof user === "string") return user === "default" ? [] : [`makes the user ${user}`];
  if (!isMap(user)) return [];
  const name = typeof user.name === "string" ? user.name : "default";
  return [
    ...USER.filter((key) => !isEmpty(user[key])).map((key) => `gives the user ${name} ${key}`),
    ...(user.lock_passwd === false ? [`opens the password of the user ${name} (lock_passwd)`] : []),
    ...(user.uid === 0 || user.uid === "0" ? [`makes the user ${name} with the user id 0`] : []),
  ];
}

/** Addresses of a datasource that are not the cloud's own: whoever answers there is the machine's master. */
function elsewhere(datasource: unknown): string[] {
  const found: string[] = [];
  const walk = (node: unknown, key: string) => {
    if (isMap(node) || Array.isArray(node)) {
      for (const [name, below] of Object.entries(node)) walk(below, Array.isArray(node) ? key : name);
    } else if (
      /^(metadata_urls?|seedfrom|user-data|user_data|userdata_raw|dsid_missing_source|agent_command)$/.test(
        key,
      )
    ) {
      if (
        typeof node !== "string" ||
        !/^https?:\/\/(169\.254\.169\.254|\[fd00:ec2::254\]|metadata\.google\.internal)(:80)?(\/|$)/.test(
          node,
        )
      )
        found.push(`${key} is ${String(node)}: settings come from there`);
    }
  };
  walk(datasource, "");
  return found;
}

function outputs(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(outputs) : [];
}

function seeds({ volumes = [] }: InspectedImage): Finding[] {
  return volumes
    .filter(({ label }) => label !== undefined && SEED_LABELS.includes(label.toLowerCase()))
    .map(({ label = "", partition }) => ({
      message: `is labelled ${label}: cloud-init takes its files for the user's settings`,
      where: `partition ${partition.number}`,
    }));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

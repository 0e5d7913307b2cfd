import { cloudConfigs } from "../cloud-config";
import { isOwn } from "../own-files";
import { isIntact } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";
import type { InspectedImage } from "../image";

/**
 * Keys that make cloud-init act without the user's request (cloud-init documentation, "Module reference", 2026-11),
 * except the default user and the module lists in cloud.cfg itself.
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
/**
 * Keys that cloud-init's own files also contain. `log_cfgs` is executable Python: logging.config.fileConfig (Python
 * 3, 2026-11).
 */
const BESIDES: Readonly<Record<string, string>> = {
  log_cfgs: "gives Python's logging settings, which are run",
  def_log_file: "writes a file",
  syslog_fix_perms: "gives the log's file to somebody",
  logcfg: "gives Python's logging settings, which are run",
  reporting: "tells another machine of the instance",
  mounts: "mounts something",
  fs_setup: "makes file systems",
  disk_setup: "makes partitions",
  resolv_conf: "sets name servers",
  manage_resolv_conf: "sets name servers",
  locale_configfile: "writes a file",
  groups: "makes groups, and members",
  fan: "opens a network",
  lxd: "starts a server",
  spacewalk: "lets another machine rule",
  rh_subscription: "lets another machine rule",
  ubuntu_advantage: "lets another machine rule",
  ubuntu_pro: "lets another machine rule",
  apk_repos: "adds archives",
  swap: "makes a file",
};
/** Nested keys that run something, or store it in an unusual place. */
const WITHIN: readonly [key: string, within: string, does: string][] = [
  ["power_state", "condition", "runs a command"],
  ["ntp", "config", "writes a file of any name"],
  ["ntp", "servers", "sets the time"],
  ["ntp", "pools", "sets the time"],
  ["vendor_data", "prefix", "runs a program for each script"],
  ["vendor_data2", "prefix", "runs a program for each script"],
  ["system_info", "paths", "takes scripts, seeds and templates from elsewhere"],
  ["system_info", "ssh_svcname", "restarts another service"],
];
/** cloud-init's data folders, by its own cloud.cfg. */
const PATHS = /^(\/var\/lib\/cloud|\/etc\/cloud\/templates|\/run\/cloud-init)\/?$/;
/** Keys of `apt:` that change which packages are trusted, or their source. */
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
/** Keys of a user. */
const USER = ["ssh_import_id", "ssh_redirect_user"];
/** Harmless log destinations: cloud-init's defaults, which run nothing else. */
const OUTPUT = /^(>>?\s*\/var\/log\/[\w.-]+|\|\s*tee -a \/var\/log\/[\w.-]+)$/;
/** Labels by which NoCloud and ConfigDrive accept any file system as user data. */
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
    return [
      ...configs.flatMap(({ file, value }) => judge(file, value)),
      ...configs
        .filter(({ file }) => !isIntact(image, file))
        .flatMap(({ file, value }) => besides(value).map((message) => ({ message, where: file }))),
      ...seeds(image),
    ];
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

function besides(value: unknown): string[] {
  if (!isMap(value)) return [];
  const network =
    isMap(value.network) && value.network.config !== "disabled" ? ["network sets addresses"] : [];
  const within = WITHIN.flatMap(([key, name, does]) => {
    const outer = value[key];
    const inner = isMap(outer) ? outer[name] : undefined;
    const usual = isMap(inner) && Object.values(inner).every((path) => PATHS.test(String(path)));
    const own =
      name === "condition" ? inner === true : name === "ssh_svcname" ? /^sshd?$/.test(String(inner)) : usual;
    return isEmpty(inner) || own ? [] : [`${key}: ${name} ${does}`];
  });
  // Of what else it gets each is a finding by itself, wherever it stands.
  const users = listOf(value.users)
    .filter(isMap)
    .filter((user) => userFindings(user).length === 0)
    .map(({ name }) => `makes the user ${typeof name === "string" ? name : "of a name that is no text"}`);
  const keys = Object.entries(BESIDES).flatMap(([key, does]) =>
    isEmpty(value[key]) ? [] : [`${key} ${does}`],
  );
  return [...keys, ...within, ...network, ...users];
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

/** Addresses of a datasource that are not the cloud's own: whoever answers there controls the machine. */
function elsewhere(datasource: unknown): string[] {
  const found: string[] = [];
  const walk = (node: unknown, key: string) => {
    if (isMap(node) || Array.isArray(node)) {
      for (const [name, below] of Object.entries(node)) walk(below, Array.isArray(node) ? key : name);
    } else if (
      /^(metadata_urls?|seedfrom|fs_label|user-data|user_data|userdata_raw|dsid_missing_source|agent_command)$/.test(
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

import { findings, image, type Spoil } from "./sound-image";

const FILE = "/etc/cloud/cloud.cfg.d/95.cfg";
const IDENTIFY = "/etc/cloud/ds-identify.cfg";
const OFF = "/etc/cloud/cloud-init.disabled";
const ENTRY = "/loader/entries/debian.conf";
const ARGUMENTS = "options root=PARTUUID=2222 console=ttyS0";
const found = (where: string, message: string) => [`cloud-init-datasources: ${where}: ${message}`];

/** Rules that read cloud-init's settings. */
const BY_CLOUD_CONFIG = [
  ...["authorized-keys", "passwords", "cloud-init-datasources", "cloud-init-actions", "ssh-as-declared"],
];

test.each<{ what: string; root?: Spoil; esp?: Spoil; want: string[] }>([
  {
    what: "a word in the place of the list",
    root: { [FILE]: "datasource_list: OpenStack\n" },
    want: found(FILE, 'datasource_list is "OpenStack", which is no list, needed: [Ec2, GCE, Azure]'),
  },
  {
    what: "nothing in the place of the list",
    root: { [FILE]: "datasource_list:\n" },
    want: found(FILE, "datasource_list is null, which is no list, needed: [Ec2, GCE, Azure]"),
  },
  {
    what: "an empty list",
    root: { [FILE]: "datasource_list: []\n" },
    want: ["Ec2", "GCE", "Azure"].flatMap((name) => found(FILE, `${name} is missing`)),
  },
  {
    what: "a list that is there twice, of which the last holds",
    root: { [FILE]: "datasource_list: [OpenStack]\ndatasource_list: [Ec2, GCE, Azure]\n" },
    want: [],
  },
  { what: "a file of another ending", root: { [`${FILE}.bak`]: "datasource_list: [OpenStack]\n" }, want: [] },
  {
    what: "a template",
    root: { [FILE]: "## template: jinja\n{% if x %}\ndatasource_list: [Ec2]\n{% endif %}\n" },
    want: BY_CLOUD_CONFIG.map((rule) => `${rule} not inspected: ${FILE} is not YAML`),
  },
  {
    what: "lists inside lists, with which the parser of YAML takes the whole program along",
    root: { [FILE]: "- ".repeat(30_000) },
    want: BY_CLOUD_CONFIG.map(
      (rule) => `${rule} not inspected: ${FILE} has more than 200 lists and keys on one line`,
    ),
  },
  {
    what: "ds-identify switched off, and told of one",
    root: { [IDENTIFY]: "# x\ndatasource: OpenStack\npolicy: disabled\n" },
    want: [
      ...found(IDENTIFY, "OpenStack is the only datasource that is looked for, needed: Ec2, GCE, Azure"),
      ...found(IDENTIFY, "cloud-init is off: policy: disabled"),
    ],
  },
  {
    what: "ds-identify's own default",
    root: { [IDENTIFY]: "policy: search,found=all,maybe=all,notfound=disabled\n" },
    want: [],
  },
  {
    what: "switched off by a file",
    root: { [OFF]: "" },
    want: found(OFF, "cloud-init is off: the file says so"),
  },
  {
    what: "a file that switches it on again",
    root: { [OFF]: "", "/etc/cloud/cloud-init.enabled": "" },
    want: [],
  },
  {
    what: "switched off by the kernel's arguments",
    esp: { [ENTRY]: `${ARGUMENTS} cloud-init=disabled\n` },
    want: found(ENTRY, "cloud-init is off: cloud-init=disabled"),
  },
  {
    what: "one datasource by the kernel's arguments",
    esp: { [ENTRY]: `${ARGUMENTS} ci.ds=OpenStack\n` },
    want: found(ENTRY, "OpenStack is the only datasource that is looked for, needed: Ec2, GCE, Azure"),
  },
  {
    what: "a service that is masked",
    root: { "/etc/systemd/system/cloud-init.service": { link: "/dev/null" } },
    want: found("/etc/systemd/system", "cloud-init is off: cloud-init.service is masked"),
  },
  {
    what: "password log-in by cloud-init",
    root: { [FILE]: "ssh_pwauth: yes\n" },
    want: [
      `ssh-as-declared: ${FILE}: cloud-init sets PasswordAuthentication to yes (ssh_pwauth), declared: no`,
    ],
  },
  { what: "no password log-in by cloud-init", root: { [FILE]: "ssh_pwauth: unchanged\n" }, want: [] },
  {
    what: "a password and a key by cloud-init",
    root: {
      [FILE]:
        "system_info:\n  default_user: { name: debian, plain_text_passwd: debian, lock_passwd: false }\nusers:\n- { name: u, passwd: '*' }\n- { name: v, ssh_authorized_keys: [ssh-ed25519 A b] }\n",
    },
    want: [
      `authorized-keys: ${FILE}: cloud-init authorizes a key (ssh_authorized_keys)`,
      `passwords: ${FILE}: cloud-init sets a password (plain_text_passwd)`,
      `cloud-init-actions: ${FILE}: opens the password of the user debian (lock_passwd)`,
      `cloud-init-actions: ${FILE}: makes the user u`,
      `cloud-init-actions: ${FILE}: makes the user v`,
    ],
  },
  {
    what: "a log that is a file of somebody's",
    root: { [FILE]: "def_log_file: /etc/shadow\nsyslog_fix_perms: 'debian:debian'\n" },
    want: [
      `cloud-init-actions: ${FILE}: def_log_file writes a file`,
      `cloud-init-actions: ${FILE}: syslog_fix_perms gives the log's file to somebody`,
    ],
  },
])("cloud-init: $what", ({ root, esp, want }) => {
  expect(findings(image(root, esp))).toEqual(want);
});

test("one datasource is enough for one cloud", () => {
  const measured = image({ [FILE]: "datasource_list: [Ec2]\n", [IDENTIFY]: "datasource: Ec2\n" });
  expect(findings(measured, { clouds: ["aws"] })).toEqual([]);
});

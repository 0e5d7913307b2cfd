import { findings, image, PASSWD, type Spoil, SSHD_CONFIG } from "./sound-image";

const KEY = "ssh-ed25519 AAAA builder\n";
const PRIVATE = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n";
const HASH = "$y$j9T$abc$def";
const passwd = (line: string) => ({ "/etc/passwd": `${PASSWD}${line}\n` });
/** A user whose home is in a place usual for services. */
const JENKINS = passwd("jenkins:x:1001:1001::/var/lib/jenkins:/bin/bash");

test.each<{ spoiled: string; root: Spoil; want: string[] }>([
  // Passwords
  {
    spoiled: "a second superuser without a password",
    root: passwd("backdoor::0:0::/root:/bin/bash"),
    want: [
      "passwords: /etc/passwd: backdoor has an empty password",
      "superusers: /etc/passwd: backdoor has the user id 0",
    ],
  },
  {
    spoiled: "a second superuser, locked, with a number written otherwise",
    root: passwd("toor:x:00:0::/root:/bin/bash"),
    want: ["superusers: /etc/passwd: toor has the user id 0"],
  },
  {
    spoiled: "a hash in /etc/passwd",
    root: { "/etc/passwd": `root:${HASH}:0:0:root:/root:/bin/bash\n` },
    want: ["passwords: /etc/passwd: root has a password"],
  },
  {
    spoiled: "a hash in a backup of shadow",
    root: { "/etc/shadow-": `root:${HASH}:20000::::::\n` },
    want: ["passwords: /etc/shadow-: root has a password"],
  },
  {
    spoiled: "a hash in the backup that a timer makes",
    root: { "/var/backups/shadow.bak": `root:${HASH}:20000::::::\n` },
    want: ["passwords: /var/backups/shadow.bak: root has a password"],
  },
  {
    spoiled: "a group's hash",
    root: { "/etc/gshadow": `root:*::\nsudo:${HASH}::\n` },
    want: ["passwords: /etc/gshadow: sudo has a password"],
  },
  {
    spoiled: "no list of accounts",
    root: { "/etc/passwd": undefined },
    want: [
      ...["authorized-keys", "private-keys", "passwords", "superusers", "account-rights"],
      ...["shell-histories", "credentials", "leftover-caches", "log-in-hooks"],
    ].map((rule) => `${rule} not inspected: no /etc/passwd`),
  },
  {
    spoiled: "backups of locked accounts only",
    root: { "/etc/passwd-": "root:x:0:0::/root:/bin/sh\n" },
    want: [],
  },

  // Homes
  {
    spoiled: "a service's home",
    root: {
      ...JENKINS,
      "/var/lib/jenkins/.ssh/authorized_keys": KEY,
      "/var/lib/jenkins/.bash_history": "configure\n",
    },
    want: [
      "authorized-keys: /var/lib/jenkins/.ssh/authorized_keys: 1 authorized key(s)",
      "shell-histories: /var/lib/jenkins/.bash_history: 10 bytes of history",
    ],
  },
  {
    spoiled: "a home behind a link, of nobody",
    root: { "/home/u": { link: "/data/u" }, "/data/u/.ssh/authorized_keys": KEY },
    want: ["authorized-keys: /home/u/.ssh/authorized_keys: 1 authorized key(s)"],
  },
  {
    spoiled: "what every home is a copy of",
    root: { "/etc/skel/.ssh/authorized_keys": KEY },
    want: ["authorized-keys: /etc/skel/.ssh/authorized_keys: 1 authorized key(s)"],
  },
  {
    spoiled: "keys behind a link",
    root: { "/root/.ssh/authorized_keys": { link: "../../srv/keys" }, "/srv/keys": KEY },
    want: ["authorized-keys: /root/.ssh/authorized_keys: 1 authorized key(s)"],
  },

  // sshd's settings
  {
    spoiled: "authorized keys in a folder of sshd's",
    root: {
      "/etc/ssh/sshd_config": `AuthorizedKeysFile /etc/ssh/keys/%u\n${SSHD_CONFIG}`,
      "/etc/ssh/keys/admin": KEY,
    },
    want: [
      "authorized-keys: /etc/ssh/keys/admin: 1 authorized key(s)",
      "ssh-as-declared: /etc/ssh/sshd_config: AuthorizedKeysFile is /etc/ssh/keys/%u",
    ],
  },
  {
    spoiled: "authorized keys under another name, for some",
    root: {
      "/etc/ssh/sshd_config": `${SSHD_CONFIG}Match user debian\nAuthorizedKeysFile "%h/.keys"\n`,
      "/home/debian/.keys": KEY,
    },
    want: [
      "authorized-keys: /home/debian/.keys: 1 authorized key(s)",
      'ssh-as-declared: /etc/ssh/sshd_config: AuthorizedKeysFile is %h/.keys for "Match user debian"',
      "log-in-hooks: /home/debian/.keys: is run or obeyed at log-in, and is no package's",
    ],
  },
  {
    spoiled: "an authority that signs users",
    root: {
      "/etc/ssh/sshd_config": `${SSHD_CONFIG}TrustedUserCAKeys /etc/ssh/ca.pub\n`,
      "/etc/ssh/ca.pub": KEY,
    },
    want: [
      "authorized-keys: /etc/ssh/ca.pub: 1 authority key(s) for users",
      "ssh-as-declared: /etc/ssh/sshd_config: TrustedUserCAKeys is /etc/ssh/ca.pub",
    ],
  },
  {
    spoiled: "a host key elsewhere",
    root: { "/etc/ssh/sshd_config": `${SSHD_CONFIG}HostKey /etc/ssh/own/hk\n`, "/etc/ssh/own/hk": PRIVATE },
    want: ["ssh-host-keys: /etc/ssh/own/hk: a host key is in the image"],
  },
  {
    spoiled: "a host key that is named and not there",
    root: { "/etc/ssh/sshd_config": `${SSHD_CONFIG}HostKey /etc/ssh/ssh_host_rsa_key\n` },
    want: [],
  },
  {
    spoiled: "a copy of a host key",
    root: { "/etc/ssh/ssh_host_rsa_key.bak": "k" },
    want: ["ssh-host-keys: /etc/ssh/ssh_host_rsa_key.bak: a host key is in the image"],
  },
  {
    spoiled: "a private key under any name where sshd's are",
    root: { "/etc/ssh/old/saved": PRIVATE },
    want: ["ssh-host-keys: /etc/ssh/old/saved: a host key is in the image"],
  },

  // Private keys and credentials
  {
    spoiled: "a private key of a person",
    root: { "/root/.ssh/id_ed25519": PRIVATE, "/root/.ssh/known_hosts": "h ssh-rsa A\n" },
    want: ["private-keys: /root/.ssh/id_ed25519: a private key is in the image"],
  },
  {
    spoiled: "a private key by its name",
    root: { "/root/.ssh/id_ed25519": "secret\n", "/root/.ssh/id_ed25519.pub": "ssh-ed25519 A b\n" },
    want: ["private-keys: /root/.ssh/id_ed25519: a private key is in the image"],
  },
  {
    spoiled: "the key of ssl-cert",
    root: { "/etc/ssl/private/ssl-cert-snakeoil.key": "-----BEGIN PRIVATE KEY-----\n" },
    want: ["private-keys: /etc/ssl/private/ssl-cert-snakeoil.key: a private key is in the image"],
  },
  {
    spoiled: "a key of OpenPGP",
    root: { "/root/.gnupg/private-keys-v1.d/AB.key": "(key)" },
    want: ["private-keys: /root/.gnupg/private-keys-v1.d/AB.key: a private OpenPGP key is in the image"],
  },
  ...[
    ".aws/credentials",
    ".git-credentials",
    ".config/gcloud/application_default_credentials.json",
    ".pgpass",
  ].map((name) => ({
    spoiled: name,
    root: { [`/root/${name}`]: "secret\n" },
    want: [`credentials: /root/${name}: credentials`],
  })),
  {
    spoiled: ".netrc",
    root: { "/root/.netrc": "default login b\n" },
    want: ["credentials: /root/.netrc: credentials"],
  },
  {
    spoiled: "a registry's token",
    root: { "/root/.docker/config.json": '{ "auths": { "r": { "auth": "eA==" } } }' },
    want: ["credentials: /root/.docker/config.json: credentials"],
  },
  {
    spoiled: "settings of docker without one, which name a program",
    root: { "/root/.docker/config.json": '{"credsStore":"x"}' },
    want: ["log-in-hooks: /root/.docker/config.json: is run or obeyed at log-in, and is no package's"],
  },
  {
    spoiled: "a password for an archive",
    root: { "/etc/apt/auth.conf.d/esm.conf": "machine a login b password c\n" },
    want: ["credentials: /etc/apt/auth.conf.d/esm.conf: credentials"],
  },

  // Histories and seeds
  ...[".ash_history", ".history", ".node_repl_history", ".zhistory", ".local/share/fish/fish_history"].map(
    (name) => ({
      spoiled: name,
      root: { [`/root/${name}`]: "ls\n" },
      want: [`shell-histories: /root/${name}: 3 bytes of history`],
    }),
  ),
  {
    spoiled: "a history that goes nowhere",
    root: { "/root/.bash_history": { link: "/dev/null" } },
    want: [],
  },
  {
    spoiled: "the seed of sysvinit",
    root: { "/var/lib/urandom/random-seed": "x" },
    want: ["random-seeds: /var/lib/urandom/random-seed: saved secret"],
  },

  // Leftovers
  {
    spoiled: "state of cloud-init without an instance",
    root: { "/var/lib/cloud/data/instance-id": "i-1\n", "/var/lib/cloud/sem/config_ssh.once": "" },
    want: ["/var/lib/cloud/data/instance-id", "/var/lib/cloud/sem/config_ssh.once"].map(
      (where) => `cloud-init-state: ${where}: state of an earlier instance`,
    ),
  },
  { spoiled: "folders of cloud-init without state", root: { "/var/lib/cloud/data/": "" }, want: [] },
  {
    spoiled: "caches of other programs",
    root: {
      "/var/cache/man/index.db": "x".repeat(100_000),
      "/var/cache/apt/archives/lock": "x".repeat(100_000),
      "/home/debian/.cache/pip/x": "x".repeat(100_000),
    },
    want: ["/var/cache/apt", "/var/cache/man", "/home/debian/.cache"].map(
      (where) => `leftover-caches: ${where}: 1 files, 100000 bytes`,
    ),
  },
  {
    spoiled: "debconf's answers, which are no cache",
    root: { "/var/cache/debconf/templates.dat": "x".repeat(100_000) },
    want: [],
  },
])("$spoiled: finds exactly that", ({ root, want }) => {
  expect(findings(image(root))).toEqual(want);
});

import { type Finding, type Rule, rootOf } from "../rule";
import { NotInspectable, textOf, type Tree } from "../tree";

export const hostKeys: Rule = {
  id: "ssh-host-keys",
  severity: "error",
  title: "No SSH host keys",
  reason: "Every instance would have the same identity, and everybody its private half.",
  cure: "Remove /etc/ssh/ssh_host_* from the image; cloud-init or the ssh package makes new ones at first boot.",
  check: (image) =>
    (rootOf(image).list("/etc/ssh") ?? [])
      .filter(({ name, kind }) => kind !== "folder" && /^ssh_host_.*key(\.pub)?$/.test(name))
      .map(({ name }) => ({ message: `${name} is in the image`, where: `/etc/ssh/${name}` })),
};

export const authorizedKeys: Rule = {
  id: "authorized-keys",
  severity: "error",
  title: "No authorized SSH keys",
  reason: "A key left by a builder opens every instance of every user.",
  cure: "Remove the file; cloud-init writes the user's own key.",
  check(image) {
    const root = rootOf(image);
    return homes(root).flatMap((home) =>
      ["authorized_keys", "authorized_keys2"].flatMap((name): Finding[] => {
        const file = `${home}/.ssh/${name}`;
        const keys = lines(textOf(root, file)).filter((line) => !line.startsWith("#"));
        return keys.length > 0 ? [{ message: `${keys.length} authorized key(s)`, where: file }] : [];
      }),
    );
  },
};

export const passwords: Rule = {
  id: "passwords",
  severity: "error",
  title: "No account has a password, or an empty one",
  reason: "A known password on a public image is tried against every instance within the hour.",
  cure: "Lock the accounts (passwd -l); users come in with the key that cloud-init installs.",
  check(image) {
    const shadow = textOf(rootOf(image), "/etc/shadow");
    if (shadow === undefined) throw new NotInspectable("no /etc/shadow");
    return lines(shadow).flatMap((line): Finding[] => {
      const [user = "", hash = ""] = line.split(":");
      // "!" and "*" cannot be the result of any hash: no password opens the account (shadow(5)).
      if (hash.startsWith("!") || hash.startsWith("*")) return [];
      return [
        {
          message: hash === "" ? `${user} has an empty password` : `${user} has a password`,
          where: "/etc/shadow",
        },
      ];
    });
  },
};

export const machineId: Rule = {
  id: "machine-id",
  severity: "error",
  title: "The machine id is empty",
  reason: "Instances with one machine id share DHCP leases, journals and whatever else is derived from it.",
  cure: "Truncate /etc/machine-id to nothing; systemd fills it at first boot (machine-id(5)).",
  check(image) {
    const root = rootOf(image);
    return ["/etc/machine-id", "/var/lib/dbus/machine-id"].flatMap((file): Finding[] => {
      const text = textOf(root, file)?.trim() ?? "";
      return text === "" || text === "uninitialized"
        ? []
        : [{ message: "the machine id is set", where: file }];
    });
  },
};

/** Files that a machine makes for itself and that must not be the same on two machines. */
const SEEDS = ["/var/lib/systemd/random-seed", "/var/lib/systemd/credential.secret", "/loader/random-seed"];

export const randomSeeds: Rule = {
  id: "random-seeds",
  severity: "error",
  title: "No saved random seed or machine secret",
  reason: "A seed that everybody can download makes the first keys of an instance guessable.",
  cure: "Remove the file from the image; the machine makes its own.",
  check(image) {
    const trees = [rootOf(image), ...(image.esp instanceof NotInspectable ? [] : [image.esp])];
    return trees.flatMap((tree) =>
      SEEDS.filter((file) => (tree.read(file)?.length ?? 0) > 0).map((file) => ({
        message: "saved secret",
        where: file,
      })),
    );
  },
};

const HISTORIES = [
  ".bash_history",
  ".zsh_history",
  ".python_history",
  ".lesshst",
  ".viminfo",
  ".mysql_history",
  ".psql_history",
];

export const shellHistories: Rule = {
  id: "shell-histories",
  severity: "error",
  title: "No shell histories",
  reason: "They tell what the builder typed, at worst a password or a token.",
  cure: "Remove the history files of root and of the users.",
  check(image) {
    const root = rootOf(image);
    return homes(root).flatMap((home) =>
      (root.list(home) ?? [])
        .filter(({ name, size }) => HISTORIES.includes(name) && size > 0)
        .map(({ name, size }) => ({ message: `${size} bytes of history`, where: `${home}/${name}` })),
    );
  },
};

export const sshAsDeclared: Rule = {
  id: "ssh-as-declared",
  severity: "error",
  title: "The SSH server is as declared",
  reason: "Password log-in on a machine with a public address is found and tried at once.",
  cure: "Set PasswordAuthentication and PermitRootLogin in /etc/ssh/sshd_config, or declare what is meant.",
  check(image, { ssh }) {
    const root = rootOf(image);
    const server = root.list("/usr/sbin")?.some(({ name }) => name === "sshd") ?? false;
    if (server !== ssh.server) {
      return [
        {
          message: `SSH server ${server ? "installed" : "not installed"}, declared: ${ssh.server ? "installed" : "none"}`,
        },
      ];
    }
    if (!server) return [];
    const config = sshdSettings(root);
    const findings: Finding[] = [];
    // Defaults of sshd_config(5): password log-in is on, root may come in with a key.
    const password = (config.get("passwordauthentication") ?? "yes") === "yes";
    const rootLogin = (config.get("permitrootlogin") ?? "prohibit-password") === "yes";
    const where = "/etc/ssh/sshd_config";
    if (password && !ssh.passwordAuthentication)
      findings.push({ message: "PasswordAuthentication is on, declared: off", where });
    if (rootLogin && !ssh.rootLogin)
      findings.push({ message: "PermitRootLogin is yes, declared: no", where });
    return findings;
  },
};

/** First value of each keyword, as sshd takes it; Include files of Debian's default place come first. */
function sshdSettings(root: Tree): Map<string, string> {
  const main = textOf(root, "/etc/ssh/sshd_config") ?? "";
  const included = /^\s*Include\s+\/etc\/ssh\/sshd_config\.d\//m.test(main)
    ? (root.list("/etc/ssh/sshd_config.d") ?? [])
        .filter(({ name }) => name.endsWith(".conf"))
        .map(({ name }) => textOf(root, `/etc/ssh/sshd_config.d/${name}`) ?? "")
    : [];
  const settings = new Map<string, string>();
  for (const text of [...included, main]) {
    for (const line of lines(text)) {
      if (/^Match\b/i.test(line)) break;
      const match = /^([A-Za-z]+)[\s=]+(\S+)/.exec(line);
      const key = match?.[1]?.toLowerCase();
      if (key && match?.[2] && !settings.has(key)) settings.set(key, match[2].toLowerCase());
    }
  }
  return settings;
}

/** Home folders: root's and those under /home and of cloud images' usual users. */
function homes(root: Tree): string[] {
  const users = (root.list("/home") ?? [])
    .filter(({ kind }) => kind === "folder")
    .map(({ name }) => `/home/${name}`);
  return ["/root", ...users];
}

function lines(text: string | undefined): string[] {
  return (text ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

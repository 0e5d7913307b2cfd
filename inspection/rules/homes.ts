import { posix } from "node:path";
import { homesOf } from "../accounts";
import { contents } from "../contents";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";

/** Files of a home that a shell, sshd, PAM or systemd runs or obeys at log-in (bash(1), zsh(1), sshd(8), 2026-11). */
const RUN = [
  ...[
    ".bashrc",
    ".bash_profile",
    ".bash_login",
    ".profile",
    ".bash_logout",
    ".bash_aliases",
    ".zshrc",
    ".zshenv",
  ],
  ...[
    ".zprofile",
    ".zlogin",
    ".cshrc",
    ".tcshrc",
    ".login",
    ".kshrc",
    ".shrc",
    ".inputrc",
    ".pam_environment",
  ],
  ...[".ssh/rc", ".ssh/environment", ".ssh/config", ".rhosts", ".shosts", ".k5login", ".k5users", ".forward"],
  ...[
    ".procmailrc",
    ".xsession",
    ".xsessionrc",
    ".xprofile",
    ".gitconfig",
    ".gdbinit",
    ".vimrc",
    ".tmux.conf",
  ],
  ...[
    ".config/systemd",
    ".config/environment.d",
    ".config/autostart",
    ".config/fish",
    ".local/bin",
    ".local/lib",
    "bin",
  ],
];
/** What packages keep of those that are copied to homes: base-files and bash of Debian. */
const ORIGINALS = [".bashrc", ".profile", ".bash_logout"].flatMap((name) => [
  [name, `/etc/skel/${name}`] as const,
  [name, `/usr/share/base-files/dot${name}`] as const,
]);
/** Of the whole machine: who may come from where without a key, and what runs for whoever comes (sshd(8), hosts.equiv(5)). */
const MACHINE = ["/etc/hosts.equiv", "/etc/shosts.equiv", "/etc/ssh/shosts.equiv", "/etc/ssh/sshrc"];
/** Settings for all users that Debian's packages copy into place, and where from. */
const COPIED: readonly (readonly [string, string])[] = [["/etc/profile", "/usr/share/base-files/profile"]];

export const homes: Rule = {
  id: "log-in-hooks",
  severity: "error",
  title: "Nothing of the builder's runs, or is obeyed, when somebody logs in",
  reason:
    "A line in root's .bashrc runs with root's rights at the first log-in; an .rhosts lets in whoever says the right name.",
  cure: "Remove the file, or restore it from /etc/skel or the package base-files.",
  limits: "Settings of programs that a person starts later, but for those that are named.",
  check(image, expected) {
    const root = rootOf(image);
    const owned = ownedFiles(image);
    const isOriginal = (path: string) => {
      const md5 = root.md5(path);
      return ORIGINALS.some(([name, original]) => {
        const same = posix.basename(path) === name && owned.digests.get(original)?.md5 === md5;
        return same && md5 !== undefined;
      });
    };
    const inHomes = homesOf(root)
      .filter((home) => home !== "" && !/^\/(usr|bin|sbin|dev|proc|run|sys)(\/|$)/.test(home))
      .flatMap((home) => RUN.map((name) => `${home}/${name}`))
      .flatMap((path) => (root.read(path) ? [path] : contents(root, path).map((each) => each.path)));
    const hooks = [...inHomes, ...MACHINE]
      .filter((path) => (root.read(path)?.length ?? 0) > 0 && hasMeaning(root.read(path)!))
      .filter((path) => !owned.has(path) && !isOriginal(path) && !isOwn(expected, path));
    const copies = COPIED.filter(([path, original]) => {
      const [found, wanted] = [root.md5(path), owned.digests.get(original)?.md5];
      return found !== undefined && wanted !== undefined && found !== wanted && !isOwn(expected, path);
    });
    return [
      ...hooks.map((where): Finding => ({
        message: "is run or obeyed at log-in, and is no package's",
        where,
      })),
      ...copies.map(([where, original]) => ({ message: `is not as ${original}`, where })),
    ];
  },
};

function hasMeaning(data: Buffer): boolean {
  return data
    .toString("latin1")
    .split("\n")
    .some((line) => line.trim() !== "" && !line.trim().startsWith("#"));
}

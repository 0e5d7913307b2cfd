import { posix } from "node:path";
import { homesOf } from "../accounts";
import { isOwn } from "../own-files";
import { ownedFiles } from "../owned-files";
import { type Finding, type Rule, rootOf } from "../rule";
import { filesBelow, type Tree } from "../tree";
import { credentialsIn } from "./secrets";

/**
 * Files of a home that are neither run nor configuration, or that separate rules check: caches, histories, keys and
 * credentials. Every other dot file configures some program, and control of the settings of a shell, an editor, git
 * or systemd is control of the user (bash(1), systemd.unit(5), git-config(1), sensible-editor(1), 2026-11).
 */
const OTHERS =
  /^\/(\.cache|\.ssh\/(?!rc$|environment$|config$)|\.gnupg\/(?!.*\.conf$)|\.hushlogin$|\.sudo_as_admin_successful$|\.cloud-locale-test\.skip$|\.(viminfo|lesshst|wget-hsts|Xauthority)$|\.[\w-]*history|\.local\/share\/fish\/fish_history$)/;
/** Folders without a dot on a user's PATH. */
const ALSO = ["bin"];
/** Packages' originals of the files copied to homes: base-files and bash of Debian. */
const ORIGINALS = [".bashrc", ".profile", ".bash_logout"].flatMap((name) => [
  [name, `/etc/skel/${name}`] as const,
  [name, `/usr/share/base-files/dot${name}`] as const,
]);
/** Machine-wide: hosts that may log in without a key, and commands run at login (sshd(8), hosts.equiv(5)). */
const MACHINE = ["/etc/hosts.equiv", "/etc/shosts.equiv", "/etc/ssh/shosts.equiv", "/etc/ssh/sshrc"];
/** Settings for all users that Debian's packages copy into place, with their originals. */
const COPIED: readonly (readonly [string, string])[] = [
  ["/etc/profile", "/usr/share/base-files/profile"],
  ["/etc/inputrc", "/usr/share/readline/inputrc"],
];

export const homes: Rule = {
  id: "log-in-hooks",
  severity: "error",
  title: "Nothing of the builder's runs, or is obeyed, when somebody logs in",
  reason:
    "A line in root's .bashrc runs with root's rights at the first log-in; an .rhosts lets in whoever says the right name.",
  cure: "Remove the file, or restore it from /etc/skel or the package base-files.",
  limits:
    "Folders of a home without a dot in their name, but for bin; credentials and keys, of which rules of their own speak.",
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
      .flatMap((home) => {
        const credentials = new Set(credentialsIn(root, home));
        return settingsIn(root, home).filter(
          (path) => !OTHERS.test(path.slice(home.length)) && !credentials.has(path),
        );
      });
    const hooks = [...inHomes, ...MACHINE]
      .filter((path) => !owned.has(path) && !isOwn(expected, path))
      .filter((path) => hasMeaning(root.read(path) ?? Buffer.alloc(0)) && !isOriginal(path));
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

/** Files with a leading dot in their name or a folder's. */
function settingsIn(root: Tree, home: string): string[] {
  return (root.list(home) ?? [])
    .filter(({ name }) => name.startsWith(".") || ALSO.includes(name))
    .filter(({ name }) => !OTHERS.test(`/${name}`))
    .flatMap(({ name, kind }) => {
      const path = `${home}/${name}`;
      return kind === "folder" ? [...filesBelow(root, path)].map((each) => each.path) : [path];
    });
}

function hasMeaning(data: Buffer): boolean {
  return data
    .toString("latin1")
    .split("\n")
    .some((line) => line.trim() !== "" && !line.trim().startsWith("#"));
}

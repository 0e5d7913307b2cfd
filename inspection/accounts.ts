import { posix } from "node:path";
import { NotInspectable, textOf, type Tree } from "./tree";

/** One line of /etc/passwd (passwd(5)). */
interface Account {
  name: string;
  /** `x`: the password is in /etc/shadow. Empty: none is required. */
  password: string;
  uid: number;
  gid: number;
  home: string;
  /** Empty: /bin/sh. */
  shell: string;
}

/** Lines that are not accounts (comments, NIS's `+`, a missing number) are skipped, as in glibc. */
export function parsePasswd(text: string): Account[] {
  return entries(text).flatMap(([name = "", password = "", uid = "", gid = "", , home = "", shell = ""]) =>
    /^\d+$/.test(uid) && !/^[+-]/.test(name)
      ? [{ name, password, uid: Number(uid), gid: Number(gid), home, shell }]
      : [],
  );
}

/** Names and password fields of shadow(5) and gshadow(5). */
export function parseShadow(text: string): { name: string; password: string }[] {
  return entries(text).map(([name = "", password = ""]) => ({ name, password }));
}

/** @throws {NotInspectable} when there is no /etc/passwd */
export function accountsOf(root: Tree): Account[] {
  const text = textOf(root, "/etc/passwd");
  if (text === undefined) throw new NotInspectable("no /etc/passwd");
  return parsePasswd(text);
}

/**
 * Home folders, present or future: those of /etc/passwd, everything in /home (of a deleted account, or behind a
 * link), root's, and the skeleton that every new home is copied from (useradd(8), `SKEL`). The tree's root is the
 * empty string, so that `/` and a name may follow each.
 *
 * @throws {NotInspectable} when there is no /etc/passwd
 */
export function homesOf(root: Tree): string[] {
  const declared = accountsOf(root)
    .filter(({ home }) => home.startsWith("/"))
    .map(({ home }) => posix.resolve(home));
  const lying = (root.list("/home") ?? []).map(({ name }) => `/home/${name}`);
  return [...new Set(["/root", "/etc/skel", ...declared, ...lying])]
    .filter((home) => root.list(home) !== undefined)
    .map((home) => (home === "/" ? "" : home));
}

function entries(text: string): string[][] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.includes(":") && !line.startsWith("#"))
    .map((line) => line.split(":"));
}

import { accountsOf } from "../accounts";
import { type Finding, type Rule, rootOf } from "../rule";
import { textOf, type Tree } from "../tree";

/**
 * Groups whose members can become root or read everything: Debian's, Ubuntu's, and those of container software
 * (2026-11).
 */
const POWERFUL = [
  "root",
  "sudo",
  "admin",
  "wheel",
  "adm",
  "shadow",
  "disk",
  "staff",
  "kmem",
  "docker",
  "lxd",
  "libvirt",
  "incus-admin",
];
/** Shells that refuse login. */
const CLOSED = /^$|\/(nologin|false|sync|halt|shutdown)$/;
/** Accounts of packages that have a shell for their own use (Debian main, 2026-11). */
const WITH_SHELL = [
  "root",
  "postgres",
  "git",
  "gitolite3",
  "gogs",
  "fossil",
  "backuppc",
  "cyrus",
  "nagios",
  "ceph",
];
const FIRST_PERSON = 1000;
/** Shells that packages bring (shells(5)). */
const SHELL =
  /^\/(usr\/)?bin\/(ba|da|z|k|mk|fi|tc|c|r|rba|y)?sh\d*(-static)?$|^\/(usr\/)?bin\/(screen|tmux|pwsh|git-shell)$/;

export const accountRights: Rule = {
  id: "account-rights",
  severity: "error",
  title: "Accounts have the shells and groups that they need",
  reason:
    "An account of a service with a shell, or a member of sudo's group, waits for the key that somebody adds.",
  cure: "Give the account /usr/sbin/nologin, and take it out of the group; cloud-init makes the user's own account.",
  limits: "What an account may do in programs of its own; users of the network (LDAP, SSSD).",
  check(image) {
    const root = rootOf(image);
    // The rule `superusers` reports other accounts with uid 0.
    const accounts = accountsOf(root).filter(({ name, uid }) => uid !== 0 || name === "root");
    const shells = accounts.flatMap(({ name, uid, shell }): Finding[] => {
      const say = (message: string) => [{ message, where: "/etc/passwd" }];
      if (CLOSED.test(shell))
        return shell === "" && uid < FIRST_PERSON ? say(`${name} has /bin/sh, as no shell is named`) : [];
      if (!SHELL.test(shell)) return say(`${name} starts ${shell}, which is no shell of a package`);
      const isService = uid < FIRST_PERSON || uid >= 60_000;
      return isService && !WITH_SHELL.includes(name)
        ? say(`${name} is a service, and has the shell ${shell}`)
        : [];
    });
    const groups = groupsOf(root);
    const strong = powerfulOf(groups);
    const primary = accounts
      .filter(
        ({ gid, uid, name, shell }) =>
          strong.has(gid) &&
          uid !== 0 &&
          !["sync", "shutdown", "halt", "operator"].includes(name) &&
          shell !== "/bin/sync",
      )
      .map(({ name, gid }): Finding => ({
        message: `${name} is in the group ${strong.get(gid) ?? gid}`,
        where: "/etc/passwd",
      }));
    return [...shells, ...primary, ...members(groups, strong)];
  },
};

interface Group {
  name: string;
  gid: number;
  members: string[];
}

function groupsOf(root: Tree): Group[] {
  return (textOf(root, "/etc/group") ?? "").split("\n").flatMap((line) => {
    const [name = "", , gid = "", list = ""] = line.split(":");
    const members = list.split(",").map((each) => each.trim());
    return /^\d+$/.test(gid) ? [{ name, gid: Number(gid), members }] : [];
  });
}

/** By number: a second name for the same number has the same rights. */
function powerfulOf(groups: readonly Group[]): Map<number, string> {
  const strong = groups
    .filter(({ name }) => POWERFUL.includes(name))
    .map(({ gid, name }) => [gid, name] as const);
  return new Map([[0, "root"], ...strong]);
}

function members(groups: readonly Group[], strong: ReadonlyMap<number, string>): Finding[] {
  return groups.flatMap(({ name, gid, members: all }) => {
    const group = strong.get(gid);
    if (group === undefined) return [];
    const known = name === group ? group : `${name}, which is ${group} by another name`;
    return all
      .filter((each) => each !== "" && each !== "root")
      .map((each) => ({ message: `${each} is in the group ${known}`, where: "/etc/group" }));
  });
}

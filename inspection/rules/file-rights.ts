import { isOwn } from "../own-files";
import { type Finding, type Rule, rootOf } from "../rule";
import { type Entry, NotInspectable, textOf, type Tree } from "../tree";

/**
 * Programs that Debian and Ubuntu install setuid, setgid or with capabilities (packages of their main archives,
 * 2026-11).
 */
const SPECIAL: readonly RegExp[] = [
  /^\/(usr\/)?bin\/(chfn|chsh|gpasswd|mount|umount|newgrp|passwd|su|sudo|sudoedit|chage|expiry|ssh-agent|crontab|at|wall|write(\.ul)?|bsd-write|pkexec|fusermount3?|newuidmap|newgidmap|ntfs-3g|ping[46]?|mtr-packet|dotlockfile|mlocate|plocate|locate|screen|staprun|sg|login|traceroute6\.iputils|arping|clockdiff|dumpcap|doas|procmail|lockfile)$/,
  /^\/(usr\/)?sbin\/(unix_chkpwd|pam_extrausers_chkpwd|mount\.(nfs|cifs|ecryptfs_private)|postdrop|postqueue|exim4|pppd|mount\.cifs|arping|uuidd)$/,
  /^\/usr\/lib\/(dbus-1\.0\/dbus-daemon-launch-helper|openssh\/ssh-keysign|policykit-1\/polkit-agent-helper-1|polkit-1\/polkit-agent-helper-1|eject\/dmcrypt-get-device|snapd\/snap-confine|utempter\/utempter|[^/]+\/utempter\/utempter|landscape\/apt-update|xorg\/Xorg\.wrap|[^/]+\/gstreamer1\.0\/gstreamer-1\.0\/gst-ptp-helper)$/,
  /^\/usr\/libexec\/(polkit-agent-helper-1|utempter\/utempter|dbus-daemon-launch-helper|camel-lock-helper-1\.2)$/,
];
const SETUID = 0o4000;
const SETGID = 0o2000;
const STICKY = 0o1000;
/** Permission bit for others. */
const OTHERS_WRITE = 0o002;
const GROUP_WRITE = 0o020;

/** Devices, and folders that are empty or hidden on a running machine. */
const HIDDEN = /^\/(dev|proc|sys|run)$/;
/** Folders of root's configuration files or programs. */
const ROOTS =
  /^\/(etc|usr|bin|sbin|lib|lib32|lib64|libx32|boot|root|var\/spool\/cron|var\/lib\/(dpkg|apt|systemd|cloud|polkit-1|pam|ucf))(\/|$)/;
/** Their parent folders: write access there allows replacing one. */
const ABOVE = /^\/(var(\/(lib|spool|cache|log))?|home|opt|srv)?$/;
/** Debian's group for local administrators' software; its number is fixed (base-passwd). */
const LOCAL = { place: /^\/usr\/local(\/|$)/, group: 50 };
/**
 * Folders in there that packages give to their own users (2026-11): _apt, polkitd, systemd's services, staff,
 * crontab.
 */
const GIVEN =
  /^(\/var\/lib\/apt\/lists(\/|$)|\/(etc|usr\/share|var\/lib)\/polkit-1\/(rules\.d|localauthority)(\/|$)|\/var\/lib\/systemd\/(timesync|network|coredump|linger)(\/|$)|\/var\/spool\/cron\/(crontabs|atjobs|atspool)$)/;
/** journald gives the group adm read access by an ACL (systemd's tmpfiles.d). */
const LISTED = /^\/var\/log\/journal(\/|$)/;
/** Locations of packages' pipes and sockets. */
const PIPES = /^\/var\/(spool|lib)\//;

export const fileRights: Rule = {
  id: "file-rights",
  severity: "error",
  title: "No file has more rights than its package gives it, or can be changed by those who should not",
  reason:
    "A shell with setuid, a capability or a writable setting makes anybody on the machine its root, without any password.",
  cure: "Take the right away (chmod u-s,g-s,o-w; setcap -r; chattr -i -a; chown root:root), or declare the file in ownFiles.",
  limits:
    "Lesser differences from the permissions of a package, which dpkg does not keep; rights in home folders other than root's.",
  check(image, expected) {
    const root = rootOf(image);
    const top: Entry = { name: "/", kind: "folder", size: 0, ...root.top };
    const findings: Finding[] = tooMuch("/", top).map((message) => ({ message, where: "/" }));
    for (const { path, entry } of everything(root)) {
      if (isOwn(expected, path)) continue;
      for (const message of tooMuch(path, entry)) findings.push({ message, where: path });
    }
    return [...findings, ...overrides(root).filter(({ where }) => !isOwn(expected, where))];
  },
};

function tooMuch(path: string, entry: Entry): string[] {
  const { kind, mode = 0o644, uid = 0, gid = 0, attributes = [], device = false } = entry;
  const said: string[] = [];
  const isRoots = (ROOTS.test(path) || ABOVE.test(path)) && !GIVEN.test(path);
  const isSpecial = SPECIAL.some((each) => each.test(path));
  if (kind === "link") return said;
  if (kind === "other") return PIPES.test(path) && !device ? [] : ["a device, a pipe or a socket"];
  if (kind === "file" && (mode & (SETUID | SETGID)) !== 0 && !isSpecial) {
    said.push(
      `runs with the rights of ${(mode & SETUID) !== 0 ? `user ${uid}` : `group ${gid}`} (${octal(mode)})`,
    );
  }
  if (attributes.includes("security.capability") && !isSpecial) said.push("has capabilities of root's");
  if (attributes.some((name) => name.startsWith("system.posix_acl")) && !LISTED.test(path)) {
    said.push("has an access list of its own");
  }
  if (attributes.some((name) => name === "immutable" || name === "append"))
    said.push("nobody may change or replace it, an upgrade neither (chattr)");
  if ((mode & OTHERS_WRITE) !== 0 && !(kind === "folder" && (mode & STICKY) !== 0 && !isRoots)) {
    said.push(`anybody may change it (${octal(mode)})`);
  }
  if (isRoots) {
    const isLocal = LOCAL.place.test(path) && gid === LOCAL.group;
    if (uid !== 0) said.push(`belongs to user ${uid}, needed: root`);
    if ((mode & GROUP_WRITE) !== 0 && gid !== 0 && !isLocal)
      said.push(`group ${gid} may change it (${octal(mode)})`);
  }
  return said;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** dpkg-statoverride(1): permissions applied by the next upgrade. */
function overrides(root: Tree): { message: string; where: string }[] {
  const text = textOf(root, "/var/lib/dpkg/statoverride") ?? "";
  return text.split("\n").flatMap((line) => {
    const [, user = "", group = "", mode = "", path = ""] = /^(\S+) (\S+) (\d+) (\/.*)$/.exec(line) ?? [];
    const bits = parseInt(mode, 8);
    const strange = (bits & (SETUID | OTHERS_WRITE)) !== 0 && !SPECIAL.some((each) => each.test(path));
    return strange
      ? [{ message: `dpkg-statoverride gives it to ${user}:${group} with ${mode}`, where: path }]
      : [];
  });
}

const DEEPEST = 200;

/** Every file, folder and link except in folders hidden on a running machine. */
function* everything(root: Tree): Generator<{ path: string; entry: Entry }> {
  const waiting = [{ path: "", depth: 0 }];
  const seen = new Set<string>();
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const entry of root.list(folder.path || "/") ?? []) {
      const path = `${folder.path}/${entry.name}`;
      yield { path, entry };
      if (entry.kind !== "folder" || HIDDEN.test(path)) continue;
      const twice = entry.id !== undefined && seen.has(entry.id);
      if (twice || folder.depth === DEEPEST) throw new NotInspectable(`${path}: too deep, or without end`);
      if (entry.id !== undefined) seen.add(entry.id);
      waiting.push({ path, depth: folder.depth + 1 });
    }
  }
}

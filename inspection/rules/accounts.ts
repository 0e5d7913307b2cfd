import { accountsOf, parsePasswd, parseShadow } from "../accounts";
import { cloudConfigs, settingsNamed } from "../cloud-config";
import { globbed } from "../glob";
import { type Finding, type Rule, rootOf } from "../rule";
import { NotInspectable, textOf } from "../tree";

/** "!" and "*" cannot result from any hash: no password unlocks the account (shadow(5)). */
const LOCKED = /^[!*]/;
/** Backups of these files by useradd, passwd and Debian's dpkg-db-backup. */
const BACKUPS = [
  "/etc/passwd-",
  "/etc/shadow-",
  "/etc/gshadow-",
  "/var/backups/*passwd*",
  "/var/backups/*shadow*",
];

/**
 * cloud-init keys that contain a password (cloud-init documentation, "Users and Groups", "Set Passwords", 2026-11).
 */
const CLOUD_PASSWORDS = ["passwd", "hashed_passwd", "plain_text_passwd", "password"];

export const passwords: Rule = {
  id: "passwords",
  severity: "error",
  title: "No account has a password, or an empty one",
  reason: "A known password on a public image is tried against every instance within the hour.",
  cure: "Lock the accounts (passwd -l) and remove the backups of the files; users come in with the key that cloud-init installs.",
  limits: "Passwords of services that keep users of their own, such as databases.",
  check(image) {
    const root = rootOf(image);
    const shadow = textOf(root, "/etc/shadow");
    if (shadow === undefined) throw new NotInspectable("no /etc/shadow");
    const accounts = accountsOf(root).filter(({ password }) => password !== "x");
    const hash = (name: string, where: string): Finding => ({ message: `${name} has a password`, where });
    const opened = (where: string, entries: readonly { name: string; password: string }[]) =>
      entries
        .filter(({ password }) => !LOCKED.test(password))
        .map(({ name, password }): Finding =>
          password === "" ? { message: `${name} has an empty password`, where } : hash(name, where),
        );
    /** For groups and backups only a hash matters: an empty field admits no one. */
    const told = (file: string) =>
      (/passwd/.test(file) ? parsePasswd : parseShadow)(textOf(root, file) ?? "")
        .filter(({ password }) => !LOCKED.test(password) && password.length > 1)
        .map(({ name }) => hash(name, file));
    return [
      ...opened("/etc/shadow", parseShadow(shadow)),
      ...opened("/etc/passwd", accounts),
      ...["/etc/gshadow", ...BACKUPS.flatMap((pattern) => globbed(root, pattern))].flatMap(told),
      ...settingsNamed(cloudConfigs(root), CLOUD_PASSWORDS)
        .filter(({ value }) => typeof value === "string" && value !== "" && !LOCKED.test(value))
        .map(({ key, file }) => ({ message: `cloud-init sets a password (${key})`, where: file })),
    ];
  },
};

export const superusers: Rule = {
  id: "superusers",
  severity: "error",
  title: "Only root has the user id 0",
  reason:
    "Another name with root's rights is a back door: nobody looks for it, and locking root does not close it.",
  cure: "Remove the account, or give it a user id of its own.",
  limits: "Rights by groups, sudo and setuid, which have rules of their own.",
  check: (image) =>
    accountsOf(rootOf(image))
      .filter(({ name, uid }) => uid === 0 && name !== "root")
      .map(({ name }) => ({ message: `${name} has the user id 0`, where: "/etc/passwd" })),
};

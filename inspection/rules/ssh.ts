import { cloudConfigs, isTrue, topSetting } from "../cloud-config";
import { type Expectation, type Finding, type Rule, rootOf } from "../rule";
import { globalSetting, type SshdSetting, sshdSettings } from "../sshd";
import { isIntact } from "../owned-files";
import { isOwn } from "../own-files";
import { otherDoors, otherStarts } from "../sshd-doors";
import { NotInspectable, textOf, type Tree } from "../tree";

export const sshAsDeclared: Rule = {
  id: "ssh-as-declared",
  severity: "error",
  title: "The SSH server is as declared",
  reason: "Password log-in on a machine with a public address is found and tried at once.",
  cure: "Set PasswordAuthentication, KbdInteractiveAuthentication and PermitRootLogin to no in /etc/ssh/sshd_config and in what it includes, or declare what is meant.",
  limits:
    "A server that is no sshd, of which services speaks; what PAM does, of which pam-stacks speaks; options that only weaken ciphers.",
  check(image, expected) {
    const { ssh } = expected;
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
    refuseOtherSettings(root);
    return [
      ...wider(sshdSettings(root), ssh),
      ...otherDoors(sshdSettings(root)),
      ...otherStarts(root).filter(({ where = "" }) => !isOwn(expected, where) && !isIntact(image, where)),
      ...atFirstBoot(root, ssh),
    ];
  },
};

/**
 * Keywords that allow further logins, with their safe values (sshd_config(5), OpenSSH 9.6, 2026-11-25). With PAM,
 * keyboard-interactive is a password login.
 */
const DOORS = [
  { keyword: "passwordauthentication", name: "PasswordAuthentication", closed: ["no"], unset: "yes" },
  {
    keyword: "kbdinteractiveauthentication",
    name: "KbdInteractiveAuthentication",
    closed: ["no"],
    unset: "yes",
  },
  {
    keyword: "permitrootlogin",
    name: "PermitRootLogin",
    closed: ["no", "prohibit-password", "without-password", "forced-commands-only"],
    unset: "prohibit-password",
  },
] as const;

function wider(settings: readonly SshdSetting[], declared: Expectation["ssh"]): Finding[] {
  const pam = globalSetting(settings, "usepam")?.values[0]?.toLowerCase() === "yes";
  return DOORS.flatMap(({ keyword, name, closed, unset }): Finding[] => {
    const allowed = keyword === "permitrootlogin" ? declared.rootLogin : declared.passwordAuthentication;
    if (allowed || (keyword === "kbdinteractiveauthentication" && !pam)) return [];
    const everyone = globalSetting(settings, keyword);
    const some = settings.filter((each) => each.keyword === keyword && each.match !== undefined);
    return [everyone ?? { values: [unset], file: "/etc/ssh/sshd_config", match: undefined }, ...some].flatMap(
      ({ values, file, match }): Finding[] => {
        const value = values[0]?.toLowerCase() ?? "";
        if ((closed as readonly string[]).includes(value)) return [];
        const condition = match === undefined ? "" : ` for "Match ${match}"`;
        return [{ message: `${name} is ${value}${condition}, declared: no`, where: file }];
      },
    );
  });
}

/** cloud-init changes sshd's setting (cloud-init documentation, "Set Passwords", `ssh_pwauth`, 2026-11). */
function atFirstBoot(root: Tree, { passwordAuthentication }: Expectation["ssh"]): Finding[] {
  const setting = topSetting(cloudConfigs(root), "ssh_pwauth");
  return setting && isTrue(setting.value) && !passwordAuthentication
    ? [
        {
          message: "cloud-init sets PasswordAuthentication to yes (ssh_pwauth), declared: no",
          where: setting.file,
        },
      ]
    : [];
}

/** Service arguments override every file: Debian's SSHD_OPTS, Red Hat's OPTIONS. */
function refuseOtherSettings(root: Tree): void {
  for (const file of ["/etc/default/ssh", "/etc/sysconfig/sshd"]) {
    const given = /^[ \t]*(?:SSHD_OPTS|OPTIONS)=(.*)$/m.exec(textOf(root, file) ?? "")?.[1] ?? "";
    if (/(^|[\s"'])-[A-Za-z0-9]*[of]/.test(given)) {
      throw new NotInspectable(`${file} gives sshd other settings: ${given}`);
    }
  }
}

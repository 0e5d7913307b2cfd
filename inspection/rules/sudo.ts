import { contents } from "../contents";
import { isOwn } from "../own-files";
import { type Finding, type Rule, rootOf } from "../rule";
import { textOf, type Tree } from "../tree";

/** Full rights with a password, in the default sudoers of Debian, Ubuntu and Fedora (2026-11). */
const USUAL = /^(root|%sudo|%admin|%wheel)\s+ALL\s*=\s*\(\s*ALL(\s*:\s*ALL)?\s*\)\s*ALL$/;
/** Defaults that weaken security: sudoers(5) of sudo 1.9. */
const LOOSE =
  /!\s*authenticate|\btargetpw\b|\brootpw\b|!\s*env_reset|env_keep\s*\+?=.*\b(LD_|PATH|PYTHON|PERL)|!\s*secure_path|exempt_group|timestamp_timeout\s*=\s*-|secure_path\s*=.*(\/tmp|\/home|\/opt)|passwd_tries\s*=\s*0/;

export const sudoRules: Rule = {
  id: "sudo-rules",
  severity: "error",
  title: "sudo gives rights only to root and to the groups of administrators, and asks for a password",
  reason: "A rule with NOPASSWD makes whoever gets into one account, by whatever hole, the machine's root.",
  cure: "Remove the rule from /etc/sudoers or /etc/sudoers.d; cloud-init writes that of the user's own account at first boot.",
  limits: "Rules that sudo takes from LDAP or SSSD; plugins of sudo.conf.",
  check(image, expected) {
    const root = rootOf(image);
    return sudoersFiles(root)
      .filter((file) => !isOwn(expected, file))
      .flatMap((file) => linesOf(textOf(root, file) ?? "").flatMap((line) => judge(line, file)))
      .concat(doas(root));
  },
};

/** /etc/sudoers with its includes and folder. */
function sudoersFiles(root: Tree): string[] {
  const main = textOf(root, "/etc/sudoers") ?? "";
  const included = [...main.matchAll(/^[#@](include|includedir)\s+"?([^"\s]+)"?\s*$/gm)].flatMap(
    ([, kind, path = ""]) => {
      const full = path.startsWith("/") ? path : `/etc/${path}`;
      return kind === "include" ? [full] : contents(root, full).map((each) => each.path);
    },
  );
  const folder = contents(root, "/etc/sudoers.d").map((each) => each.path);
  return [...new Set(["/etc/sudoers", ...included, ...folder])];
}

function linesOf(text: string): string[] {
  return text
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#(?!include)(?!\d).*$/, "").trim())
    .filter((line) => line !== "");
}

function judge(line: string, where: string): Finding[] {
  if (/^[#@]include/.test(line)) return [];
  if (/^Defaults/.test(line)) return LOOSE.test(line) ? [{ message: `loosens sudo: ${line}`, where }] : [];
  if (/^(User|Runas|Host|Cmnd|Cmd)_Alias\b/.test(line)) return [];
  if (USUAL.test(line)) return [];
  const free = /NOPASSWD/.test(line) ? "gives rights without a password" : "gives rights";
  return [{ message: `${free}: ${line}`, where }];
}

function doas(root: Tree): Finding[] {
  return linesOf(textOf(root, "/etc/doas.conf") ?? "")
    .filter((line) => line.startsWith("permit"))
    .map((line) => ({ message: `gives rights: ${line}`, where: "/etc/doas.conf" }));
}

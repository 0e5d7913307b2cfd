import { globbed } from "../glob";
import { isOwn } from "../own-files";
import { isIntact } from "../owned-files";
import { type Rule, rootOf } from "../rule";
import { textOf } from "../tree";

/**
 * Settings with a command that runs as root: core(5) and proc(5) of the kernel, aliases(5), interfaces(5) of
 * ifupdown, crypttab(5), request-key.conf(5), watchdog.conf(5), mdadm.conf(5), smartd.conf(5), sudo.conf(5)
 * (2026-11).
 */
const SETTINGS: readonly (readonly [files: readonly string[], line: RegExp])[] = [
  [
    ["/etc/sysctl.conf", "/etc/sysctl.d/*.conf"],
    /^-?kernel[./](core_pattern[ \t]*=[ \t]*\||modprobe[ \t]*=|hotplug[ \t]*=|poweroff_cmd[ \t]*=)/,
  ],
  [["/etc/aliases"], /:[^#]*\|/],
  [
    ["/etc/network/interfaces", "/etc/network/interfaces.d/*"],
    /^((pre-up|up|post-up|down|pre-down|post-down|script)[ \t]|(source|source-dir|source-directory|inherits)[ \t]+(?![ \t]|(\/etc\/network\/)?interfaces\.d\b))/,
  ],
  [["/etc/crypttab"], /\bkeyscript=/],
  [
    ["/etc/request-key.conf"],
    /^create[ \t].*[ \t]\/(?!s?bin\/(key\.dns_resolver|keyctl|request-key)\b|usr\/s?bin\/)/,
  ],
  [["/etc/watchdog.conf"], /^(test|repair)-binary[ \t]*=/],
  [["/etc/mdadm/mdadm.conf", "/etc/mdadm.conf"], /^PROGRAM[ \t]/i],
  [["/etc/smartd.conf"], /-M[ \t]+exec\b/],
  [["/etc/sudo.conf"], /^(Plugin|Path)[ \t]/],
  // Sourced by a root shell: grub-mkconfig(8), setupcon(1), Debian's init scripts. Everything but a plain assignment
  // is executed.
  [
    ["/etc/default/*", "/etc/default/grub.d/*.cfg", "/etc/kernel/install.conf"],
    /^(?!(export[ \t]+)?\w+=("[^"`$\\]*"|'[^']*'|[^\s"'`$;&|<>(){}\\]*)([ \t]+#.*)?$)/,
  ],
];

/** Packages' own files here are not restricted. */
const READ_BY_SHELL = /^\/etc\/(default|kernel)\//;
/**
 * Debian's and Ubuntu's default for GRUB's name of the system (grub2 2.06 and 2.12, /usr/share/grub/default/grub).
 */
const USUAL =
  /^GRUB_DISTRIBUTOR=`(lsb_release -i -s 2> \/dev\/null|\( ?\. \/etc\/os-release; echo \$\{NAME:-Debian\} ?\) 2>\/dev\/null) \|\| echo Debian`$/;

export const settingCommands: Rule = {
  id: "setting-commands",
  severity: "error",
  title: "No setting of a service names a program that nobody looks for there",
  reason:
    "A line in such a file runs as root at the next crash, mail, link or timer, and no file of its own gives it away.",
  cure: "Remove the line, or declare the file in ownFiles.",
  limits:
    "Other services' files, as those of fail2ban or of a database, are theirs: what they may start is not looked for. What a package's unchanged file says counts as well.",
  check(image, expected) {
    const root = rootOf(image);
    return SETTINGS.flatMap(([patterns, line]) =>
      patterns
        .flatMap((pattern) => globbed(root, pattern))
        .filter((file) => !isOwn(expected, file) && (!READ_BY_SHELL.test(file) || !isIntact(image, file)))
        .flatMap((where) =>
          (textOf(root, where) ?? "")
            .split("\n")
            .map((text) => text.trim())
            .filter((text) => text !== "" && !/^[#;]/.test(text) && line.test(text) && !USUAL.test(text))
            .map((text) => ({ message: `names a program: ${text}`, where })),
        ),
    );
  },
};

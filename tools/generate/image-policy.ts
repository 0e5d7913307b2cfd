import { POLICY_VERSION } from "../../config/evidence";
import { RULES } from "../../inspection/rules";

/** docs/image-policy.md: every rule with its reason and cure, from the rules themselves. */
export function imagePolicy(): string {
  const rules = RULES.map(
    ({ id, severity, title, reason, cure, limits }) =>
      `### ${id}\n\n**${severity}** · ${title}.\n\nWhy: ${reason}\n\nCure: ${cure}\n${limits === undefined ? "" : `\nNot looked at: ${limits}\n`}`,
  );
  return `# The image policy

<!-- Written by tools/generate.ts from inspection/rules; never edit it by hand. -->

\`imprimatur inspect --policy disk.raw\` measures what is inside any raw disk, whoever made it: nothing is mounted, no root
rights are needed. FAT, ext2, ext3, ext4 and XFS are read by the project itself, with no program of the machine's; a partition
of another (btrfs, UFS, LVM, …) is named and not inspected, so that a system on one is published without
the policy: \`imprimatur boot\` sees whether it starts, and \`imprimatur:checks\` with \`policy: optional, boot: required\` asks for that
instead. What other partitions hold is looked at where a machine mounts them: by \`/etc/fstab\`, and by the types of the Discoverable Partitions
Specification (\`/home\`, \`/var\`, \`/usr\`, \`/srv\`, \`/var/tmp\`, \`/boot\`). A root that was not unmounted is not inspected: its
journal or log holds changes that a machine would see and this program does not.

This is version ${POLICY_VERSION}; every report names it. A rule that cannot see what it needs is *not inspected*, never
*passed*, and a rule of severity \`error\` that failed or was not inspected fails the policy (exit code 1). With \`--product\`
and \`--version\`, a disk that fails gets no image file, so that nothing can be published from it. \`--json\` and \`--junit FILE\`
give the result to programs; in JUnit, a rule of severity \`error\` that was not inspected is an \`<error>\`, and a warning is
\`<system-out>\`: it is red when the policy failed, and only then. Names that the disk gives are printed without control
characters.

What the product declares is a file (\`--expect FILE\`, YAML or JSON). Every key has a default, and the defaults are those of an
official Debian cloud image:

\`\`\`yaml
provenance: official # or based-on
clouds: [aws, gcp, azure] # datasource_list must name exactly these
areas: [main] # archive areas that packages may come from
packageHosts: [] # hosts that apt may install from; empty: the publisher's own if official, any if based-on
unattendedUpgrades: true
ssh: { server: true, passwordAuthentication: false, rootLogin: false }
maximumInstalledBytes: 0 # 0: no limit
extraDatasources: []
ownFiles: [] # files that the product adds or changes itself: /etc/motd, /etc/systemd/system/our-*, /opt/ours/**
without: [] # ids of rules that this product does not follow
\`\`\`

The publisher's own hosts are known of Debian and Ubuntu, by the ID in os-release; of any other official system they must be
declared. dpkg does not keep which archive a package came from: \`package-areas\` goes by the section that a package gives,
\`package-origin\` by what else it says of itself. A package that lies about both is found by neither; building from a signed
archive, with the input checked (\`--sums\`), is what speaks against that.

Every file of a package is compared with dpkg's own digests (MD5, from the disk itself), and every place from which a machine runs
something is looked through for files that no package owns. Whoever changes a file, its digest and dpkg's lists together is not
found by that, but by [a comparison with the signed archive](contents.md) (\`inspect --archive\`). A system without dpkg has no such lists: these rules say that it was not inspected, and whose
packages it has. The packages of apk (Alpine) and of rpm (Fedora, RHEL, SUSE; by the machine's own program \`rpm\`, from a copy of the database) are
listed too: in the SBOM, the sizes and \`package-architecture\`.

## Versions

| version | what changed |
| --- | --- |
| 1 | the first |
| 2 | \`partitions-seen\`, \`private-keys\`, \`superusers\`, \`credentials\` and \`package-origin\` are new. Homes are those of /etc/passwd, and /etc/skel. sshd's and apt's settings are read as sshd and apt read them. An official image's apt sources must be the publisher's own hosts; unsigned sources are found. A kernel must be a file with something in it. cloud-init must not be switched off. |
| 3 | \`boots-inspected-root\` and \`boot-arguments\` are new. Unified kernel images, their addons and SYSLINUX's menus are read for kernels and their arguments. |
| 4 | \`esp-programs\`, \`swap-partitions\`, \`archive-keys\`, \`apt-settings\`, \`package-holds\`, \`package-files\`, \`unowned-files\`, \`file-rights\`, \`account-rights\`, \`sudo-rules\`, \`pam-stacks\`, \`system-credentials\`, \`deleted-secrets\`, \`unused-space\`, \`cloud-init-actions\`, \`services\`, \`log-in-hooks\`, \`libraries\`, \`certificates\`, \`names-and-proxies\` and \`connection-hooks\`, \`setting-commands\` are new. \`ssh-as-declared\` reads every setting that lets somebody in, and how units and jobs start sshd. \`package-sources\` wants the suites of the installed release, its security updates among them, and no source that may be old. |

## Rules

${rules.join("\n")}`;
}

/**
 * Files that no package brings and that a Debian system has all the same, by the programs that make them (Debian 12,
 * read from the disk of `npm run image:debian` and the packages' scripts on 2026-11-30). Nothing else is tolerated.
 */
import { alternative, alternativesDatabase, genericName } from "./derive/alternatives";
import { enabledUnit, initLink, toPackaged } from "./derive/links";
import { group, locked, passwd } from "./derive/accounts";
import { libraryCache, moduleList, packagedCopy, packagedProgram, shells, ucfCopy } from "./derive/caches";
import { certificateBundle, certificateLink } from "./derive/certificates";
import { hardwareDatabase } from "./derive/hardware";
import { answers, messageCatalogue, questions } from "./derive/messages";
import { compiledPython, uncomparedPython } from "./derive/compiled-python";
import { initramfs } from "./derive/initramfs";
import { pamStack } from "./derive/pam";
import { type Context, textAt } from "./context";

/** Incremented when an entry is added, removed or changes its meaning; part of every verdict. */
export const GENERATED_VERSION = 2;

export interface GeneratedFile {
  /** As a pattern of ownFiles: `*` within a folder, `**` across folders. */
  readonly path: string;
  readonly kind?: "folder" | "link" | "device";
  /** Default: 0644, of a folder 0755. */
  readonly mode?: number;
  /** Names of the image's /etc/passwd and /etc/group. Default: root. */
  readonly user?: string;
  readonly group?: string;
  /** Names of extended attributes. */
  readonly attributes?: readonly string[];
  /** A package of which it is, needed to be installed. */
  readonly by?: string;
  /** Target of a link, as written, one of these. */
  readonly target?: readonly string[];
  /** Of a device: kind and numbers, `c 1:3`. */
  readonly device?: string;
  /** Its content is that of this file. */
  readonly same?: string;
  /** Its whole text. */
  readonly text?: RegExp;
  /** Derived from packages; returns what is wrong. */
  readonly derived?: (path: string, context: Context) => string | undefined;
  /** Why its content is not compared. */
  readonly unchecked?: string | ((context: Context) => string | undefined);
}

const folders = (paths: string, more: Partial<GeneratedFile> = {}): GeneratedFile[] =>
  paths.split(" ").map((path) => ({ path, kind: "folder", ...more }));
const empty = (paths: string, more: Partial<GeneratedFile> = {}): GeneratedFile[] =>
  paths.split(" ").map((path) => ({ path, text: /^$/, ...more }));

/** Lines of comments, blanks, or this. */
const lines = (line: string): RegExp => new RegExp(`^(?:(?:#[^\\n]*|[ \\t]*|${line})(?:\\n|$))*$`);
const UNIT = "[\\w@:.\\\\-]+";
const HOST = "[a-z0-9]([a-z0-9.-]*[a-z0-9])?";

export const GENERATED: readonly GeneratedFile[] = [
  // base-files and debootstrap: folders, and links into /usr.
  ...folders("/media /mnt /opt /srv /var/opt /etc/opt /usr/local /usr/local/*", { by: "base-files" }),
  ...folders("/usr/local/share/man /usr/local/share/ca-certificates /usr/local/share/fonts"),
  ...folders("/usr/local/lib/python3* /usr/local/lib/python3*/dist-packages", { by: "python3-minimal" }),
  { path: "/usr/local/man", kind: "link", target: ["share/man"] },
  ...folders("/var/mail", { mode: 0o2775, group: "mail" }),
  { path: "/var/spool/mail", kind: "link", target: ["../mail"] },
  { path: "/var/run", kind: "link", target: ["/run", "../run"] },
  { path: "/var/lock", kind: "link", target: ["/run/lock", "../run/lock"] },
  ...folders("/lost+found", { mode: 0o700 }),
  ...folders("/root/.ssh", { mode: 0o700 }),
  // Emptied at each boot: a tmpfs.
  ...folders("/run/lock", { mode: 0o1777 }),
  ...folders("/run/sudo", { mode: 0o711 }),
  ...folders("/run/systemd/netif /run/systemd/netif/*", {
    user: "systemd-network",
    group: "systemd-network",
  }),
  ...folders("/run/**"),
  // Replaced at each boot by devtmpfs: Linux, admin-guide/devices.txt.
  ...Object.entries({
    ...{ console: "c 5:1", full: "c 1:7", null: "c 1:3", ptmx: "c 5:2" },
    ...{ random: "c 1:8", tty: "c 5:0", urandom: "c 1:9", zero: "c 1:5" },
  }).map(([name, device]): GeneratedFile => ({ path: `/dev/${name}`, kind: "device", mode: 0o666, device })),
  { path: "/dev/fd", kind: "link", target: ["/proc/self/fd"] },
  ...["stdin", "stdout", "stderr"].map((name, at): GeneratedFile => ({
    ...{ path: `/dev/${name}`, kind: "link", target: [`/proc/self/fd/${at}`] },
  })),
  ...folders("/dev/pts /dev/shm"),

  // Kernel and initramfs: linux-update-symlinks(1), update-initramfs(8), depmod(8).
  { path: "/vmlinuz", kind: "link", derived: toPackaged(/^\/boot\/vmlinu[xz]-[^/]+$/) },
  { path: "/vmlinuz.old", kind: "link", derived: toPackaged(/^\/boot\/vmlinu[xz]-[^/]+$/) },
  { path: "/initrd.img", kind: "link", derived: generatedInBoot },
  { path: "/initrd.img.old", kind: "link", derived: generatedInBoot },
  { path: "/boot/initrd.img-*", by: "initramfs-tools", derived: initramfs },
  { path: "/usr/lib/modules/*/modules.*", by: "kmod", derived: moduleList },
  { path: "/etc/initramfs-tools/modules", text: lines("(?!)"), by: "initramfs-tools" },
  { path: "/etc/modules", text: lines("(?!)"), by: "kmod" },

  // The EFI system partition: bootctl(1), kernel-install(8), grub-install(8).
  ...folders("/boot/efi /boot/efi/EFI /boot/efi/EFI/* /boot/efi/loader /boot/efi/loader/entries"),
  ...folders("/boot/efi/debian /boot/efi/debian/*"),
  { path: "/boot/efi/EFI/**.efi", derived: packagedProgram },
  { path: "/boot/efi/EFI/**.EFI", derived: packagedProgram },
  { path: "/boot/efi/debian/*/linux", derived: packagedProgram },
  { path: "/boot/efi/debian/*/initrd.img-*", derived: initramfs },
  { path: "/boot/efi/loader/loader.conf", text: lines("(timeout|console-mode|default) [\\w.*-]+") },
  {
    path: "/boot/efi/loader/entries/*.conf",
    text: lines(
      `(title|version|sort-key|machine-id|architecture) [^\\n]*|(linux|initrd) +/debian/[\\w./+~-]+|options ${kernelArguments()}`,
    ),
    derived: startsRoot,
  },
  { path: "/boot/efi/loader/entries.srel", text: /^type1\n$/ },
  ...folders("/boot/grub /boot/grub/*"),
  { path: "/boot/grub/*/*.mod", derived: packagedCopy },
  { path: "/boot/grub/*/*.lst", derived: packagedCopy },
  { path: "/boot/grub/fonts/*.pf2", derived: packagedCopy },
  {
    path: "/boot/grub/grub.cfg",
    mode: 0o600,
    unchecked: "grub.cfg, which scripts write: the policy's boot-arguments and boots-inspected-root read it",
  },
  {
    path: "/boot/grub/grubenv",
    text: /^# GRUB Environment Block\n(# WARNING[^\n]*\n)?((saved_entry|next_entry|prev_saved_entry|recordfail)=[\w.,>~+ -]*\n)*#*$/,
  },
  { path: "/etc/kernel/cmdline", text: new RegExp(`^${kernelArguments()}\\n?$`), derived: startsRoot },
  { path: "/etc/kernel/entry-token", text: /^[a-z0-9-]+\n?$/ },
  { path: "/etc/kernel/install.conf", text: /^layout=(bls|uki|other)\n?$/ },

  // Accounts and PAM: base-passwd, adduser(8), systemd-sysusers(8), pam-auth-update(8).
  { path: "/etc/passwd", derived: passwd },
  { path: "/etc/group", derived: group },
  { path: "/etc/shadow", mode: 0o640, group: "shadow", derived: locked },
  { path: "/etc/gshadow", mode: 0o640, group: "shadow", derived: locked },
  ...empty("/etc/subuid /etc/subgid /etc/environment"),
  ...empty("/etc/.pwd.lock /etc/security/opasswd", { mode: 0o600 }),
  { path: "/etc/pam.d/common-*", by: "libpam-runtime", derived: pamStack },
  {
    path: "/var/lib/pam/*",
    text: lines(
      "Module: [\\w-]+|[\\w-]+|(\\[[\\w= ]+\\]|required|requisite|optional)\\s+pam_\\w+\\.so[ \\w]*",
    ),
  },
  { path: "/etc/shells", derived: shells },
  { path: "/var/lib/shells.state", derived: shells },

  // Links that packages' scripts make: update-alternatives(1), systemctl(1), update-rc.d(8).
  { path: "/etc/alternatives/*", kind: "link", derived: alternative },
  { path: "/usr/bin/*", kind: "link", derived: genericName },
  { path: "/usr/sbin/*", kind: "link", derived: genericName },
  { path: "/usr/share/man/**", kind: "link", derived: genericName },
  { path: "/var/lib/dpkg/alternatives/*", derived: alternativesDatabase },
  { path: "/etc/systemd/system/*", kind: "link", derived: enabledUnit },
  { path: "/etc/systemd/system/*.wants/*", kind: "link", derived: enabledUnit },
  { path: "/etc/systemd/system/*.requires/*", kind: "link", derived: enabledUnit },
  ...folders("/etc/systemd/system/*.wants /etc/systemd/system/*.requires"),
  { path: "/etc/rc*.d/*", kind: "link", derived: initLink },
  {
    ...{ path: "/etc/runit/runsvdir/default/*", kind: "link" },
    derived: toPackaged(/^\/(etc\/sv|usr\/share\/runit\/sv)\/[^/]+$/),
  },
  ...folders(
    "/var/lib/systemd/deb-systemd-helper-enabled /var/lib/systemd/deb-systemd-helper-enabled/*.wants",
  ),
  {
    path: "/var/lib/systemd/deb-systemd-helper-enabled/**",
    text: new RegExp(`^(/etc/systemd/system/(${UNIT}/)?${UNIT}\\n)*$`),
  },
  { path: "/etc/dpkg/origins/default", kind: "link", target: ["debian"] },
  { path: "/etc/localtime", kind: "link", derived: toPackaged(/^\/usr\/share\/zoneinfo\//) },
  { path: "/etc/mtab", kind: "link", target: ["../proc/self/mounts", "/proc/self/mounts"] },
  {
    path: "/etc/resolv.conf",
    kind: "link",
    target: ["../run/systemd/resolve/stub-resolv.conf", "/run/systemd/resolve/stub-resolv.conf"],
  },

  // Certificates: update-ca-certificates(8).
  { path: "/etc/ssl/certs/*", kind: "link", by: "ca-certificates", derived: certificateLink },
  { path: "/etc/ssl/certs/ca-certificates.crt", by: "ca-certificates", derived: certificateBundle },
  { path: "/etc/ca-certificates.conf", text: lines("!?mozilla/[^\\n/]+\\.crt") },

  // Settings that packages install from a template of theirs: ucf(1), postinst scripts.
  { path: "/etc/ssh/sshd_config", same: "/usr/share/openssh/sshd_config" },
  {
    path: "/etc/apt/apt.conf.d/50unattended-upgrades",
    same: "/usr/share/unattended-upgrades/50unattended-upgrades",
  },
  { path: "/etc/apt/apt.conf.d/20auto-upgrades", same: "/usr/share/unattended-upgrades/20auto-upgrades" },
  { path: "/etc/profile", same: "/usr/share/base-files/profile" },
  { path: "/etc/motd", same: "/usr/share/base-files/motd" },
  { path: "/root/.bashrc", same: "/usr/share/base-files/dot.bashrc" },
  { path: "/root/.profile", same: "/usr/share/base-files/dot.profile" },
  { path: "/etc/inputrc", same: "/usr/share/readline/inputrc" },
  {
    path: "/etc/nsswitch.conf",
    text: lines(
      "(passwd|group|shadow|gshadow):( +(files|systemd))+|hosts:( +(files|dns|resolve|myhostname|mymachines|\\[!UNAVAIL=return\\]))+|" +
        "(networks|protocols|services|ethers|rpc):( +(db|files))+|netgroup: +nis",
    ),
  },
  { path: "/etc/hosts.allow", text: lines("(?!)"), by: "libwrap0" },
  { path: "/etc/hosts.deny", text: lines("(?!)"), by: "libwrap0" },
  ...folders("/etc/python3 /var/lib/python"),
  { path: "/etc/python3/debian_config", text: lines("\\[DEFAULT\\]|byte-compile = [a-z, ]+") },
  ...empty("/var/lib/python/python3*_installed"),
  ...folders("/etc/apparmor.d/local"),
  ...empty("/etc/apparmor.d/local/*"),
  ...folders("/var/lib/ucf/cache"),
  { path: "/var/lib/ucf/cache/*", by: "ucf", derived: ucfCopy },
  { path: "/var/lib/ucf/hashfile*", text: lines("[0-9a-f]{32}  /etc/[\\w./-]+") },
  { path: "/var/lib/ucf/registry*", text: lines("[\\w.+-]+[ \\t]+/etc/[\\w./-]+") },

  // Names and places of a machine, as an image has them.
  { path: "/etc/hostname", text: new RegExp(`^${HOST}\\n?$`), mode: 0o755 },
  { path: "/etc/hostname", text: new RegExp(`^${HOST}\\n?$`) },
  {
    path: "/etc/hosts",
    text: lines(
      "(127\\.0\\.[01]\\.1|::1|fe00::0|ff0[02]::[0-3]|ff00::0)([ \\t]+(localhost|ip6-[a-z]+|debian|localhost\\.localdomain))+",
    ),
  },
  {
    path: "/etc/fstab",
    text: lines(
      "(PARTUUID|UUID|PARTLABEL|LABEL)=[\\w-]+[ \\t]+(/ (ext4|xfs)|/boot/efi vfat)[ \\t]+" +
        "(rw|ro|defaults|discard|noatime|relatime|nofail|errors=remount-ro|umask=0?0?[27]7|,)+[ \\t]+0[ \\t]+[012]",
    ),
  },
  { path: "/etc/machine-id", mode: 0o444, text: /^(uninitialized\n)?$/ },
  { path: "/etc/timezone", text: /^[\w/+-]+\n$/ },
  { path: "/etc/default/locale", text: lines("LANG=[\\w.-]+") },
  { path: "/etc/locale.gen", text: lines("[\\w.@-]+ [\\w-]+") },
  {
    path: "/etc/.resolv.conf.systemd-resolved.bak",
    mode: 0o755,
    text: lines("(nameserver|search|options|domain) [\\w.: -]+"),
  },
  {
    path: "/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg",
    text: lines(
      "datasource_list: \\[[A-Za-z0-9, ]+\\]|(apt_preserve_sources_list|manage_etc_hosts): true|system_info:| {2}network:| {4}renderers: \\[[a-z, -]+\\]",
    ),
  },
  {
    path: "/etc/ssh/sshd_config.d/*.conf",
    text: lines("(PasswordAuthentication|KbdInteractiveAuthentication|PermitRootLogin) no"),
  },
  {
    path: "/etc/apt/sources.list",
    text: lines(
      "deb(-src)? https?://[a-z0-9.-]+\\.debian\\.org/debian(-security)?/? [a-z]+(-[a-z]+)?( main| contrib| non-free| non-free-firmware)+",
    ),
  },

  // Caches and databases.
  { path: "/etc/ld.so.cache", derived: libraryCache },
  {
    path: "/usr/lib/udev/hwdb.bin",
    mode: 0o444,
    by: "udev",
    derived: hardwareDatabase,
  },
  {
    path: "/var/lib/systemd/catalog/database",
    derived: messageCatalogue,
  },
  ...folders("/var/lib/systemd/catalog /var/lib/systemd/coredump /var/lib/systemd/pstore"),
  ...folders("/var/log/private /var/lib/private /var/cache/private", { mode: 0o700 }),
  {
    ...{ path: "/var/log/journal", kind: "folder", mode: 0o2755, group: "systemd-journal" },
    attributes: ["system.posix_acl_access", "system.posix_acl_default"],
  },
  // A list of manuals, read by people.
  { path: "/usr/share/info/dir", text: /^(-\*- Text -\*-\n)?This is the file [^\0-\x08\x0e-\x1e]*$/ },
  { path: "**/__pycache__", kind: "folder", by: "python3-minimal" },
  {
    path: "**/__pycache__/*.pyc",
    by: "python3-minimal",
    derived: compiledPython,
    unchecked: uncomparedPython,
  },
  { path: "/var/cache/debconf/config.dat", derived: answers },
  { path: "/var/cache/debconf/templates.dat", derived: questions },
  ...empty("/var/cache/debconf/passwords.dat", { mode: 0o600 }),

  // dpkg's and apt's own, besides what is compared with the packages.
  { path: "/var/lib/dpkg/arch", derived: architectures },
  { path: "/var/lib/dpkg/info/format", text: /^1\n$/ },
  ...empty("/var/lib/dpkg/lock /var/lib/dpkg/lock-frontend", { mode: 0o640 }),
  ...empty("/var/lib/dpkg/triggers/Lock", { mode: 0o600 }),
  ...folders("/var/lib/dpkg/triggers"),
  { path: "/var/lib/dpkg/triggers/File", text: /^(\/[\w./+-]+ [\w:.+-]+(\/(no)?await)?\n)*$/ },
  { path: "/var/lib/dpkg/triggers/*", text: /^([\w:.+-]+(\/(no)?await)?\n)*$/ },
  { path: "/var/lib/apt/extended_states", text: /^((Package|Architecture|Auto-Installed): [\w.+-]+\n|\n)*$/ },
  ...folders("/var/lib/apt/lists/auxfiles", { user: "_apt" }),
];

/** Rights that a package's script sets instead of those in the package. */
export const SCRIPTED: readonly Pick<GeneratedFile, "path" | "mode" | "user" | "group" | "by">[] = [
  { path: "/usr/bin/ssh-agent", by: "openssh-client", mode: 0o2755, group: "_ssh" },
  { path: "/etc/sudoers", by: "sudo", mode: 0o440 },
  { path: "/var/log/unattended-upgrades", by: "unattended-upgrades", mode: 0o750, group: "adm" },
  { path: "/var/lib/apt/lists/partial", by: "apt", mode: 0o700, user: "_apt" },
  { path: "/var/cache/apt/archives/partial", by: "apt", mode: 0o700, user: "_apt" },
];

/**
 * Allowed words of an image's kernel command line; boot-arguments knows the harmful ones. Each ends where a blank or the
 * line does: else a text could be divided in more ways than can be tried.
 */
function kernelArguments(): string {
  return "((root=(PARTUUID|UUID|LABEL)=[\\w-]+|ro|rw|quiet|splash|console=tty\\w+(,\\w+)?|earlyprintk=\\w+(,\\w+)?|net\\.ifnames=0|biosdevname=0|consoleblank=0|systemd\\.machine_id=\\w+|nvme_core\\.io_timeout=\\d+)(?!\\S)|[ \\t])+";
}

/** The root that a kernel's arguments name is the one that is compared. */
function startsRoot(path: string, context: Context): string | undefined {
  const named = [...textAt(context, path).matchAll(/(?:^|\s)root=(\S+)/g)].map(([, source = ""]) => source);
  const other = named.find((source) => !context.isRoot(source));
  return other && `it starts the root ${other}, which is not the one that is compared`;
}

/** dpkg(1), --add-architecture: those of installed packages. */
function architectures(path: string, context: Context): string | undefined {
  const installed = new Set(context.all.map(({ architecture }) => architecture));
  const stray = textAt(context, path)
    .split("\n")
    .find((line) => line !== "" && !installed.has(line));
  return stray && `it adds ${stray}, of which no package is installed`;
}

function generatedInBoot(path: string, { walked }: Context): string | undefined {
  const target = walked.target(path) ?? "";
  return /^boot\/initrd\.img-[\w.+~-]+$/.test(target) && walked.entries.has(`/${target}`)
    ? undefined
    : `it leads to ${target}, and not to an initramfs in /boot`;
}

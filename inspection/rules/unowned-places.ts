/** Files and folders from which a machine runs something automatically, or configures what runs as root. */
export const PLACES = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/boot"],
  ...["/var/spool/cron", "/var/spool/at", "/var/spool/anacron", "/var/spool/incron"],
  ...["/var/lib/extensions", "/var/lib/confexts", "/var/lib/portables", "/var/lib/machines"],
  ...["/var/lib/polkit-1", "/var/lib/systemd/linger", "/var/lib/systemd/home", "/var/lib/sss"],
  ...["/var/lib/cloud/scripts", "/var/lib/cloud/handlers", "/var/lib/extrausers", "/var/lib/misc/*.db"],
];

/**
 * Files there that packages' programs generate, and that only run packages' files: depmod(8), systemd-hwdb(8),
 * pam-auth-update(8), update-alternatives(1), locale-gen(8), ucf(1), cloud-init's and Debian's installers (2026-11).
 * Includes settings that separate rules check.
 */
export const GENERATED: readonly RegExp[] = [
  /^\/(usr\/)?lib\/modules\/[^/]+\/modules\.[a-z.]+$/,
  /^\/(usr\/lib|lib|etc)\/udev\/hwdb\.bin$/,
  /^\/usr\/share\/info\/dir(\.old)?$/,
  /^\/usr\/lib\/locale\/(locale-archive|[A-Za-z_@.0-9-]+\/.*)$/,
  /^\/usr\/lib\/[^/]+\/gconv\/gconv-modules\.cache$/,
  /^\/usr\/share\/(mime|icons|fonts|glib-2\.0\/schemas|applications)\/.*(\.cache|\.uuid|\.compiled|\.xml|mime\.[a-z]+|globs2?|magic|aliases|subclasses|types|icons|generic-icons|treemagic|version|XMLnamespaces)$/,
  /^\/usr\/share\/perl5?\/.*\/ParserDetails\.ini$/,
  /^\/etc\/pam\.d\/common-(account|auth|password|session|session-noninteractive)$/,
  /^\/etc\/security\/opasswd$/,
  /^\/etc\/default\/(locale|grub|keyboard|console-setup|useradd|motd-news)$/,
  /^\/etc\/apt\/apt\.conf\.d\/(20auto-upgrades|50unattended-upgrades)$/,
  /^\/etc\/kernel\/(cmdline|entry-token|install\.conf)$/,
  /^\/etc\/initramfs-tools\/modules$/,
  /^\/etc\/python3(\.\d+)?\/debian_config$/,
  /^\/etc\/dpkg\/origins\/default$/,
  // Names, numbers and words of this machine, which run nothing or have a separate rule.
  /^\/etc\/(\.pwd\.lock|\.updated|\.resolv\.conf\.systemd-resolved\.bak|adjtime|ca-certificates\.conf|debian_version|hostname|issue(\.net)?|locale\.(gen|conf)|localtime|machine-id|machine-info|mailname|motd|mtab|networks|os-release|papersize|popularity-contest\.conf|shells|timezone|vconsole\.conf)$/,
  /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-?$/,
  /^\/etc\/(environment|fstab|hosts|hosts\.(allow|deny|equiv)|inputrc|ld\.so\.(cache|conf|preload)|modules|nsswitch\.conf|profile|resolv\.conf|shosts\.equiv)$/,
  /^\/etc\/(aliases(\.db)?|crypttab|doas\.conf|mdadm(\/mdadm)?\.conf|request-key\.conf|smartd\.conf|sudo\.conf|sudoers|sysctl\.conf|watchdog\.conf)$/,
  /^\/etc\/(network\/interfaces(\.d\/[^/]+)?|netplan\/[^/]+\.yaml)$/,
  /^\/etc\/cloud\/(cloud\.cfg(\.d\/[^/]+)?|cloud-init\.(disabled|enabled)|ds-identify\.cfg|build\.info)$/,
  /^\/etc\/apt\/(apt\.conf|auth\.conf(\.d\/[^/]+)?|sources\.list(\.d\/[^/]+)?|preferences(\.d\/[^/]+)?|trusted\.gpg(~|\.d\/[^/]+)?|keyrings\/.*|mirrors\/[^/]+)$/,
  // Generated on the machine from package files, or checked by the boot rules.
  /^\/boot\/(efi|loader|extlinux|syslinux)\//,
  /^\/boot\/grub2?\/(?!.*\.(efi|elf)$)/,
  /^\/boot\/((initrd|initramfs)[^/]*|[^/]*\.(cfg|conf))$/,
];
/** Links into /run: a target that others can write would let them answer for the system's bus. */
export const IN_RUN = ["/run", "/var/run", "/var/lock"];
/** Places where separate rules check every file and link: certificates, keys, credentials, homes, sshd. */
export const ELSEWHERE =
  /^\/etc\/(ssl\/(certs|private)|pki|skel|credstore(\.encrypted)?|dropbear|ssh(?!\/ssh_config\.d))\/|^\/etc\/(localtime|mtab|resolv\.conf)$/;
/** Files without effect in such places: notes, locks, placeholders. */
export const HARMLESS = /\/\.(placeholder|keep|gitkeep|empty)$/;

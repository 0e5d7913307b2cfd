/** Purpose of a file of a running system, by its place: file-hierarchy(7), systemd.unit(5), cron(8), 2026-11. */
import type { ListedFile } from "../../config/file-list";

/** Programs, libraries, kernels and what belongs to them. dpkg runs the scripts among its records as root. */
const PROGRAMS =
  /^\/(usr|bin|sbin|lib\w*|boot|efi|opt)\/|^\/var\/lib\/dpkg\/info\/|^\/(vmlinuz|initrd\.img)[^/]*$/;

/** Units of systemd, wherever. */
const UNITS =
  /^\/(etc|usr\/lib|usr\/local\/lib|var\/lib)\/systemd\/(system|user)(-generators|-environment-generators|-preset|-shutdown|-sleep|\.attached|\.control)?\//;

/** Other files that start something, or decide what root runs, without a person. */
const STARTS = [
  /^\/etc\/(cron[^/]*|init\.d|rc[^/]*\.d|runit|sv|profile\.d|update-motd\.d|ld\.so\.conf\.d|binfmt\.d|modules-load\.d|modprobe\.d|tmpfiles\.d)(\/|$)/,
  /^\/etc\/(rc\.local|inittab|anacrontab|ld\.so\.(preload|conf)|environment|profile|bash\.bashrc|ssh\/sshrc|sudo\.conf|doas\.conf)$/,
  /^\/etc\/(pam\.d|udev|apt\/apt\.conf\.d|dpkg\/dpkg\.cfg\.d|initramfs-tools|dracut\.conf\.d|kernel|grub\.d|alternatives)\//,
  /^\/etc\/(network\/if-[^/]*\.d|NetworkManager\/dispatcher\.d|networkd-dispatcher|dhcp\/dhclient-[^/]*-hooks\.d|ppp|acpi|logrotate\.d|xdg\/autostart|dbus-1|polkit-1|python3[^/]*|perl)\//,
  /^\/var\/spool\/(cron|at|anacron|incron)\//,
  /^\/var\/lib\/(extensions|confexts|portables|polkit-1|cloud\/(handlers|scripts|seed))\//,
];

/** Made anew by programs of packages, or by the machine: depmod(8), ldconfig(8), systemd-hwdb(8), bootctl(1), locale-gen(8), triggers of dpkg. */
const GENERATED = [
  /^\/usr\/lib\/modules\/[^/]+\/modules\.[a-z.]+$/,
  /^\/usr\/lib\/udev\/hwdb\.bin$/,
  /^\/usr\/share\/info\/dir(\.old)?$/,
  /^\/usr\/lib\/locale\/(locale-archive|[\w@.-]+\/.*)$/,
  /^\/usr\/lib\/[^/]+\/(gconv\/gconv-modules|gdk-pixbuf-2\.0\/[\w.]+\/loaders)\.cache$/,
  /^\/usr\/share\/(mime|icons|fonts|glib-2\.0\/schemas|applications)\/.*(\.cache|\.uuid|\.compiled|\.xml|mime\.[a-z]+|globs2?|magic|aliases|subclasses|types|icons|generic-icons|treemagic|version|XMLnamespaces)$/,
  /^\/usr\/local\/share\/ca-certificates\/.*\.crt$/,
  /^\/boot\/(initrd\.img|initramfs)-[\w.+~-]+$/,
  /^\/boot\/efi\/[^/]+\/[^/]+\/(initrd\.img|initrd)[\w.+~-]*$/,
  /^\/(boot\/)?efi\/loader\/(random-seed|loader\.conf|entries\.srel|entries\/[^/]+\.conf)$/,
  /^\/boot\/grub\/(grub\.cfg|grubenv|unicode\.pf2|fonts\/[^/]+\.pf2)$/,
  /^\/(vmlinuz|initrd\.img)(\.old)?$/,
  /^\/etc\/(ld\.so\.cache|ssl\/certs\/.*|ca-certificates\.conf|mtab)$/,
  /^\/etc\/udev\/(hwdb\.bin|rules\.d\/70-persistent-net\.rules)$/,
  /^\/etc\/(machine-id|machine-info|hostname|hosts|resolv\.conf|adjtime|\.updated|\.pwd\.lock|\.resolv\.conf\.systemd-resolved\.bak)$/,
  /^\/etc\/default\/(locale|keyboard|console-setup)$/,
  /^\/etc\/ssh\/ssh_host_[a-z0-9]+_key(\.pub)?$/,
  /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-?$/,
  /^\/etc\/(kernel\/(cmdline|entry-token|install\.conf)|initramfs-tools\/modules|python3[^/]*\/debian_config)$/,
];

/** Names of a program's compiled Python. */
const COMPILED = /^(.*)\/__pycache__\/([^/]+)\.cpython-\d+(?:\.opt-\d)?\.pyc$/;

type Place = "program" | "start" | "generated" | "setting" | "data";

export function placeOf(path: string): Place {
  if (GENERATED.some((each) => each.test(path))) return "generated";
  if (UNITS.test(path) || STARTS.some((each) => each.test(path))) return "start";
  if (PROGRAMS.test(path)) return "program";
  return path.startsWith("/etc/") ? "setting" : "data";
}

export const isProgramPlace = (path: string): boolean => PROGRAMS.test(path);

/** Of compiled Python its source. */
export function sourceOf(path: string): string | undefined {
  const [, folder = "", name] = COMPILED.exec(path) ?? [];
  return name === undefined ? undefined : `${folder}/${name}.py`;
}

/** `bash` of /var/lib/dpkg/info/bash.postinst and of bash:amd64.list. */
export function packageOfRecord(path: string): string | undefined {
  return /^\/var\/lib\/dpkg\/info\/([a-z0-9][a-z0-9+.-]+?)(?::[a-z0-9-]+)?\.[a-z0-9]+$/.exec(path)?.[1];
}

/** Difference between two files of one path; `undefined`: none. */
export function differenceOf(has: ListedFile, wanted: ListedFile): string | undefined {
  if (has.kind !== wanted.kind) return `it is a ${has.kind}, and was a ${wanted.kind}`;
  if (has.size !== wanted.size || has.sha256 !== wanted.sha256) return "its content is another";
  if (has.target !== wanted.target) return `it leads to ${has.target}, and led to ${wanted.target}`;
  const [own, their] = [has.rights, wanted.rights];
  if (!own || !their) return undefined;
  if (has.kind !== "link" && own.mode !== their.mode)
    return `its mode is ${octal(own.mode)}, and was ${octal(their.mode)}`;
  if (own.uid !== their.uid || own.gid !== their.gid)
    return `its owner is ${own.uid}:${own.gid}, and was ${their.uid}:${their.gid}`;
  return undefined;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

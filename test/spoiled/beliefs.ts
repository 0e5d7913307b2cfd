/** What the image says of itself, and of which more was believed than is compared. */
import type { Variant } from "./variants";

const more = (text: string) => (content: Buffer) => `${content.toString()}${text}`;
const replaced = (before: string | RegExp, after: string) => (content: Buffer) => {
  const changed = content.toString("latin1").replace(before, after);
  if (changed === content.toString("latin1")) throw new Error(`nothing to spoil: ${String(before)}`);
  return Buffer.from(changed, "latin1");
};
const edited = (
  name: string,
  path: string,
  change: (content: Buffer) => Buffer | string,
  said: RegExp,
  mode?: number,
): Variant => ({
  name,
  spoil: (disk) => disk.edit(path, change, mode),
  said: new RegExp(`^${path.replaceAll(".", "\\.")}: .*${said.source}`),
});

const STATUS = "/var/lib/dpkg/status";
const PAYLOAD = "/var/lib/systemd/catalog/database";

export const BELIEFS: readonly Variant[] = [
  edited(
    "a package that is held back",
    STATUS,
    replaced(/(Package: openssh-server\nStatus: )install/, "$1hold"),
    /openssh-server.*hold ok installed/,
  ),
  edited(
    "a package that is there twice",
    STATUS,
    (c) => {
      const [entry = ""] = /^Package: sudo\n[^]*?\n\n/m.exec(c.toString()) ?? [];
      return `${c.toString()}${entry}`;
    },
    /sudo.*2 entries/,
  ),
  edited(
    "a service in another group",
    "/etc/passwd",
    replaced(/^(sshd:x:\d+:)65534/m, "$142"),
    /sshd.*group 42/,
  ),
  edited(
    "two services with one number",
    "/etc/passwd",
    replaced(/^systemd-resolve:x:996:/m, "systemd-resolve:x:997:"),
    /997 .*twice/,
  ),
  edited(
    "a group with the number of another",
    "/etc/group",
    replaced(/^_ssh:x:101:/m, "_ssh:x:100:"),
    /100 .*twice/,
  ),
  edited(
    "an override for another group",
    "/var/lib/dpkg/statoverride",
    replaced("root messagebus 4754", "root users 4754"),
    /mode 4754 of .*dbus-daemon-launch-helper.*users/,
  ),
  edited(
    "a diversion to another place",
    "/var/lib/dpkg/diversions",
    replaced("/bin/sh.distrib\n", "/etc/profile.d/sh.sh\n"),
    /\/bin\/sh is put to \/etc\/profile\.d\/sh\.sh/,
  ),
  edited("an architecture of packages", "/var/lib/dpkg/arch", more("i386\n"), /i386/),
  edited(
    "an alternative that is chosen later",
    "/var/lib/dpkg/alternatives/pager",
    replaced("\n/bin/more\n50\n", "\n/var/lib/x\n50\n"),
    /\/var\/lib\/x/,
  ),
  {
    name: "a name that no package registers",
    spoil: (d) => d.link("/usr/sbin/update", "/etc/alternatives/awk"),
    said: /^\/usr\/sbin\/update: no package registers/,
  },
  {
    name: "an index of modules that leads elsewhere",
    spoil: (d, kernel) =>
      d.edit(`/usr/lib/modules/${kernel}/modules.dep.bin`, (c) => {
        const text = c.toString("latin1");
        const at = text.indexOf("kernel/drivers/block/aoe/aoe.ko");
        return Buffer.from(
          text.slice(0, at) +
            `/${PAYLOAD}:`.padEnd("kernel/drivers/block/aoe/aoe.ko".length, " ").slice(0, 31) +
            text.slice(at + 31),
          "latin1",
        );
      }),
    said: /modules\.dep\.bin: it names/,
  },
  {
    name: "a list of modules with a file of another kind",
    spoil: (d, kernel) =>
      d.edit(`/usr/lib/modules/${kernel}/modules.softdep`, more("install loop /bin/id\n")),
    said: /modules\.softdep: /,
  },
  {
    name: "a file beside the lists of modules",
    spoil: (d, kernel) => d.write(`/usr/lib/modules/${kernel}/modules.payload`, "ELF"),
    said: /modules\.payload: /,
  },
  edited(
    "a library under another name",
    "/etc/ld.so.cache",
    underOtherName,
    /libacl\.so\.1 for libpam\.so\.0/,
  ),
  {
    name: "a library in the midst of a name",
    spoil: (d) => d.edit("/etc/ld.so.cache", withinName),
    said: /^\/etc\/ld\.so\.cache: it leads to \/x/,
  },
  edited(
    "a unit by the database of hardware",
    "/usr/lib/udev/hwdb.bin",
    replaced("ID_OUI_FROM_DATABASE\0", "SYSTEMD_WANTS\0TABASE\0"),
    /SYSTEMD_WANTS/,
    0o444,
  ),
  edited("another text in the catalogue", PAYLOAD, replaced("journal", "jOurnal"), /no package/),
  edited(
    "an answer to a package's question",
    "/var/cache/debconf/config.dat",
    replaced(/(unattended-upgrades\/enable_auto_updates\nTemplate: [^\n]*\nValue: )true/, "$1false"),
    /enable_auto_updates/,
  ),
  edited(
    "a question of a package",
    "/var/cache/debconf/templates.dat",
    replaced("Do you want to add the group ${name}?", "Do you want to add the gr0up ${name}?"),
    /base-passwd\/group-add/,
  ),
  edited(
    "an EFI system partition that everybody may write",
    "/etc/fstab",
    replaced("umask=0077", "umask=0000"),
    /its content is not/,
  ),
  edited(
    "accounts of the network",
    "/etc/nsswitch.conf",
    replaced(/^passwd: +files/m, "passwd: nis files"),
    /its content is not/,
  ),
  {
    name: "a unit that its package enables",
    spoil: (d) => d.debugfs("rm /etc/systemd/system/timers.target.wants/apt-daily-upgrade.timer"),
    said: /apt-daily-upgrade\.timer: missing/,
  },
  {
    name: "a manual that is a program",
    spoil: (d) => {
      d.debugfs("mkdir /usr/share/info");
      d.write("/usr/share/info/dir", "\x7fELF\0\0");
    },
    said: /^\/usr\/share\/info\/dir: /,
  },
  {
    name: "variables of GRUB",
    spoil: (d) => {
      d.debugfs("mkdir /boot/grub");
      d.write("/boot/grub/grubenv", `# GRUB Environment Block\nprefix=(hd1)/x\n${"#".repeat(900)}`);
    },
    said: /grubenv: its content is not/,
  },
  {
    name: "a file below the EFI system partition",
    spoil: (d) => d.write("/boot/efi/hidden", "x"),
    said: /^\/boot\/efi\/hidden: .*hidden/,
  },
  {
    name: "a file of the EFI system partition that begins with a dot",
    spoil: (d) => {
      d.writeEsp("/EFI/BOOT/XHIDDENE.EFI", "MZ");
      d.rawReplace(Buffer.from("XHIDDENEEFI"), Buffer.from(".HIDDENEEFI"));
    },
    said: /\.HIDDENE\.EFI: /,
  },
  {
    name: "a program for BIOS",
    spoil: (d) => d.raw(0, Buffer.from("eb639000", "hex")),
    said: /first sector/,
  },
  {
    name: "a kernel's argument of another root",
    spoil: (d) =>
      d.writeEsp("/loader/entries/zz.conf", "title x\nlinux /debian/x/linux\noptions root=LABEL=other ro\n"),
    said: /entries\/zz\.conf: .*LABEL=other/,
  },
  {
    name: "a device with another number",
    spoil: (d) => d.debugfs("cd /dev", "rm null", "mknod null b 8 0", "sif null mode 0060666"),
    said: /^\/dev\/null: /,
  },
  {
    name: "compiled code",
    spoil: (d) =>
      d.edit(
        "/usr/lib/python3.11/__pycache__/this.cpython-311.pyc",
        replaced("Gur Mra bs Clguba", "Gur Mra bs CLguba"),
      ),
    said: /this\.cpython-311\.pyc: .*(compiled|code)/,
  },
  {
    name: "a hook that starts with Debian's own tool",
    spoil: (d) => d.write("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", 0o755),
    said: /policy-rc\.d: no package/,
  },
];

/** The entry of one library has the path of another; names are the ends of paths, in one text. */
function underOtherName(cache: Buffer): Buffer {
  const changed = Buffer.from(cache);
  const [from, to] = ["libpam.so.0", "libacl.so.1"].map((name) =>
    changed.indexOf(`/lib/x86_64-linux-gnu/${name}\0`),
  ) as [number, number];
  for (let entry = 48; entry < 48 + 24 * changed.readUInt32LE(20); entry += 24)
    if (changed.readUInt32LE(entry + 8) === from) changed.writeUInt32LE(to, entry + 8);
  return changed;
}

/** The offset of a library's path leads into another string: the path has no NUL before it. */
function withinName(cache: Buffer): Buffer {
  const changed = Buffer.from(cache);
  const at = changed.indexOf("/lib/x86_64-linux-gnu/libzstd.so.1\0");
  changed.write("zzzz/xxx", at, "latin1");
  for (let entry = 48; entry < 48 + 24 * changed.readUInt32LE(20); entry += 24)
    if (changed.readUInt32LE(entry + 8) === at) changed.writeUInt32LE(at + 4, entry + 8);
  return changed;
}

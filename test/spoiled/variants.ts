import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { GIB } from "../../facts/units";
import type { SpoiledDisk } from "./disk";

/** One way to spoil an image, and what has to be said of it. */
export interface Variant {
  readonly name: string;
  readonly spoil: (disk: SpoiledDisk, kernel: string) => void;
  /** Expected in one finding: `path: message`. */
  readonly said: RegExp;
}

const flip = (content: Buffer, at = content.length >> 1): Buffer => {
  const changed = Buffer.from(content);
  changed[at] = changed[at]! ^ 1;
  return changed;
};
const more = (text: string) => (content: Buffer) => `${content.toString()}${text}`;
const write = (name: string, path: string, content: string, mode?: number): Variant => ({
  name,
  spoil: (disk) => disk.write(path, content, mode),
  said: new RegExp(`^${path.replaceAll(".", "\\.")}: no package brings it`),
});

const UNIT =
  "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/sh -c id\n[Install]\nWantedBy=multi-user.target\n";
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUevil\n-----END CERTIFICATE-----\n";

/** All may be in one disk: each is at a place of its own. */
export const VARIANTS: readonly Variant[] = [
  {
    name: "a program with more in it",
    spoil: (d) => d.edit("/usr/bin/cat", more("x"), 0o755),
    said: /^\/usr\/bin\/cat: a file of coreutils: changed/,
  },
  {
    name: "one bit of sshd",
    spoil: (d) => d.edit("/usr/sbin/sshd", flip, 0o755),
    said: /^\/usr\/sbin\/sshd: a file of openssh-server: changed/,
  },
  {
    name: "an edited configuration file",
    spoil: (d) => d.edit("/etc/pam.d/sshd", more("auth sufficient pam_permit.so\n")),
    said: /^\/etc\/pam\.d\/sshd: a setting of openssh-server: changed/,
  },
  {
    name: "sudo without a password",
    spoil: (d) => d.edit("/etc/sudoers", more("ALL ALL=NOPASSWD: ALL\n"), 0o440),
    said: /^\/etc\/sudoers: a setting of sudo: changed/,
  },
  write("a unit", "/etc/systemd/system/evil.service", UNIT),
  {
    name: "a unit that is enabled",
    spoil: (d) =>
      d.link("/etc/systemd/system/multi-user.target.wants/evil.service", "/etc/systemd/system/evil.service"),
    said: /wants\/evil\.service: it enables .*no package brings/,
  },
  {
    name: "a package's unit that was disabled",
    spoil: (d) =>
      d.link(
        "/etc/systemd/system/sysinit.target.wants/debug-shell.service",
        "/lib/systemd/system/debug-shell.service",
      ),
    said: /debug-shell\.service: it enables .*leaves disabled/,
  },
  {
    name: "a drop-in of a unit",
    spoil: (d) => {
      d.debugfs("mkdir /etc/systemd/system/ssh.service.d");
      d.write("/etc/systemd/system/ssh.service.d/x.conf", "[Service]\nExecStartPre=/bin/id\n");
    },
    said: /^\/etc\/systemd\/system\/ssh\.service\.d\/x\.conf: no package/,
  },
  write("a cron job", "/etc/cron.d/evil", "* * * * * root id\n"),
  write("a PAM module", "/usr/lib/x86_64-linux-gnu/security/pam_evil.so", "ELF"),
  {
    name: "a stack of PAM that lets everybody in",
    spoil: (d) =>
      d.edit("/etc/pam.d/common-auth", (c) =>
        c.toString().replace("auth\t[success", "auth sufficient pam_permit.so\nauth\t[success"),
      ),
    said: /^\/etc\/pam\.d\/common-auth: other modules/,
  },
  {
    name: "a kernel module",
    spoil: (d, kernel) => d.write(`/usr/lib/modules/${kernel}/evil.ko`, "ELF"),
    said: /modules\/[^/]+\/evil\.ko: no package/,
  },
  {
    name: "a kernel module in the list",
    spoil: (d, kernel) => d.edit(`/usr/lib/modules/${kernel}/modules.dep`, more("evil.ko:\n")),
    said: /modules\.dep: it names evil\.ko/,
  },
  write("a udev rule", "/etc/udev/rules.d/99-evil.rules", 'RUN+="/bin/id"\n'),
  write("a preloaded library", "/etc/ld.so.preload", "/usr/lib/evil.so\n"),
  write("a log-in script", "/etc/profile.d/evil.sh", "id\n"),
  {
    name: "a setuid copy of a shell",
    spoil: (d) => d.write("/usr/lib/.x", d.read("/usr/bin/dash"), 0o4755),
    said: /^\/usr\/lib\/\.x: no package brings it \(setuid\)/,
  },
  {
    name: "a package's program made setuid",
    spoil: (d) => d.debugfs("sif /usr/bin/find mode 0104755"),
    said: /^\/usr\/bin\/find: .*its mode is 4755 \(setuid\)/,
  },
  {
    name: "a folder that everybody may write",
    spoil: (d) => d.debugfs("sif /etc/cron.d mode 0040777"),
    said: /^\/etc\/cron\.d: .*its mode is 0777/,
  },
  {
    name: "another owner",
    spoil: (d) => d.debugfs("sif /usr/bin/ls uid 1000"),
    said: /^\/usr\/bin\/ls: .*its owner is 1000:0/,
  },
  {
    name: "a capability",
    spoil: (d) => d.debugfs("ea_set /usr/bin/tail security.capability x"),
    said: /^\/usr\/bin\/tail: .*it has security\.capability/,
  },
  {
    name: "a link to another program",
    spoil: (d) => d.link("/usr/bin/python3", "/opt/python"),
    said: /^\/usr\/bin\/python3: a link of .*it leads to \/opt\/python/,
  },
  {
    name: "a file in place of a link",
    spoil: (d) => d.write("/usr/bin/ex", "x", 0o755),
    said: /^\/usr\/bin\/ex: no package/,
  },
  {
    name: "a kernel in the root",
    spoil: (d, kernel) => d.edit(`/boot/vmlinuz-${kernel}`, flip),
    said: /^\/boot\/vmlinuz-\S+: a file of linux-image-\S+: changed/,
  },
  {
    name: "a script of the initramfs",
    spoil: (d, kernel) => d.edit(`/boot/initrd.img-${kernel}`, withOtherInit),
    said: /^\/boot\/initrd\.img-\S+: it holds \/init, of no package/,
  },
  {
    name: "an initramfs in the ESP",
    spoil: (d, kernel) => {
      const path = `/debian/${kernel}/initrd.img-${kernel}`;
      d.writeEsp(path, withOtherInit(d.readEsp(path)));
    },
    said: /^\/boot\/efi\/debian\/\S+\/initrd\.img-\S+: it holds \/init, of no package/,
  },
  {
    name: "a boot loader",
    spoil: (d) => d.writeEsp("/EFI/BOOT/BOOTX64.EFI", flip(d.readEsp("/EFI/BOOT/BOOTX64.EFI"))),
    said: /BOOTX64\.EFI: it is no package's loader/,
  },
  {
    name: "a kernel in the ESP",
    spoil: (d, kernel) => d.writeEsp(`/debian/${kernel}/linux`, flip(d.readEsp(`/debian/${kernel}/linux`))),
    said: /\/linux: it is no package's loader or kernel/,
  },
  {
    name: "another loader in the ESP",
    spoil: (d) => d.writeEsp("/EFI/systemd/evil.efi", "MZ"),
    said: /evil\.efi: it is no package's loader/,
  },
  {
    name: "a file in the ESP",
    spoil: (d) => d.writeEsp("/startup.nsh", "x"),
    said: /startup\.nsh: no package/i,
  },
  {
    name: "a boot entry that starts a shell",
    spoil: (d, kernel) => {
      const path = `/loader/entries/debian-${kernel}.conf`;
      d.writeEsp(path, d.readEsp(path).toString().replace(" ro ", " ro init=/bin/sh "));
    },
    said: /entries\/debian-\S+\.conf: its content is not/,
  },
  {
    name: "a file that is gone",
    spoil: (d) => d.debugfs("rm /usr/bin/passwd"),
    said: /^\/usr\/bin\/passwd: missing: a file of passwd/,
  },
  write("a key of apt", "/etc/apt/trusted.gpg.d/evil.gpg", "key"),
  write("a certificate to be trusted", "/usr/local/share/ca-certificates/evil.crt", CERTIFICATE),
  {
    name: "a certificate in the bundle",
    spoil: (d) => d.edit("/etc/ssl/certs/ca-certificates.crt", more(CERTIFICATE)),
    said: /ca-certificates\.crt: it holds more/,
  },
  write("a certificate beside the others", "/etc/ssl/certs/0a0a0a0a.0", CERTIFICATE),
  {
    name: "another alternative",
    spoil: (d) => d.link("/etc/alternatives/pager", "/usr/bin/dash"),
    said: /^\/etc\/alternatives\/pager: it leads to \/usr\/bin\/dash, which its package does not register/,
  },
  {
    name: "a second root",
    spoil: (d) => d.edit("/etc/passwd", more("toor:x:0:0::/root:/bin/bash\n")),
    said: /^\/etc\/passwd: .*no package makes the account toor/,
  },
  {
    name: "a password of root",
    spoil: (d) => {
      d.edit("/etc/shadow", (c) => c.toString().replace("root:*:", "root:$y$x:"), 0o640);
      d.debugfs("sif /etc/shadow gid 42");
    },
    said: /^\/etc\/shadow: root has a password/,
  },
  {
    name: "a member of sudo",
    spoil: (d) => d.edit("/etc/group", (c) => c.toString().replace(/^sudo:x:27:$/m, "sudo:x:27:daemon")),
    said: /^\/etc\/group: .*the group sudo has members/,
  },
  {
    name: "a diverted program",
    spoil: (d) => d.edit("/var/lib/dpkg/diversions", more("/usr/bin/env\n/usr/bin/env.distrib\ncoreutils\n")),
    said: /diversions: \/usr\/bin\/env is put to/,
  },
  {
    name: "an override of rights",
    spoil: (d) => d.edit("/var/lib/dpkg/statoverride", more("root root 4755 /usr/bin/nice\n")),
    said: /statoverride: mode 4755 of \/usr\/bin\/nice/,
  },
  {
    name: "a list of dpkg with one more file",
    spoil: (d) => d.edit("/var/lib/dpkg/info/sudo.list", more("/usr/bin/evil\n")),
    said: /sudo\.list: not the files of sudo: \/usr\/bin\/evil/,
  },
  {
    name: "a changed program with a changed digest",
    spoil: changedWithDigest,
    said: /^\/usr\/bin\/sort: a file of coreutils: changed/,
  },
  {
    name: "the changed list of digests",
    spoil: () => {},
    said: /coreutils\.md5sums: changed: not that of coreutils/,
  },
  {
    name: "a maintainer script",
    spoil: (d) => d.edit("/var/lib/dpkg/info/sudo.postinst", more("id\n"), 0o755),
    said: /sudo\.postinst: changed: not that of sudo/,
  },
  {
    name: "a package's dependencies",
    spoil: (d) =>
      d.edit("/var/lib/dpkg/status", (c) =>
        c.toString().replace("Depends: passwd\n", "Depends: passwd, evil\n"),
      ),
    said: /status: what it says of adduser is not the package's: depends/,
  },
  {
    name: "a version that the archive does not have",
    spoil: (d) =>
      d.edit("/var/lib/dpkg/status", (c) =>
        c
          .toString()
          .replace(
            /(Package: which\n|Package: whiptail\n|Package: zstd\n)([^]*?)Version: /,
            "$1$2Version: 9:",
          ),
      ),
    said: /^zstd 9:\S+ \(amd64\) is in none of the archive's suites/,
  },
  {
    name: "a key of root",
    spoil: (d) => d.write("/root/.ssh/authorized_keys", "ssh-ed25519 AAAA x\n", 0o600),
    said: /authorized_keys: no package/,
  },
  {
    name: "a host key",
    spoil: (d) => d.write("/etc/ssh/ssh_host_ed25519_key", "x", 0o600),
    said: /ssh_host_ed25519_key: no package/,
  },
  {
    name: "a command of cloud-init",
    spoil: (d) => d.edit("/etc/cloud/cloud.cfg.d/01_debian_cloud.cfg", more("runcmd: [id]\n")),
    said: /01_debian_cloud\.cfg: its content is not/,
  },
  {
    name: "another source of apt",
    spoil: (d) => d.edit("/etc/apt/sources.list", more("deb http://evil.example/debian bookworm main\n")),
    said: /sources\.list: its content is not/,
  },
  {
    name: "a service of names",
    spoil: (d) => d.edit("/etc/nsswitch.conf", more("shadow: evil\n")),
    said: /nsswitch\.conf: its content is not/,
  },
  write("a start file of Python", "/usr/lib/python3/dist-packages/evil.pth", "import os\n"),
  write("a file of no program", "/usr/share/doc/evil.txt", "x"),
  {
    name: "a filled machine id",
    spoil: (d) => d.write("/etc/machine-id", `${"a".repeat(32)}\n`, 0o444),
    said: /machine-id: its content is not/,
  },
  write("a hidden file", "/var/lib/systemd/.x", "x"),
];

/** The first line of the initramfs's `/init` with one character changed: of the same length. */
function withOtherInit(packed: Buffer): Buffer {
  const options = { maxBuffer: GIB };
  const plain = execFileSync("zstd", ["-dcq"], { ...options, input: packed });
  const at = plain.indexOf("#!/bin/sh\n\n# Default PATH");
  plain[at + 13] = plain[at + 13]! ^ 1;
  return execFileSync("zstd", ["-1cq"], { ...options, input: plain });
}

/** As somebody would who knows that dpkg --verify is run. */
function changedWithDigest(disk: SpoiledDisk): void {
  const md5 = (content: Buffer) => createHash("md5").update(content).digest("hex");
  const before = disk.read("/usr/bin/sort");
  const changed = flip(before);
  disk.write("/usr/bin/sort", changed, 0o755);
  disk.edit("/var/lib/dpkg/info/coreutils.md5sums", (list) =>
    list.toString().replace(md5(before), md5(changed)),
  );
}

import { mkdtempSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { MIB } from "../../../facts/units";
import { makeGpt } from "../../unit/disk/make-gpt";
import { efiProgram } from "../../unit/inspection/efi-program";
import { ext4Of, fatOf, type Files, TYPE, withDebugfs } from "../../integration/inspection/small-disk";
import { SOUND_ROOT } from "../../unit/inspection/sound-image";

/** A whole, sound disk, and the places where its file systems begin. */
export interface Base {
  readonly bytes: Buffer;
  /** Bytes from the start of the disk. */
  readonly esp: number;
  readonly root: number;
}

const KERNEL = gzipSync(Buffer.alloc(20_000, "kernel"));
const ESP_FILES = {
  "/EFI/BOOT/BOOTX64.EFI": efiProgram(),
  "/EFI/Linux/debian.efi": efiProgram(0x8664, {
    ".osrel": 'ID=debian\nVERSION_ID="13"\n',
    ".cmdline": "root=PARTUUID=00000000-0000-0000-0000-000000000002 console=ttyS0",
    ".linux": KERNEL,
  }),
  "/loader/loader.conf": "timeout 3\ndefault debian.conf\n",
  "/loader/entries/debian.conf":
    "title Debian\nlinux /vmlinuz\noptions root=PARTUUID=2222 console=ttyS0,115200\n",
  "/EFI/debian/grub.cfg": "search.fs_uuid 1 root\nconfigfile ($root)/boot/grub/grub.cfg\n",
};

/** Contents that only larger systems have: indexed folders, long links, holes, a file of several extents. */
export const ROOT_FILES: Files = {
  ...Object.fromEntries(
    Object.entries(SOUND_ROOT).flatMap(([name, content]) =>
      typeof content === "string" && !name.endsWith("/") ? [[name, content]] : [],
    ),
  ),
  "/etc/fstab":
    "PARTUUID=00000000-0000-0000-0000-000000000002 / ext4 defaults 0 1\nPARTUUID=00000000-0000-0000-0000-000000000001 /boot/efi vfat ro 0 2\n",
  "/etc/ssh/sshd_config":
    "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nMatch User x\n PasswordAuthentication yes\n",
  "/etc/sudoers": "Defaults env_reset\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n",
  "/etc/pam.d/common-auth":
    "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n",
  "/etc/pam.d/sshd": "@include common-auth\naccount required pam_nologin.so\n",
  "/boot/grub/grub.cfg":
    "menuentry 'Debian' {\n linux /vmlinuz root=PARTUUID=2222 ro quiet\n initrd /initrd.img\n}\n",
  "/etc/systemd/system/x.service":
    "[Unit]\nDescription=x\n[Service]\nExecStart=/usr/bin/x -f \\\n  --y\n[Install]\nWantedBy=multi-user.target\n",
  "/etc/systemd/system/multi-user.target.wants/x.service": { link: "/etc/systemd/system/x.service" },
  "/etc/alternatives/long": { link: `/${"a/".repeat(60)}x` },
  "/etc/cloud/cloud.cfg":
    "users: [default]\nsystem_info: {default_user: {name: debian}}\ndatasource_list: [Ec2]\n",
  "/etc/apt/apt.conf.d/50x":
    'Unattended-Upgrade::Origins-Pattern { "origin=Debian,label=Debian-Security"; };\n#clear x;\n',
  "/etc/apt/preferences.d/x": "Package: *\nPin: release a=stable\nPin-Priority: 500\n",
  "/usr/lib/x/large": "large\n".repeat(20_000),
  ...Object.fromEntries(
    Array.from({ length: 150 }, (_, index) => [`/usr/share/x/a-file-with-a-long-name-${index}`, "x"]),
  ),
};

/**
 * Three ways in which real file systems are made: as Debian's installer does, as older ones did, and with rarely used
 * features.
 */
export function makeBases(parent: string): Base[] {
  const folder = mkdtempSync(path.join(parent, "bases-"));
  const inRoot = [
    "ea_set /usr/sbin/sshd security.capability 0123456789",
    "ea_set /etc/passwd user.x y",
    "ln /etc/passwd /etc/passwd-",
    "write /dev/null /etc/empty",
  ];
  const root = (...options: string[]) => withDebugfs(folder, ext4Of(folder, ROOT_FILES, options), ...inRoot);
  return [
    diskOf(fatOf(folder, ESP_FILES), root()),
    diskOf(
      fatOf(folder, ESP_FILES, 12),
      root("-O", "^extents,^has_journal,^64bit,^metadata_csum", "-I", "128"),
    ),
    diskOf(fatOf(folder, ESP_FILES, 32), root("-O", "inline_data,^metadata_csum")),
  ];
}

function diskOf(esp: Buffer, root: Buffer): Base {
  const guid = "00000000-0000-0000-0000-00000000000";
  const at = { esp: MIB, root: MIB + Math.ceil(esp.length / MIB) * MIB };
  const sectors = (at.root + root.length + MIB) / 512;
  const bytes = makeGpt(sectors, [
    { typeGuid: TYPE.esp, guid: `${guid}1`, name: "esp", first: at.esp / 512, last: at.root / 512 - 1 },
    {
      typeGuid: TYPE.root,
      guid: `${guid}2`,
      name: "root",
      first: at.root / 512,
      last: (at.root + root.length) / 512 - 1,
    },
  ]);
  esp.copy(bytes, at.esp);
  root.copy(bytes, at.root);
  return { bytes, ...at };
}

import { syslinuxLines } from "../../../inspection/boot-entries";
import { efiProgram } from "./efi-program";
import { findings, image, type Spoil } from "./sound-image";

const ENTRY = "/loader/entries/debian.conf";
const DOOR = "boot-arguments";
const CONSOLE = "console=ttyS0";

/** The sound image with other kernel arguments. */
const started = (options: string) => image({}, { [ENTRY]: `title x\noptions ${CONSOLE} ${options}\n` });
const other = (root: string, where = ENTRY) =>
  `boots-inspected-root: ${where}: root=${root} is partition 3, and partition 2 was inspected as the root`;

test.each<{ options: string; want: string[] }>([
  { options: "root=PARTUUID=2222", want: [] },
  { options: "root=UUID=AAAA-2 ro", want: [] },
  { options: "root=LABEL=system", want: [] },
  { options: "root=PARTLABEL=root", want: [] },
  { options: "root=/dev/vda2", want: [] },
  { options: "", want: [] },
  { options: "root=PARTUUID=3333", want: [other("PARTUUID=3333")] },
  { options: "root=PARTUUID=2222 root=/dev/sda3", want: [other("/dev/sda3")] },
  { options: '"root=LABEL=data"', want: [other("LABEL=data")] },
  {
    options: "root=/dev/mapper/vg-root",
    want: [
      `boots-inspected-root not inspected: ${ENTRY}: root=/dev/mapper/vg-root is no partition that is known by that name`,
    ],
  },
])("the root of $options", ({ options, want }) => {
  expect(findings(started(options))).toEqual(want);
});

test("a rescue entry that starts another root is a way into it as well", () => {
  const menu = { "/boot/grub/grub.cfg": "linux /vmlinuz root=LABEL=data single\n" };
  expect(findings(image(menu))).toEqual([other("LABEL=data", "/boot/grub/grub.cfg")]);
});

test.each<{ options: string; want: string }>([
  { options: "init=/bin/sh", want: "init=/bin/sh: starts another program as init" },
  { options: "rdinit=/bin/sh", want: "rdinit=/bin/sh: starts another program as init" },
  { options: "systemd.debug_shell", want: "systemd.debug_shell: gives a root shell to the console" },
  { options: "systemd.debug-shell=1", want: "systemd.debug-shell=1: gives a root shell to the console" },
  {
    options: "rd.break=pre-mount",
    want: "rd.break=pre-mount: stops in the initramfs, with a root shell on the console",
  },
  { options: "systemd.unit=evil.target", want: "systemd.unit=evil.target: starts another unit" },
  { options: 'systemd.run="/bin/sh -c id"', want: "systemd.run=/bin/sh -c id: starts what no package wants" },
  {
    options: "systemd.set_credential=passwd.plaintext-password.root:x",
    want: "systemd.set_credential=passwd.plaintext-password.root:x: gives the system a credential or a program of somebody else's",
  },
  {
    options: "SYSTEMD_SULOGIN_FORCE=1",
    want: "SYSTEMD_SULOGIN_FORCE=1: gives a root shell without a password",
  },
  {
    options: "ds=nocloud;s=http://192.0.2.1/",
    want: "ds=nocloud;s=http://192.0.2.1/: cloud-init takes its settings from there",
  },
  { options: "cc:{bootcmd:[id]}end_cc", want: "cc:{bootcmd:[id]}end_cc: is what cloud-init shall do" },
  { options: "network-config=e30=", want: "network-config=e30=: says where names and packets go" },
  { options: "ip=::::::dhcp:192.0.2.1", want: "ip=::::::dhcp:192.0.2.1: sets a name server" },
  { options: "boot=live", want: "boot=live: starts another root than the disk's" },
  {
    options: "systemd.mask=apt-daily-upgrade.timer",
    want: "systemd.mask=apt-daily-upgrade.timer: keeps a unit of the system from starting",
  },
  {
    options: "firmware_class.path=/opt/x",
    want: "firmware_class.path=/opt/x: loads firmware that no package brought",
  },
  {
    options: "netconsole=@/,@192.0.2.1/",
    want: "netconsole=@/,@192.0.2.1/: sends the kernel's messages to another machine",
  },
])("the argument $options", ({ options, want }) => {
  expect(findings(started(options))).toEqual([`${DOOR}: ${ENTRY}: ${want}`]);
});

test.each([
  "init=/lib/systemd/systemd",
  "systemd.unit=multi-user.target",
  "systemd.debug_shell=no",
  "quiet ds=nocloud",
  "ip=dhcp",
  "ip=::::::dhcp",
  "boot=local",
])("%s starts the system as it is", (options) => {
  expect(findings(started(options))).toEqual([]);
});

const unified = (line: string, kernel = "kernel") =>
  efiProgram(0x8664, { ".text": "x", ".cmdline": `${line}\0`, ".linux": kernel });

test.each<{ what: string; root?: Spoil; esp: Spoil; want: string[] }>([
  {
    what: "as the default loader, with its kernel and its arguments",
    root: { "/boot/vmlinuz-6.1": undefined },
    esp: { "/EFI/BOOT/BOOTX64.EFI": unified(`root=PARTLABEL=root ${CONSOLE}`), [ENTRY]: undefined },
    want: [],
  },
  {
    what: "without a serial console",
    esp: { "/EFI/Linux/x.efi": unified("root=PARTLABEL=root console=tty0"), [ENTRY]: undefined },
    want: ['serial-console: /EFI/Linux/x.efi: no serial console in "root=PARTLABEL=root console=tty0"'],
  },
  {
    what: "that starts another root",
    esp: { "/EFI/Linux/x.efi": unified(`root=PARTLABEL=srv ${CONSOLE}`) },
    want: [other("PARTLABEL=srv", "/EFI/Linux/x.efi")],
  },
  {
    what: "with an addon that gives a shell",
    esp: {
      "/EFI/Linux/x.efi.extra.d/y.addon.efi": efiProgram(0x8664, {
        ".text": "x",
        ".cmdline": "systemd.debug_shell",
      }),
    },
    want: [
      `${DOOR}: /EFI/Linux/x.efi.extra.d/y.addon.efi: systemd.debug_shell: gives a root shell to the console`,
    ],
  },
  {
    what: "with an empty kernel, and no other",
    root: { "/boot/vmlinuz-6.1": undefined },
    esp: { "/EFI/Linux/x.efi": efiProgram(0x8664, { ".text": "x", ".cmdline": CONSOLE, ".linux": "" }) },
    want: ["kernel: /EFI/Linux/x.efi: a kernel by name, but no file with anything in it"],
  },
])("a unified kernel image $what", ({ root, esp, want }) => {
  expect(findings(image(root, esp))).toEqual(want);
});

test.each<{ what: string; text: string; want: string[] }>([
  {
    what: "a label of its own",
    text: "DEFAULT virt\nLABEL virt\n LINUX vmlinuz-virt\n APPEND root=LABEL=/ console=ttyS0\n",
    want: ["root=LABEL=/ console=ttyS0"],
  },
  {
    what: "arguments for all labels, and a label that wants none",
    text: "append quiet\nlabel a\nkernel /vmlinuz x\nlabel b\nkernel /vmlinuz\nappend -\n",
    want: ["x quiet", ""],
  },
  { what: "a menu, which is no kernel", text: "label m\nkernel menu.c32\nappend x\n", want: [] },
])("SYSLINUX: $what", ({ text, want }) => {
  expect(syslinuxLines(text)).toEqual(want);
});

test("SYSLINUX's menu in /boot is read", () => {
  const menu = { "/boot/extlinux.conf": "label v\nlinux vmlinuz\nappend root=LABEL=data console=ttyS0\n" };
  expect(findings(image(menu))).toEqual([other("LABEL=data", "/boot/extlinux.conf")]);
});

import { grubKernels, optionsOf } from "../../../inspection/boot-entries";
import { findings, image, type Spoil } from "./sound-image";

const KERNEL = "/boot/vmlinuz-6.1";
const hollow = (where: string) => [`kernel: ${where}: a kernel by name, but no file with anything in it`];

test.each<{ what: string; root?: Spoil; esp?: Spoil; want: string[] }>([
  { what: "a folder", root: { [KERNEL]: undefined, [`${KERNEL}/x`]: "x" }, want: hollow(KERNEL) },
  { what: "an empty file", root: { [KERNEL]: "" }, want: hollow(KERNEL) },
  { what: "a link to nothing", root: { [KERNEL]: { link: "/nowhere" } }, want: hollow(KERNEL) },
  {
    what: "a link to a kernel",
    root: { [KERNEL]: { link: "/usr/lib/k" }, "/usr/lib/k": "kernel" },
    want: [],
  },
  { what: "an empty one beside another", root: { "/boot/vmlinuz-5": "" }, want: [] },
  { what: "one in the ESP", root: { [KERNEL]: undefined }, esp: { "/debian/6.1/linux": "kernel" }, want: [] },
  {
    what: "an empty one in the ESP",
    root: { [KERNEL]: undefined },
    esp: { "/debian/6.1/linux": "" },
    want: hollow("/debian/6.1/linux"),
  },
  {
    what: "none",
    root: { [KERNEL]: undefined },
    want: ["kernel: no kernel in /boot or in the EFI system partition"],
  },
])("a kernel: $what", ({ root, esp, want }) => {
  // Other rules report that it differs from its package's file.
  const found = findings(image(root, esp)).filter((each) => !/^(package|unowned)-files: \/boot\//.test(each));
  expect(found).toEqual(want);
});

test.each([
  [" linux /vmlinuz root=x console=ttyS0\n initrd /i\n", ["root=x console=ttyS0"]],
  ["\tlinux\t/vmlinuz\n\tinitrd /i\n", [""]],
  ["linuxefi /vmlinuz ro\nlinux16 /vmlinuz quiet\n", ["ro", "quiet"]],
  ["# linux /vmlinuz ro\nlinux_x /vmlinuz ro\n", []],
])("the kernel's arguments in %j", (menu, want) => {
  expect(grubKernels(menu).map(({ line }) => line)).toEqual(want);
});

test.each([
  ["title x\noptions root=x\noptions console=ttyS0\n", "root=x console=ttyS0"],
  ["# options root=x\nlinux /x\n", ""],
  ["title x\nefi /EFI/Linux/x.efi\n", undefined],
])("the options of %j", (entry, want) => {
  expect(optionsOf(entry)).toBe(want);
});

const MENU = "/boot/grub/grub.cfg";
const none = (line: string) => [`serial-console: ${MENU}: no serial console in "${line}"`];

test.each<{ line: string; want: string[] }>([
  { line: "linux /vmlinuz ro console=ttyS0,115200n8 console=tty0", want: [] },
  { line: 'linux /vmlinuz ro "console=ttyS0"', want: [] },
  { line: "linuxefi /vmlinuz ro quiet", want: none("ro quiet") },
  { line: "linux /vmlinuz", want: none("") },
  { line: "linux /vmlinuz console=ttyS0x", want: none("console=ttyS0x") },
  { line: "linux /vmlinuz foo.console=ttyS0", want: none("foo.console=ttyS0") },
  { line: "linux /vmlinuz console=ttyAMA0", want: none("console=ttyAMA0") },
  { line: "linux /vmlinuz root.flags=LABEL=single", want: none("root.flags=LABEL=single") },
  { line: "linux /vmlinuz ro single", want: [] },
])("a serial console with $line", ({ line, want }) => {
  expect(findings(image({ [MENU]: `menuentry x {\n\t${line}\n\tinitrd /i\n}\n` }))).toEqual(want);
});

test("a rescue entry alone tells nothing of the others", () => {
  const measured = image({ [MENU]: "linux /vmlinuz single\n" }, { "/loader/entries/debian.conf": undefined });
  expect(findings(measured)).toEqual([
    "serial-console not inspected: no kernel command line found in the places that are known",
  ]);
});

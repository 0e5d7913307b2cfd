import { createHash } from "node:crypto";
import type { InspectedImage } from "../../../../inspection/image";
import { authenticodeOf } from "../../../../inspection/measured-boot/authenticode";
import { expectedMeasurements } from "../../../../inspection/measured-boot/expected";
import { NotInspectable } from "../../../../inspection/tree";
import { BANKS, extended } from "../../../../facts/pcr";
import { efiProgram } from "../efi-program";
import { type Files, treeOf } from "../sound-image";

const sha256 = (...pieces: (string | Buffer)[]) => {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
};
/** "HdrS" and a version where an x86 kernel has them: boot.rst of Linux. */
const kernel = (version = "6.1.0-57-cloud-amd64") => {
  const program = efiProgram(0x8664, { ".text": Buffer.alloc(8192) });
  program.write("HdrS", 0x202, "latin1");
  program.writeUInt16LE(0x300, 0x20e);
  program.write(`${version} (debian)\0`, 0x500, "latin1");
  return program;
};
const stub = (version: number, sections: Record<string, string | Buffer> = {}) =>
  efiProgram(0x8664, {
    ".sdmagic": `#### LoaderInfo: systemd-stub ${version}.1 ####`,
    ".cmdline": "root=/dev/vda2 quiet",
    ".sbat": "sbat,1,SBAT Version,sbat,1,url\n",
    ".linux": kernel(),
    ".initrd": "initrd",
    ...sections,
  });
const boot = efiProgram(0x8664, { ".sdmagic": "#### LoaderInfo: systemd-boot 252.1 ####" });
const sbat = (name: string, version: string) =>
  efiProgram(0x8664, { ".sbat": `sbat,1,SBAT,sbat,1,u\n${name},4,vendor,${name},${version},url\n` });

const expected = (files: Files, secureBoot?: Parameters<typeof expectedMeasurements>[1]) =>
  expectedMeasurements({ architecture: "x86_64", esp: treeOf(files) } as InspectedImage, secureBoot);
const only = (files: Files) => {
  const { measuredBoot, unpredicted } = expected(files);
  expect(unpredicted).toEqual([]);
  return measuredBoot!.entries[0]!;
};
const register = (files: Files, pcr: number, secureBoot?: boolean) =>
  only(files).registers.find((each) => each.pcr === pcr && each.secureBoot === secureBoot)?.sha256;
const ATTEMPT = [sha256("Calling EFI Application from Boot Option"), sha256(Buffer.alloc(4))];
const program = (file: Buffer) => authenticodeOf(file)!.sha256;
const utf16 = (text: string) => Buffer.from(`${text}\0`, "utf16le");

test("an Authenticode digest leaves out the checksum, and notices every other byte", () => {
  const file = efiProgram();
  const summed = Buffer.from(file);
  summed.writeUInt32LE(1, 88 + 64);
  const other = Buffer.from(file);
  other[600] = 1;
  expect(program(summed)).toBe(program(file));
  expect(program(other)).not.toBe(program(file));
  expect(authenticodeOf(file.subarray(0, 100))).toBeUndefined();
});

test("a unified kernel image: itself, and the kernel with Secure Boot off; its sections in the stub's order, name and data", () => {
  const image = stub(252);
  const files = { "/EFI/BOOT/BOOTX64.EFI": image };
  const off = [...ATTEMPT, program(image), program(kernel())];
  expect(register(files, 4, false)).toBe(extended("sha256", off));
  expect(register(files, 4, true)).toBe(extended("sha256", off.slice(0, -1)));
  const sections = [".linux", kernel(), ".cmdline", "root=/dev/vda2 quiet", ".initrd", "initrd"];
  const measured = sections.map((each, index) =>
    index % 2 === 0 ? sha256(`${each as string}\0`) : sha256(each),
  );
  expect(register(files, 11)).toBe(extended("sha256", measured));
  expect(register(files, 9)).toBe(
    extended("sha256", [sha256(utf16("root=/dev/vda2 quiet")), sha256("initrd")]),
  );
  expect(register(files, 12)).toBe("00".repeat(32));
});

test.each([
  { version: 253, section: ".sbat", measured: false },
  { version: 254, section: ".sbat", measured: true },
  { version: 252, section: ".uname", measured: false },
  { version: 253, section: ".uname", measured: true },
  { version: 255, section: ".ucode", measured: false },
  { version: 256, section: ".ucode", measured: true },
  { version: 257, section: ".pcrsig", measured: false },
])("systemd-stub $version: $section is measured: $measured", ({ version, section, measured }) => {
  const image = stub(version, { [section]: "x" });
  const names = only({ "/EFI/BOOT/BOOTX64.EFI": image }).measurements.map(({ name }) => name);
  expect(names.includes(section)).toBe(measured);
});

test("systemd-boot with a kernel of its own: loader, kernel, options with the initrd's path, initrd", () => {
  const files = {
    "/EFI/BOOT/BOOTX64.EFI": boot,
    "/loader/entries/debian.conf": "title x\noptions root=/dev/vda2\nlinux /k/linux\ninitrd /k/initrd\n",
    "/k/linux": kernel(),
    "/k/initrd": "initrd",
  };
  const line = sha256(utf16("initrd=\\k\\initrd root=/dev/vda2"));
  expect(register(files, 4)).toBe(extended("sha256", [...ATTEMPT, program(boot), program(kernel())]));
  expect(register(files, 12)).toBe(extended("sha256", [line]));
  expect(register(files, 9)).toBe(extended("sha256", [line, sha256("initrd")]));
});

test("what an older kernel's stub measures is not predicted, and said", () => {
  const files = {
    "/EFI/BOOT/BOOTX64.EFI": boot,
    "/loader/entries/debian.conf": "options root=/dev/vda2\nlinux /linux\n",
    "/linux": kernel("5.10.0"),
  };
  expect(register(files, 9)).toBeUndefined();
  expect(only(files).unpredicted).toContainEqual({ pcr: 9, why: expect.stringContaining("6.1") as string });
});

test("systemd-boot with a unified kernel image: its own command line is measured twice, once with Secure Boot on", () => {
  const image = stub(252);
  const files = { "/EFI/BOOT/BOOTX64.EFI": boot, "/EFI/Linux/debian.efi": image };
  const line = sha256(utf16("root=/dev/vda2 quiet"));
  expect(register(files, 12, false)).toBe(extended("sha256", [line, line]));
  expect(register(files, 12, true)).toBe(extended("sha256", [line]));
  expect(register(files, 4, true)).toBe(extended("sha256", [...ATTEMPT, program(boot), program(image)]));
});

test("shim and GRUB 2.06: both are predicted with Secure Boot off, the rest is named with its reason", () => {
  const [shim, grub] = [sbat("shim", "15.8"), sbat("grub", "2.06-13")];
  const files = { "/EFI/BOOT/BOOTX64.EFI": shim, "/EFI/BOOT/grubx64.efi": grub };
  expect(register(files, 4, false)).toBe(extended("sha256", [...ATTEMPT, program(shim), program(grub)]));
  expect(register(files, 4, true)).toBeUndefined();
  expect(only(files).unpredicted.map(({ pcr }) => pcr)).toEqual([4, 8, 9, 14, 7]);
  expect(register({ ...files, "/EFI/BOOT/grubx64.efi": sbat("grub", "2.12-9") }, 4, false)).toBeUndefined();
});

test("PCR 7 without keys is what a NitroTPM and OVMF 2022.11 had", () => {
  const none = Buffer.alloc(0);
  const { measuredBoot } = expected(
    { "/EFI/BOOT/BOOTX64.EFI": stub(252) },
    { PK: none, KEK: none, db: none, dbx: none },
  );
  // An AWS instance's document shown in a blog, 2025-10; the same value was measured with swtpm on 2026-11-30.
  expect(measuredBoot!.entries[0]!.registers.find(({ pcr }) => pcr === 7)?.sha384).toMatch(
    /^98441c7f7625d10058c4/,
  );
});

test.each([
  { why: "systemd-stub 258", files: { "/EFI/BOOT/BOOTX64.EFI": stub(258) } },
  {
    why: "names /none, which is not there",
    files: { "/EFI/BOOT/BOOTX64.EFI": boot, "/loader/entries/a.conf": "options x\nlinux /none\n" },
  },
  { why: "has several profiles", files: { "/EFI/BOOT/BOOTX64.EFI": stub(257, { ".profile": "ID=a" }) } },
  {
    why: "the loader by the firmware's variables",
    files: { "/EFI/BOOT/BOOTX64.EFI": sbat("shim", "1"), "/EFI/BOOT/fbx64.efi": "x" },
  },
])("nothing is claimed where $why", ({ why, files }) => {
  const { measuredBoot, unpredicted } = expected(files as unknown as Files);
  expect(measuredBoot).toBeUndefined();
  expect(unpredicted.join()).toContain(why);
});

test("another boot program is refused rather than guessed", () => {
  expect(() => expected({ "/EFI/BOOT/BOOTX64.EFI": efiProgram() })).toThrow(NotInspectable);
  expect(() => expected({ "/EFI/debian/shimx64.efi": efiProgram() })).toThrow("is not there");
});

test("a register that nothing extended is zero in both banks", () => {
  for (const bank of BANKS) expect(extended(bank, [])).toMatch(/^0+$/);
});

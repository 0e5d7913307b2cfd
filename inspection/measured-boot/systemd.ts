import { peSections } from "../pe";

/** Version of the systemd-stub or systemd-boot in an EFI program: `.sdmagic` (systemd, src/boot/efi, 2026-11). */
export function systemdVersion(program: Buffer): { program: "stub" | "boot"; version: number } | undefined {
  const magic = peSections(program).find(({ name }) => name === ".sdmagic");
  const [, name, version] = /systemd-(stub|boot) (\d+)/.exec(magic?.data.toString("latin1") ?? "") ?? [];
  return name === undefined ? undefined : { program: name as "stub" | "boot", version: Number(version) };
}

/** Versions whose measurements are known here. 258 starts the kernel itself (systemd, pull request 37372). */
export const OLDEST_SYSTEMD = 252;
export const NEWEST_SYSTEMD = 257;

/**
 * Sections that systemd-stub measures into PCR 11, in its order, and since which version (systemd, src/fundamental/uki.h and tpm-pcr.h of
 * 252 to 257, 2026-11). `.pcrsig` signs the result, and is left out.
 */
const MEASURED = [
  [".linux", 252],
  [".osrel", 252],
  [".cmdline", 252],
  [".initrd", 252],
  [".ucode", 256],
  [".splash", 252],
  [".dtb", 252],
  [".uname", 253],
  [".sbat", 254],
  [".pcrpkey", 252],
  [".profile", 257],
  [".dtbauto", 257],
  [".hwids", 257],
] as const;

export function measuredSections(version: number): string[] {
  return MEASURED.filter(([, since]) => version >= since).map(([name]) => name);
}

/** Text as UEFI has it, with its final zero: how load options are measured by systemd-boot and by the kernel's stub. */
export function loadOptions(text: string): Buffer {
  return Buffer.from(`${text}\0`, "utf16le");
}

/** Text of a section, without the zeros after it. */
export function textOfSection(data: Buffer): string {
  return data.toString("utf8").replace(/\0[^]*$/, "");
}

/**
 * Version of an x86 kernel (Documentation/arch/x86/boot.rst, `kernel_version`, 2026-11); `undefined` for any other file.
 */
function kernelVersion(kernel: Buffer): { major: number; minor: number } | undefined {
  if (kernel.length < 0x1000 || kernel.toString("latin1", 0x202, 0x206) !== "HdrS") return undefined;
  const at = kernel.readUInt16LE(0x20e) + 0x200;
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(kernel.toString("latin1", at, at + 32)) ?? [];
  return major === undefined ? undefined : { major: Number(major), minor: Number(minor) };
}

/** The kernel's own stub measures its load options and the initrd into PCR 9: seen with 6.1; older ones may not. */
export function measuresInitrd(kernel: Buffer): boolean {
  const version = kernelVersion(kernel);
  return version !== undefined && (version.major > 6 || (version.major === 6 && version.minor >= 1));
}

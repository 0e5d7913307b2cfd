import type { BootChain } from "../../config/measured-boot";
import { LARGEST_LOADER } from "../boot-entries";
import { peSections } from "../pe";
import { NotInspectable, type Tree } from "../tree";
import { BOOT_OPTION, chainOf, programMeasured } from "./draft";

/** GRUB, or shim that starts it: what a program's SBAT metadata calls it (shim, SBAT.md, 2026-11). */
export function sbatNames(program: Buffer): { name: string; version: string }[] {
  const sbat = peSections(program).find(({ name }) => name === ".sbat");
  return (sbat?.data.toString("latin1") ?? "").split("\n").map((line) => {
    const [name = "", , , , version = ""] = line.split(",");
    return { name, version };
  });
}

const EIGHT =
  "GRUB extends it with every command of its menu and the kernel's arguments, as its scripts and variables make them";
const NINE = "GRUB extends it with every file that it reads, in the order in which its menu comes by them";
/** Seen with Debian 12's shim 15.8 and GRUB 2.06 on OVMF 2022.11; GRUB 2.12's `linux` starts the kernel through the firmware. */
const FOUR =
  "with Secure Boot on, or from GRUB 2.12 on, the kernel that the menu chooses is measured too, by shim or the firmware";
const FOURTEEN = "shim extends it with the machine owner's keys, which are in the firmware's variables";

/** Shim and GRUB, as far as the disk decides. Firmware measures shim, and shim measures the GRUB beside it (shim.c, 15.8). */
export function grubChain(esp: Tree, file: string, first: Buffer): BootChain {
  const isShim = sbatNames(first).some(({ name }) => name === "shim");
  const folder = file.slice(0, file.lastIndexOf("/"));
  const ending = /x64|aa64/i.exec(file)?.[0].toLowerCase() ?? "x64";
  if (isShim && esp.read(`${folder}/fb${ending}.efi`, LARGEST_LOADER))
    throw new NotInspectable(
      `${folder}/fb${ending}.efi: shim's fallback chooses the loader by the firmware's variables`,
    );
  const second = isShim ? esp.read(`${folder}/grub${ending}.efi`, LARGEST_LOADER) : undefined;
  if (isShim && !second)
    throw new NotInspectable(`${file}: shim, and no grub${ending}.efi beside it to start`);
  const grub = second ?? first;
  const version = sbatNames(grub).find(({ name }) => name === "grub")?.version ?? "";
  return chainOf({
    entry: file,
    loader: "GRUB",
    measurements: [
      ...BOOT_OPTION,
      programMeasured(isShim ? "shim" : "boot loader", file, first),
      ...(second ? [programMeasured("boot loader", `${folder}/grub${ending}.efi`, second)] : []),
    ],
    unpredicted: [
      { pcr: 4, ...(version.startsWith("2.06") && { secureBoot: true }), why: FOUR },
      { pcr: 8, why: EIGHT },
      { pcr: 9, why: NINE },
      ...(isShim ? [{ pcr: 14, why: FOURTEEN }] : []),
    ],
  });
}

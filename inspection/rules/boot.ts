import type { Architecture } from "../image";
import { bootEntries, LARGEST_LOADER, startEntries } from "../boot-entries";
import { peArchitecture } from "../pe";
import { espOf, type Finding, type Rule, rootOf } from "../rule";
import { type Entry, filesBelow, NotInspectable } from "../tree";

/** Default boot loader of removable media and fresh machines: UEFI specification 2.10, section 3.5.1.1. */
const LOADERS: Record<Architecture, string> = {
  x86_64: "/EFI/BOOT/BOOTX64.EFI",
  arm64: "/EFI/BOOT/BOOTAA64.EFI",
};

export const espSound: Rule = {
  id: "esp-sound",
  severity: "error",
  title: "The EFI system partition can be read",
  reason: "Firmware that cannot read the partition boots nothing; the instance never answers.",
  cure: "Make the partition a FAT file system (mkfs.vfat) and copy the boot loader into it again.",
  check(image, { firmware }) {
    if (firmware === "legacy-bios") return [];
    if (image.esp instanceof NotInspectable)
      return [{ message: image.esp.message, where: "EFI system partition" }];
    return [];
  },
};

export const bootLoader: Rule = {
  id: "boot-loader",
  severity: "error",
  title: "A boot loader for the declared architecture is where firmware looks",
  reason:
    "A cloud's firmware has no boot entries of its own for a new instance: it starts the default loader only.",
  cure: "Install the loader of the right architecture under its default name in the EFI system partition; of a disk that starts by BIOS, in the first sector (grub-install, extlinux --install and mbr.bin).",
  limits:
    "What the loader does: esp-programs compares it with its package; of legacy BIOS, whether what is in the first sector finds the rest: the boot check.",
  check(image, { firmware, architecture }) {
    if (firmware === "legacy-bios") {
      if (image.bootCode === false)
        return [{ message: "no boot code, which a BIOS starts", where: "the first sector" }];
      throw new NotInspectable("boot code of legacy BIOS is not read; use the boot check");
    }
    const path = LOADERS[architecture];
    const loader = espOf(image).read(path, LARGEST_LOADER);
    if (!loader) return [{ message: `no ${path}`, where: "EFI system partition" }];
    const found = peArchitecture(loader);
    if (found === architecture) return [];
    return [
      {
        message: `${path} is ${found ? `for ${found}` : "no whole EFI program"}, needed: ${architecture}`,
        where: path,
      },
    ];
  },
};

export const kernel: Rule = {
  id: "kernel",
  severity: "error",
  title: "A kernel is installed",
  reason: "Without a kernel the loader stops at an empty menu.",
  cure: "Install a kernel package and let it put its files into /boot or the EFI system partition.",
  limits: "Whether the kernel boots: the boot check tries it.",
  check(image) {
    const root = rootOf(image);
    const inBoot = (root.list("/boot") ?? []).filter(({ name }) => /^(vmlinu[xz]|Image)/.test(name));
    /** A link has no size of its own, and may be dangling. */
    const full = ({ name, kind, size }: Entry) =>
      size > 0 || (kind === "link" && (root.read(`/boot/${name}`, LARGEST_LOADER)?.length ?? 0) > 0);
    if (inBoot.some(full)) return [];
    // A unified kernel image may have any name, including the default loader's.
    if (bootEntries(image).some(({ kernelBytes = 0 }) => kernelBytes > 0)) return [];
    const inEsp = image.esp instanceof NotInspectable ? [] : [...filesBelow(image.esp, "/")];
    // A Boot Loader Specification kernel is called `linux`.
    const kernels = inEsp.filter(({ path }) => /\/(linux|vmlinuz[^/]*)$/i.test(path));
    if (kernels.some(({ size }) => size > 0)) return [];
    if (image.unseen?.length) {
      throw new NotInspectable(
        "no kernel in /boot or in the EFI system partition, and not all partitions were seen",
      );
    }
    const hollow = [
      ...inBoot.map(({ name }) => `/boot/${name}`),
      ...kernels.map(({ path }) => path),
      ...bootEntries(image).flatMap(({ file, kernelBytes }) => (kernelBytes === 0 ? [file] : [])),
    ];
    if (hollow.length === 0) return [{ message: "no kernel in /boot or in the EFI system partition" }];
    return hollow.map((where) => ({ message: "a kernel by name, but no file with anything in it", where }));
  },
};

export const serialConsole: Rule = {
  id: "serial-console",
  severity: "error",
  title: "The kernel writes to a serial console",
  reason:
    "The serial console is the only screen that a cloud shows; without it a failed boot cannot be understood.",
  cure: "Add console=ttyS0 (x86_64) or console=ttyAMA0 or ttyS0 (arm64) to the kernel command line.",
  limits: "Consoles that a running system adds.",
  check(image, { architecture }) {
    const lines = startEntries(image);
    if (lines.length === 0)
      throw new NotInspectable("no kernel command line found in the places that are known");
    const wanted = architecture === "arm64" ? /^console=tty(S|AMA)\d+(,|$)/ : /^console=ttyS\d+(,|$)/;
    const added = bootEntries(image).filter(({ kind }) => kind === "addition");
    const words = ({ line }: { line: string }) => line.split(/\s+/).map((word) => word.replace(/["']/g, ""));
    if (added.some((each) => words(each).some((word) => wanted.test(word)))) return [];
    return lines
      .filter((each) => !words(each).some((word) => wanted.test(word)))
      .map(({ file, line }): Finding => ({ message: `no serial console in "${line}"`, where: file }));
  },
};

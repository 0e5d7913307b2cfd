import type { BootMode } from "../../config/image-file";
import type { Architecture } from "../image";

export const ACCELERATORS = ["kvm", "tcg"] as const;
/** `kvm`: hardware virtualisation. `tcg`: emulation, ten times slower, the same everywhere. */
export type Accelerator = (typeof ACCELERATORS)[number];

export interface Machine {
  architecture: Architecture;
  bootMode: BootMode;
  accelerator: Accelerator;
  /** MiB of memory. */
  memory: number;
  disk: string;
  /** Image of the cloud-init seed. */
  seed: string;
  /** UEFI code and the machine's own copy of the variables; none for legacy BIOS. */
  firmware?: { code: string; variables: string };
}

export const QEMU: Record<Architecture, "qemu-system-x86_64" | "qemu-system-aarch64"> = {
  x86_64: "qemu-system-x86_64",
  arm64: "qemu-system-aarch64",
};

/**
 * QEMU arguments for a machine like those of clouds: virtio disks and network, a serial console, random numbers. Both
 * disks are unchanged: `snapshot=on` keeps the guest's writes in a temporary file. The network assigns an address and
 * is isolated (`restrict=on`), so that an image neither phones home nor is delayed by waiting for a link.
 */
export function qemuArguments(machine: Machine): string[] {
  const { architecture, accelerator, memory, disk, seed, firmware } = machine;
  // graphics=off makes SeaBIOS use the serial port too.
  const board = architecture === "arm64" ? "virt" : firmware ? "q35" : "q35,graphics=off";
  return [
    ...["-machine", board, "-accel", accelerator, "-cpu", processor(machine)],
    ...["-m", String(memory), "-smp", "2", "-nodefaults", "-display", "none", "-no-reboot"],
    ...["-serial", "stdio", "-monitor", "none", "-device", "virtio-rng-pci"],
    ...["-nic", "user,model=virtio-net-pci,restrict=on"],
    ...(firmware
      ? [
          ...["-drive", `if=pflash,format=raw,readonly=on,file=${quoted(firmware.code)}`],
          ...["-drive", `if=pflash,format=raw,file=${quoted(firmware.variables)}`],
        ]
      : []),
    ...["-drive", `if=virtio,format=raw,snapshot=on,file=${quoted(disk)}`],
    ...["-drive", `if=virtio,format=raw,readonly=on,file=${quoted(seed)}`],
  ];
}

/**
 * All emulated features. Pointer authentication uses a simple hash: the architected cipher takes most of the time of
 * an emulated boot (QEMU, docs/system/arm/cpu-features, "TCG VCPU Features", 2026-11).
 */
function processor({ architecture, accelerator }: Machine): string {
  if (accelerator === "kvm") return "host";
  return architecture === "arm64" ? "max,pauth-impdef=on" : "max";
}

/** In a QEMU option a comma ends the value; doubled, it is literal. */
function quoted(path: string): string {
  return path.replaceAll(",", ",,");
}

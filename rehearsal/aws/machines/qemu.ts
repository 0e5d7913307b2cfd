import fs from "node:fs";
import path from "node:path";
import type { Instance } from "../state/records";

export type Accelerator = "kvm" | "tcg";

interface QemuFiles {
  /** The root volume; writable by the machine, like an instance's. */
  readonly volume: string;
  /** Serial console; QEMU writes it. */
  readonly console: string;
  /** The machine's own copy of the firmware's variables. */
  readonly variables: string;
}

/** UEFI code and the template of its variables, as installed by distributions; the first existing one is used. */
const FIRMWARE: Record<string, readonly (readonly [code: string, variables: string])[]> = {
  x86_64: [
    ["/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
    ["/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"],
    ["/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"],
  ],
  arm64: [
    ["/usr/share/AAVMF/AAVMF_CODE.fd", "/usr/share/AAVMF/AAVMF_VARS.fd"],
    ["/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw", "/usr/share/edk2/aarch64/vars-template-pflash.raw"],
  ],
};

const PROGRAM: Record<string, string> = { x86_64: "qemu-system-x86_64", arm64: "qemu-system-aarch64" };

interface Qemu {
  readonly program: string;
  readonly firmware?: { readonly code: string; readonly variables: string };
}

/** The QEMU for the instance on this machine; a string names what is missing. */
export function findQemu({ architecture, bootMode }: Instance): Qemu | string {
  const name = PROGRAM[architecture];
  if (name === undefined) return `no machine of the architecture ${architecture}`;
  const program = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, name))
    .find((file) => fs.existsSync(file));
  if (program === undefined) return `${name} is not installed`;
  if (bootMode === "legacy-bios") return { program };
  const found = FIRMWARE[architecture]!.find((files) => files.every((file) => fs.existsSync(file)));
  if (!found) return `no UEFI firmware for ${architecture} is installed`;
  return { program, firmware: { code: found[0], variables: found[1] } };
}

/**
 * QEMU arguments for a machine that looks to an image like an instance on Nitro: the root volume is an NVMe disk,
 * firmware tables begin with `ec2` (EC2 User Guide, "Detect whether a host is an EC2 instance", 2026-11), and the
 * metadata service answers at its link-local address. The network card is virtio: QEMU has no ENA. The network, wide
 * enough for a private address and the link-local one, is isolated otherwise.
 */
export function qemuArguments(
  instance: Instance,
  { program: _program, firmware }: Qemu,
  files: QemuFiles,
  { accelerator, memory, metadataPort }: { accelerator: Accelerator; memory: number; metadataPort: number },
): string[] {
  const { architecture, address, mac, instanceType } = instance;
  // graphics=off makes SeaBIOS use the serial port too.
  const board = architecture === "arm64" ? "virt" : firmware ? "q35" : "q35,graphics=off";
  const relay = `${quotedWord(process.execPath)} ${quotedWord(path.join(__dirname, "relay.js"))} ${metadataPort}`;
  const uuid = `ec2${instance.id.slice(-17).padStart(29, "0")}`.replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12})$/,
    "$1-$2-$3-$4-$5",
  );
  return [
    ...["-machine", board, "-accel", accelerator, "-cpu", accelerator === "kvm" ? "host" : "max"],
    ...["-m", String(memory), "-smp", "2", "-nodefaults", "-display", "none", "-monitor", "none"],
    ...["-serial", `file:${quoted(files.console)}`, "-device", "virtio-rng-pci"],
    ...["-smbios", `type=1,manufacturer=Amazon EC2,product=${instanceType},uuid=${uuid},serial=${uuid}`],
    ...(firmware
      ? [
          ...["-drive", `if=pflash,format=raw,readonly=on,file=${quoted(firmware.code)}`],
          ...["-drive", `if=pflash,format=raw,file=${quoted(files.variables)}`],
        ]
      : []),
    ...["-drive", `if=none,id=root,format=raw,cache=unsafe,discard=unmap,file=${quoted(files.volume)}`],
    ...["-device", `nvme,drive=root,serial=${instance.volumeId.replace("-", "")}`],
    "-netdev",
    [
      "user,id=network,net=160.0.0.0/4,host=172.31.0.1,dns=172.31.0.2",
      `dhcpstart=${address},ipv6=off,restrict=on`,
      `guestfwd=tcp:169.254.169.254:80-cmd:${quoted(relay)}`,
    ].join(","),
    ...["-device", `virtio-net-pci,netdev=network,mac=${mac}`],
  ];
}

/** In a QEMU option a comma ends the value; doubled, it is literal. */
function quoted(value: string): string {
  return value.replaceAll(",", ",,");
}

function quotedWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

import type { BootChain, MeasuredBoot } from "../../config/measured-boot";
import { LARGEST_LOADER } from "../boot-entries";
import type { Architecture, InspectedImage } from "../image";
import { peSections } from "../pe";
import { printable } from "../printable";
import { espOf } from "../rule";
import { NotInspectable, type Tree } from "../tree";
import { BOOT_OPTION, chainOf } from "./draft";
import { grubChain, sbatNames } from "./grub";
import { AUTHORITIES, secureBootPolicy, type SecureBootVariables, SEVEN, SHIM } from "./secure-boot";
import { systemdBootChains } from "./systemd-boot";
import { systemdVersion } from "./systemd";
import { ukiMeasured } from "./uki";

/** Started by firmware without boot variables, as of a machine that was just made (UEFI specification 2.10, 3.5.1.1). */
const DEFAULT: Record<Architecture, string> = {
  x86_64: "/EFI/BOOT/BOOTX64.EFI",
  arm64: "/EFI/BOOT/BOOTAA64.EFI",
};

/** The expected measurements, and the boot entries without any, each with its reason. */
export interface Expected {
  measuredBoot?: MeasuredBoot;
  unpredicted: string[];
}

/**
 * A TPM's measurements of each boot entry, from firmware without boot variables to the kernel. Firmware itself (PCR 0 to 3), the partition
 * table (PCR 5) and what the running system measures are no part of it.
 *
 * @param variables of the firmware that it will start on; default: PCR 7 is not predicted
 * @throws {NotInspectable} when the EFI system partition is unreadable, or has no default boot program
 */
export function expectedMeasurements(image: InspectedImage, variables?: SecureBootVariables): Expected {
  const esp = espOf(image);
  const file = DEFAULT[image.architecture];
  const program = esp.read(file, LARGEST_LOADER);
  if (!program) throw new NotInspectable(`${file} is not there: firmware has nothing to measure`);
  const chains = chainsFrom(esp, file, program).map(attempt);
  const entries = chains.flatMap((chain) =>
    typeof chain === "string" ? [] : [named(withPolicy(chain, variables))],
  );
  return {
    ...(entries.length > 0 && { measuredBoot: { entries } }),
    unpredicted: chains.filter((chain) => typeof chain === "string"),
  };
}

function chainsFrom(esp: Tree, file: string, program: Buffer): (() => BootChain)[] {
  if (peSections(program).some(({ name }) => name === ".linux")) return [() => direct(file, program)];
  if (systemdVersion(program)?.program === "boot") return systemdBootChains(esp, { file, program });
  if (sbatNames(program).some(({ name }) => name === "shim" || name === "grub"))
    return [() => grubChain(esp, file, program)];
  throw new NotInspectable(`${file}: neither a unified kernel image nor systemd-boot, shim or GRUB`);
}

function direct(entry: string, program: Buffer): BootChain {
  const { measurements, unpredicted } = ukiMeasured(entry, program);
  const loader = "unified kernel image";
  return chainOf({ entry, loader, measurements: [...BOOT_OPTION, ...measurements], unpredicted });
}

function withPolicy(chain: BootChain, variables: SecureBootVariables | undefined): BootChain {
  const { measurements, unpredicted } = chain;
  if (!variables) return { ...chain, unpredicted: [...unpredicted, { pcr: 7, why: SEVEN }] };
  const policy = secureBootPolicy(variables).map((each) => ({ pcr: 7, part: "Secure Boot policy", ...each }));
  const later = chain.loader === "GRUB" ? SHIM : variables.PK.length > 0 ? AUTHORITIES : undefined;
  return chainOf({
    ...chain,
    measurements: [...policy, ...measurements],
    unpredicted: [...unpredicted, ...(later === undefined ? [] : [{ pcr: 7, why: later }])],
  });
}

/** Names come from the disk. */
function named({ entry, measurements, ...chain }: BootChain): BootChain {
  const all = measurements.map(({ name, ...each }) => ({
    ...each,
    ...(name !== undefined && { name: printable(name) }),
  }));
  return { ...chain, entry: printable(entry), measurements: all };
}

function attempt(chain: () => BootChain): BootChain | string {
  try {
    return chain();
  } catch (error) {
    if (error instanceof NotInspectable) return printable(error.message);
    throw error;
  }
}

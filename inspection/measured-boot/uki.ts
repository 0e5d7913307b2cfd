import type { Measurement } from "../../config/measured-boot";
import { digestsOf } from "../../facts/pcr";
import { peSections } from "../pe";
import { NotInspectable } from "../tree";
import { programMeasured } from "./draft";
import {
  loadOptions,
  measuredSections,
  measuresInitrd,
  NEWEST_SYSTEMD,
  OLDEST_SYSTEMD,
  systemdVersion,
  textOfSection,
} from "./systemd";

/** Names of the sections for people. */
const PARTS: Readonly<Record<string, string>> = {
  ".linux": "kernel",
  ".osrel": "os-release",
  ".cmdline": "command line",
  ".initrd": "initrd",
  ".ucode": "microcode",
  ".splash": "splash",
  ".dtb": "device tree",
  ".uname": "kernel release",
  ".sbat": "SBAT",
  ".pcrpkey": "PCR public key",
  ".profile": "profile",
  ".dtbauto": "device tree",
  ".hwids": "hardware ids",
};

/** Measurements of a unified kernel image that firmware or a boot loader starts, and registers that stay open. */
interface UkiMeasured {
  measurements: Measurement[];
  unpredicted: { pcr: number; why: string }[];
}

/**
 * PCR 4: the image, then with Secure Boot off the kernel inside it, which the stub starts through the firmware; with it on, past the
 * firmware (systemd, pull request 24777, since 252). PCR 11: the name of each section with its zero byte, then its data, as they are in
 * memory (systemd-stub(7)). PCR 9: by the kernel's own stub.
 *
 * @throws {NotInspectable} when the version of its stub is none that is known
 */
export function ukiMeasured(file: string, image: Buffer): UkiMeasured {
  const stub = systemdVersion(image);
  if (stub?.program !== "stub")
    throw new NotInspectable(
      `${file}: contains a kernel, and not systemd-stub: what it measures is not known here`,
    );
  if (stub.version < OLDEST_SYSTEMD || stub.version > NEWEST_SYSTEMD)
    throw new NotInspectable(
      `${file}: systemd-stub ${stub.version}, and only what ${OLDEST_SYSTEMD} to ${NEWEST_SYSTEMD} measure is known here`,
    );
  const sections = peSections(image);
  const dataOf = (wanted: string) => sections.find(({ name }) => name === wanted)?.data;
  const kernel = dataOf(".linux");
  if (!kernel) throw new NotInspectable(`${file}: has no kernel: an addon`);
  if (sections.filter(({ name }) => name === ".profile").length > 0)
    throw new NotInspectable(`${file}: has several profiles, and which one starts is not known here`);
  const ofSections = measuredSections(stub.version).flatMap((name) => {
    const data = dataOf(name);
    const part = PARTS[name] ?? name;
    return data === undefined
      ? []
      : [
          { pcr: 11, part, name, ...digestsOf(`${name}\0`) },
          { pcr: 11, part, name, ...digestsOf(data) },
        ];
  });
  const kernelStarted = { ...programMeasured("kernel", `${file}, .linux`, kernel), secureBoot: false };
  const own = ownMeasured(kernel, dataOf(".cmdline"), dataOf(".initrd"), dataOf(".ucode"));
  return {
    measurements: [
      programMeasured("unified kernel image", file, image),
      ...ofSections,
      kernelStarted,
      ...(own ?? []),
    ],
    unpredicted: own ? [] : [{ pcr: 9, why: NINE }],
  };
}

export const NINE =
  "what this kernel's own stub measures of its command line and initrd is known of x86 kernels from 6.1 only";

/** `undefined`: not known of this kernel, or the stub composes the initrd of several parts. */
function ownMeasured(
  kernel: Buffer,
  line: Buffer | undefined,
  initrd: Buffer | undefined,
  microcode: Buffer | undefined,
): Measurement[] | undefined {
  if (!measuresInitrd(kernel) || microcode || !line) return undefined;
  return [
    { pcr: 9, part: "command line", name: ".cmdline", ...digestsOf(loadOptions(textOfSection(line))) },
    ...(initrd ? [{ pcr: 9, part: "initrd", name: ".initrd", ...digestsOf(initrd) }] : []),
  ];
}

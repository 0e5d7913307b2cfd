import type { BootChain, Measurement, Register } from "../../config/measured-boot";
import { type Bank, digestsOf, extended } from "../../facts/pcr";
import { NotInspectable } from "../tree";
import { authenticodeOf } from "./authenticode";

/**
 * Firmware's measurements into PCR 4 before the first program of a boot option (TCG PC Client Platform Firmware Profile 1.06, 3.3.4.5; edk2,
 * Tcg2Dxe's OnReadyToBoot, 2026-11): an action by its words, and a separator of four zero bytes.
 */
export const BOOT_OPTION: Measurement[] = [
  {
    pcr: 4,
    part: "boot attempt",
    name: "Calling EFI Application from Boot Option",
    ...digestsOf("Calling EFI Application from Boot Option"),
  },
  { pcr: 4, part: "separator", ...digestsOf(Buffer.alloc(4)) },
];

/** @throws {NotInspectable} when it is no EFI program */
export function programMeasured(part: string, name: string, program: Buffer): Measurement {
  const digests = authenticodeOf(program);
  if (!digests) throw new NotInspectable(`${name}: not an EFI program that firmware can measure`);
  return { pcr: 4, part, name, ...digests };
}

/** A chain with the values of its registers, but those that are {@link BootChain.unpredicted}. */
export function chainOf(draft: Omit<BootChain, "registers">): BootChain {
  const { measurements, unpredicted } = draft;
  const pcrs = [...new Set([...measurements.map(({ pcr }) => pcr), ...EXTENDED_FROM_OUTSIDE])].sort(
    (a, b) => a - b,
  );
  const registers = pcrs
    .flatMap((pcr) =>
      valuesOf(
        pcr,
        measurements,
        unpredicted.some((each) => each.pcr === pcr),
      ),
    )
    .filter(
      ({ pcr, secureBoot }) =>
        !unpredicted.some((open) => open.pcr === pcr && (open.secureBoot ?? secureBoot) === secureBoot),
    );
  return { ...draft, registers };
}

/** Only what lies beside a boot entry extends these: addons, credentials, system extensions (systemd-stub(7)). */
const EXTENDED_FROM_OUTSIDE = [12, 13];

function valuesOf(pcr: number, all: readonly Measurement[], isOpen: boolean): Register[] {
  const own = all.filter((each) => each.pcr === pcr);
  const valueWith = (on: boolean) => {
    const digests = own.filter(({ secureBoot = on }) => secureBoot === on);
    const valueIn = (bank: Bank) =>
      extended(
        bank,
        digests.map((each) => each[bank]),
      );
    return { sha256: valueIn("sha256"), sha384: valueIn("sha384") };
  };
  if (!isOpen && own.every(({ secureBoot }) => secureBoot === undefined))
    return [{ pcr, ...valueWith(true) }];
  return [
    { pcr, secureBoot: false, ...valueWith(false) },
    { pcr, secureBoot: true, ...valueWith(true) },
  ];
}

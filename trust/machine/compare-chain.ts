import type { BootChain, Measurement } from "../../config/measured-boot";
import { type Bank, BOOT_PHASES, digestsOf, extended } from "../../facts/pcr";
import { type EventLog, extensionsOf } from "./event-log";

/** Registers that a TPM or a cloud vouches for. */
export interface Attested {
  bank: Bank;
  registers: ReadonlyMap<number, string>;
  /** Whose replay gives these registers. Default: there is none, and only registers can be named. */
  log?: EventLog;
}

interface Compared {
  /** Differences from the record, one line each. */
  wrong: string[];
  /** Registers that were compared and fit. */
  proved: number[];
  /** Registers that the record says nothing of, or the machine. */
  open: { pcr: number; why: string }[];
  /** Measurements that fit: of several entries the one with most was started. */
  fits: number;
}

const PHASES = BOOT_PHASES.map((phase) => digestsOf(phase));

/** The value of PCR 11 at the start of the kernel and after each phase of the boot. */
export function withPhases(bank: Bank, value: string): string[] {
  return PHASES.reduce<string[]>(
    (values, phase) => [...values, extended(bank, [phase[bank]], values.at(-1))],
    [value],
  );
}

/** Compares a machine's registers with a boot entry of the record. */
export function compareChain(chain: BootChain, attested: Attested, secureBoot: boolean): Compared {
  const compared: Compared = { wrong: [], proved: [], open: [], fits: 0 };
  const differing = new Map<string, { pcrs: number[]; line: string }>();
  const applies = (each: { secureBoot?: boolean | undefined }) =>
    (each.secureBoot ?? secureBoot) === secureBoot;
  for (const { pcr, ...value } of chain.registers.filter(applies)) {
    const wanted = value[attested.bank];
    const has = attested.registers.get(pcr);
    const expected = chain.measurements.filter((each) => each.pcr === pcr && applies(each));
    if (has === undefined) {
      compared.open.push({ pcr, why: "the machine's quote leaves it out" });
      continue;
    }
    const isFit = pcr === 11 ? withPhases(attested.bank, wanted).includes(has) : has === wanted;
    if (isFit) {
      compared.proved.push(pcr);
      compared.fits += expected.length + 1;
      continue;
    }
    const { lines, fits } = differences(expected, attested, pcr);
    compared.fits += fits;
    if (lines.length === 0)
      lines.push({ part: `PCR ${pcr}`, line: `it is ${has}, and the record says ${wanted}` });
    for (const { part, line } of lines) {
      const known = differing.get(part);
      if (known) known.pcrs.push(pcr);
      else differing.set(part, { pcrs: [pcr], line });
    }
  }
  for (const { pcr, why } of chain.unpredicted.filter(applies)) {
    const expected = chain.measurements.filter((each) => each.pcr === pcr && applies(each));
    // Each program that the record knows has to be there, in its order, whatever follows.
    const { lines, fits } = differences(expected, attested, pcr, "more may follow");
    compared.fits += fits;
    for (const { part, line } of lines) differing.set(part, { pcrs: [pcr], line });
    compared.open.push({ pcr, why });
  }
  compared.wrong = [...differing].map(([part, { pcrs, line }]) =>
    part.startsWith("PCR") ? `${part}: ${line}` : `${part} (PCR ${[...new Set(pcrs)].join(", ")}): ${line}`,
  );
  return compared;
}

/** Names what differs by the log; empty where there is none. */
function differences(
  expected: readonly Measurement[],
  { bank, log }: Attested,
  pcr: number,
  after: "nothing follows" | "more may follow" = "nothing follows",
): { lines: { part: string; line: string }[]; fits: number } {
  if (!log) return { lines: [], fits: 0 };
  const measured = extensionsOf(log, bank, pcr);
  const lines: { part: string; line: string }[] = [];
  let fits = 0;
  for (const [index, each] of expected.entries()) {
    const has = measured[index];
    if (has === each[bank]) fits++;
    else {
      const where = each.name === undefined ? "" : `${each.name}: `;
      const what = has === undefined ? "was not measured" : `measured ${bank} ${has}`;
      lines.push({ part: each.part, line: `${where}${what}, and the record says ${each[bank]}` });
    }
  }
  const phases: string[] = pcr === 11 ? PHASES.map((phase) => phase[bank]) : [];
  const more = measured.slice(expected.length).filter((digest) => !phases.includes(digest));
  if (after === "nothing follows" && more.length > 0)
    lines.push({ part: "more than the record knows", line: `${bank} ${more.slice(0, 5).join(", ")}` });
  return { lines, fits };
}

/**
 * The TPM's event log in its crypto-agile format: what firmware, loaders and the kernel's stub measured, in order (TCG PC Client Platform
 * Firmware Profile 1.06, 10.2; Linux gives it as /sys/kernel/security/tpm0/binary_bios_measurements). Its digests are borne out by a quote;
 * its words are borne out by nothing, and only name things.
 */
import { type Bank, BANKS, extended } from "../../facts/pcr";
import { MIB } from "../../facts/units";
import { TrustProblem } from "../problem";
import { fieldReader, type FieldReader } from "./reader";

interface MeasuredEvent {
  pcr: number;
  /** Number of the event type. */
  type: number;
  /** In the banks of the log that are known here, hex. */
  digests: Partial<Record<Bank, string>>;
  data: Buffer;
}

export interface EventLog {
  banks: readonly Bank[];
  events: readonly MeasuredEvent[];
}

/** A log of a server is some 100 KiB. */
export const LARGEST_LOG = 16 * MIB;
const MOST_EVENTS = 100_000;
/** Registers of a PC's TPM. */
const PCRS = 24;
/** Only informs; extends nothing. */
const NO_ACTION = 3;

/** TPM_ALG_ID (TCG Algorithm Registry 1.34), with bytes of a digest. */
const ALGORITHMS: Readonly<Record<number, { name: string; bytes: number; bank?: Bank }>> = {
  0x0004: { name: "SHA-1", bytes: 20 },
  0x000b: { name: "SHA-256", bytes: 32, bank: "sha256" },
  0x000c: { name: "SHA-384", bytes: 48, bank: "sha384" },
  0x000d: { name: "SHA-512", bytes: 64 },
  0x0012: { name: "SM3", bytes: 32 },
};

/** @throws {TrustProblem} when it is cut off, damaged, too large, or has SHA-1 alone */
export function readEventLog(data: Buffer, file: string): EventLog {
  const what = `${file}: the event log`;
  if (data.length > LARGEST_LOG)
    throw new TrustProblem(`${what} has ${data.length} bytes; at most ${LARGEST_LOG} are read`);
  const reader = fieldReader(data, "le", what);
  const sizes = readHeader(reader, what);
  const banks = BANKS.filter((bank) => [...sizes.keys()].some((id) => ALGORITHMS[id]?.bank === bank));
  if (banks.length === 0) {
    const names = [...sizes.keys()].map((id) => ALGORITHMS[id]?.name ?? `algorithm ${id}`).join(" and ");
    throw new TrustProblem(
      `${what} has ${names} alone, and SHA-256 or SHA-384 is needed; switch that bank on in the firmware (tpm2_pcrallocate sha256:all) and start again`,
    );
  }
  const events: MeasuredEvent[] = [];
  while (reader.left > 0) {
    const event = readEvent(reader, sizes, what);
    if (event.type !== NO_ACTION) events.push(event);
    if (events.length > MOST_EVENTS) throw new TrustProblem(`${what} has more than ${MOST_EVENTS} events`);
  }
  return { banks, events };
}

/** The first event, in the old format: which algorithms the others have, with the bytes of each digest. */
function readHeader(reader: FieldReader, what: string): Map<number, number> {
  const [, type] = [reader.u32(), reader.u32()];
  reader.bytes(20);
  const event = reader.bytes(reader.u32());
  const about = fieldReader(event, "le", what);
  if (type !== NO_ACTION || event.length < 16 || about.bytes(16).toString("latin1") !== "Spec ID Event03\0")
    throw new TrustProblem(
      `${what} is not in the crypto-agile format: a TPM 1.2's with SHA-1 alone, or no event log; SHA-256 or SHA-384 is needed`,
    );
  about.bytes(8);
  const count = about.u32();
  if (count === 0 || count > 16) throw new TrustProblem(`${what} says that it has ${count} algorithms`);
  const sizes = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    const [id, bytes] = [about.u16(), about.u16()];
    if (ALGORITHMS[id] && ALGORITHMS[id].bytes !== bytes)
      throw new TrustProblem(`${what} has digests of ${bytes} bytes for ${ALGORITHMS[id].name}`);
    if (sizes.has(id)) throw new TrustProblem(`${what} names one algorithm twice`);
    sizes.set(id, bytes);
  }
  return sizes;
}

function readEvent(reader: FieldReader, sizes: ReadonlyMap<number, number>, what: string): MeasuredEvent {
  const start = reader.at;
  const [pcr, type, count] = [reader.u32(), reader.u32(), reader.u32()];
  const odd = (why: string) => new TrustProblem(`${what}, event at byte ${start}: ${why}; read it again`);
  if (pcr >= PCRS && type !== NO_ACTION) throw odd(`PCR ${pcr}, and there are ${PCRS}`);
  if (count !== sizes.size) throw odd(`${count} digests, and the log has ${sizes.size} algorithms`);
  const seen = new Set<number>();
  const digests: Partial<Record<Bank, string>> = {};
  for (let index = 0; index < count; index++) {
    const id = reader.u16();
    const bytes = sizes.get(id);
    if (bytes === undefined || seen.has(id)) throw odd(`a digest of algorithm ${id}`);
    seen.add(id);
    const digest = reader.bytes(bytes).toString("hex");
    const bank = ALGORITHMS[id]?.bank;
    if (bank) digests[bank] = digest;
  }
  return { pcr, type, digests, data: reader.bytes(reader.u32()) };
}

/** Digests that extended a register, in order. */
export function extensionsOf({ events }: EventLog, bank: Bank, pcr: number): string[] {
  return events.filter((event) => event.pcr === pcr).map(({ digests }) => digests[bank] ?? "");
}

/** The value of a register after the log. Not for PCR 0, which may start with the TPM's locality. */
export function replayed(log: EventLog, bank: Bank, pcr: number): string {
  return extended(bank, extensionsOf(log, bank, pcr));
}

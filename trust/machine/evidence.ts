import type { KeyObject, X509Certificate } from "node:crypto";
import { BANKS } from "../../facts/pcr";
import { TrustProblem } from "../problem";
import {
  assertForQuotes,
  chainedKey,
  type NamedFile,
  readAttestationKey,
  readCertificates,
} from "./attestation-key";
import { type Attested, withPhases } from "./compare-chain";
import { type EventLog, readEventLog, replayed } from "./event-log";
import { type NitroDocument, readNitroDocument } from "./nitro";
import { digestOfValues, type Quote, verifyQuote } from "./quote";

/** A machine's own evidence: a quote with its event log, or a NitroTPM document, which a log may go with. */
export interface MachineEvidence {
  eventLog?: NamedFile | undefined;
  quote?: NamedFile | undefined;
  signature?: NamedFile | undefined;
  /** The TPM's key, taken at its word. */
  key?: NamedFile | undefined;
  /** Its certificate, which `roots` vouch for. */
  certificate?: NamedFile | undefined;
  intermediates: readonly NamedFile[];
  roots: readonly NamedFile[];
  nitro?: NamedFile | undefined;
}

/** When it is asked, and with what. */
export interface Asked {
  /** Nonce that the answer must contain, so that it is no old one. */
  nonce: Buffer;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * The registers that the evidence vouches for, and who vouches, in words.
 *
 * @throws {TrustProblem} when it does not bear them out, or answers another question
 */
export function attestedBy(evidence: MachineEvidence, asked: Asked): { attested: Attested; said: string[] } {
  return evidence.nitro ? nitroAttested(evidence, evidence.nitro, asked) : quoteAttested(evidence, asked);
}

function nitroAttested(evidence: MachineEvidence, file: NamedFile, { nonce, now }: Asked) {
  const roots = evidence.roots.flatMap(readCertificates);
  const document = readNitroDocument(file, roots.length > 0 ? roots : undefined);
  assertFresh(file.file, document.nonce, nonce);
  assertRecent(file.file, document, now);
  const log = evidence.eventLog && readEventLog(evidence.eventLog.data, evidence.eventLog.file);
  if (log) assertFits(log, document, evidence.eventLog?.file ?? "");
  const attested: Attested = { bank: "sha384", registers: document.registers, ...(log && { log }) };
  return { attested, said: [`vouched for by the Nitro hypervisor of ${document.module}`] };
}

/** Certificates of a document live for hours; a nonce alone says that it is new, if the asker made it up just now. */
const OLDEST = 60 * 60_000;

function assertRecent(file: string, { timestamp }: NitroDocument, now: number): void {
  if (Math.abs(now - timestamp) <= OLDEST) return;
  throw new TrustProblem(
    `${file}: made on ${new Date(timestamp).toISOString()}, more than an hour from now; ask for a new one`,
  );
}

/** Registers that the log alone explains; others are extended by the running system too. */
const LOGGED = [4, 7, 8, 9, 11, 12, 13, 14];

function assertFits(log: EventLog, { registers }: NitroDocument, file: string): void {
  if (!log.banks.includes("sha384"))
    throw new TrustProblem(`${file}: the event log has no SHA-384, which NitroTPM signs`);
  const odd = LOGGED.filter((pcr) => {
    const value = registers.get(pcr);
    const replay = replayed(log, "sha384", pcr);
    return value !== undefined && !(pcr === 11 ? withPhases("sha384", replay) : [replay]).includes(value);
  });
  if (odd.length > 0)
    throw new TrustProblem(`${file}: not the log of this machine: PCR ${odd.join(", ")} differs; ${AGAIN}`);
}

const AGAIN = "read log and quote again, one after the other, on the same machine";

function quoteAttested(evidence: MachineEvidence, { nonce, now }: Asked) {
  const { eventLog, quote, signature, key, certificate, intermediates, roots } = evidence;
  if (!eventLog || !quote || !signature)
    throw new TrustProblem("an event log, a quote and its signature are needed");
  const log = readEventLog(eventLog.data, eventLog.file);
  const { key: signer, name, said } = signerOf({ key, certificate, intermediates, roots }, now);
  const read = verifyQuote({ quote, signature }, signer, name);
  assertFresh(quote.file, read.nonce, nonce);
  return { attested: confirmed(log, read, eventLog.file), said };
}

function signerOf(
  {
    key,
    certificate,
    intermediates,
    roots,
  }: Pick<MachineEvidence, "key" | "certificate" | "intermediates" | "roots">,
  at: number,
): { key: KeyObject; name: string; said: string[] } {
  if (certificate) {
    const [leaf, ...more] = readCertificates(certificate) as [X509Certificate, ...X509Certificate[]];
    const between = [...more, ...intermediates.flatMap(readCertificates)];
    const name = certificate.file;
    assertForQuotes(leaf, name);
    const chained = chainedKey(leaf, between, roots.flatMap(readCertificates), { name, at });
    return {
      key: chained,
      name,
      said: [`the TPM's key is certified: ${leaf.subject.replace(/\s*\n\s*/g, ", ")}`],
    };
  }
  if (!key) throw new TrustProblem("the TPM's key is needed, or its certificate");
  return {
    key: readAttestationKey(key),
    name: key.file,
    said: [`nobody vouches that ${key.file} is a TPM's key: a machine that lies can make one`],
  };
}

function assertFresh(file: string, has: Buffer | undefined, wanted: Buffer): void {
  if (has?.equals(wanted)) return;
  throw new TrustProblem(
    `${file}: made for another question: its nonce is ${has?.toString("hex") || "empty"}, asked was ${wanted.toString("hex")}; it may be an old one that is shown again`,
  );
}

/** The registers of a log that the quote bears out. PCR 11 goes on after the log, in phases that are known. */
function confirmed(log: EventLog, { selection, digest, hash }: Quote, file: string): Attested {
  for (const { bank } of selection)
    if (!log.banks.includes(bank))
      throw new TrustProblem(`${file}: the event log has no ${bank}, which was quoted`);
  const all = selection.flatMap(({ bank, pcrs }) =>
    pcrs.map((pcr) => ({ bank, pcr, value: replayed(log, bank, pcr) })),
  );
  const odd = all.map(({ pcr }) => pcr).filter((pcr) => !LOGGED.includes(pcr));
  for (let phase = 0; phase <= 4; phase++) {
    const values = all.map((each) =>
      each.pcr === 11 ? { ...each, value: withPhases(each.bank, each.value)[phase] ?? each.value } : each,
    );
    if (
      digestOfValues(
        hash,
        values.map(({ value }) => value),
      ) !== digest
    )
      continue;
    const bank = BANKS.find((name) => values.some((each) => each.bank === name)) ?? "sha256";
    return {
      bank,
      registers: new Map(values.filter((each) => each.bank === bank).map(({ pcr, value }) => [pcr, value])),
      log,
    };
  }
  throw new TrustProblem(
    `${file}: the log does not give the registers that were quoted: it was changed, or is another machine's or boot's; ${AGAIN}${
      odd.length > 0
        ? `, and quote PCR ${LOGGED.join(",")} alone: the log may not explain ${[...new Set(odd)].join(", ")}`
        : ""
    }`,
  );
}

import "reflect-metadata";
import { generateKeyPairSync } from "node:crypto";
import type { BootChain } from "../../../../config/measured-boot";
import { type Bank, BOOT_PHASES, digestsOf } from "../../../../facts/pcr";
import { chainOf } from "../../../../inspection/measured-boot/draft";
import { checkMachine } from "../../../../trust/machine/check-machine";
import type { MachineEvidence } from "../../../../trust/machine/evidence";
import { certified, publicPem } from "./authority";
import * as x509 from "@peculiar/x509";
import { recordOf } from "./record-of";
import { eventLog, type LogEvent, measuredBy, quoteOf, signatureOf, valueOf } from "./tpm-files";

const part = (pcr: number, part: string, name: string, secureBoot?: boolean) => ({
  ...{ pcr, part, name },
  ...(secureBoot !== undefined && { secureBoot }),
  ...digestsOf(name),
});
const UKI = chainOf({
  entry: "/EFI/BOOT/BOOTX64.EFI",
  loader: "unified kernel image",
  measurements: [
    part(4, "boot attempt", "Calling"),
    part(4, "unified kernel image", "uki"),
    part(11, "kernel", ".linux"),
    part(11, "command line", ".cmdline"),
    part(11, "initrd", ".initrd"),
    part(4, "kernel", "linux", false),
  ],
  unpredicted: [{ pcr: 7, why: "the firmware's variables" }],
});
const GRUB = chainOf({
  entry: "/EFI/BOOT/BOOTX64.EFI",
  loader: "GRUB",
  measurements: [part(4, "shim", "shim"), part(4, "boot loader", "grub")],
  unpredicted: [
    { pcr: 4, secureBoot: true, why: "the kernel follows" },
    { pcr: 9, why: "files of GRUB" },
  ],
});

const NONCE = Buffer.from("00112233445566778899", "hex");
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PCRS = [4, 11, 12, 13];
/** Bytes of an event of two banks that has no data. */
const EVENT = 100;

interface Machine {
  events?: LogEvent[];
  quoted?: LogEvent[];
  nonce?: Buffer;
  pcrs?: number[];
  bank?: Bank;
  log?: (log: Buffer) => Buffer;
  quote?: (quote: Buffer) => Buffer;
}

function evidenceOf({
  events = measuredBy(UKI.measurements),
  quoted = events,
  nonce = NONCE,
  pcrs = PCRS,
  bank = "sha256",
  log = (same) => same,
  quote: change = (same) => same,
}: Machine = {}): MachineEvidence {
  const values = pcrs.map((pcr) => valueOf(quoted, bank, pcr));
  const quote = quoteOf({ nonce, bank, pcrs, values });
  return {
    eventLog: { file: "event.log", data: log(eventLog(events)) },
    quote: { file: "quote", data: change(quote) },
    signature: { file: "signature", data: signatureOf(quote, privateKey) },
    key: { file: "ak.pem", data: publicPem(privateKey) },
    intermediates: [],
    roots: [],
  };
}

function check(evidence: MachineEvidence, chains: readonly BootChain[] | undefined = [UKI]) {
  const record = recordOf(chains);
  const records = { trusted: [record], notices: [], refused: [] };
  return checkMachine({ subject: "m", record, records, evidence, nonce: NONCE, now: Date.now() });
}

test.each([{ bank: "sha256" as const }, { bank: "sha384" as const }])(
  "what the record says, in $bank",
  ({ bank }) => {
    const verdict = check(evidenceOf({ bank }));
    expect(verdict).toMatchObject({ answer: "genuine", reasons: [] });
    expect(verdict.notes).toContain(`PCR 4, 11, 12, 13 as the record says (${bank})`);
    expect(verdict.notes.join()).toMatch(/nobody vouches that ak.pem is a TPM's key/);
  },
);

/** The variable SecureBoot, as firmware measures it into PCR 7. */
const secureBoot = (on: boolean) => ({
  pcr: 7,
  ...digestsOf(
    Buffer.from("61dfe48bca93d211aa0d00e098032b8c0a000000000000000100000000000000", "hex"),
    Buffer.from("SecureBoot", "utf16le"),
    Buffer.from([on ? 1 : 0]),
  ),
});

test("with Secure Boot on the kernel is not measured a second time", () => {
  const events = [secureBoot(true), ...measuredBy(UKI.measurements, true)];
  expect(check(evidenceOf({ events })).answer).toBe("genuine");
});

test.each(BOOT_PHASES.map((phase, index) => ({ phase, index })))(
  "PCR 11 may have gone on to $phase",
  ({ index }) => {
    const after = BOOT_PHASES.slice(0, index + 1).map((phase) => ({ pcr: 11, ...digestsOf(phase) }));
    const events = measuredBy(UKI.measurements);
    expect(check(evidenceOf({ events, quoted: [...events, ...after] })).answer).toBe("genuine");
  },
);

test.each([
  {
    what: "kernel",
    name: ".linux",
    says: /kernel \(PCR 11\): \.linux: measured sha256 [0-9a-f]{64}, and the record says/,
  },
  { what: "initrd", name: ".initrd", says: /^initrd \(PCR 11\)/ },
  { what: "command line", name: ".cmdline", says: /^command line \(PCR 11\)/ },
  { what: "loader", name: "uki", says: /^unified kernel image \(PCR 4\)/ },
])("another $what is refused and named, and nothing else", ({ name, says }) => {
  const was = digestsOf(name).sha256;
  const events = measuredBy(UKI.measurements).map((event) =>
    event.sha256 === was ? { ...event, ...digestsOf("other") } : event,
  );
  const { answer, reasons } = check(evidenceOf({ events }));
  expect({ answer, count: reasons.length }).toEqual({ answer: "not-genuine", count: 1 });
  expect(reasons[0]).toMatch(says);
});

test("options from outside, a second program and one that was left out are refused", () => {
  const events = measuredBy(UKI.measurements);
  const more = (pcr: number) =>
    check(evidenceOf({ events: [...events, { pcr, ...digestsOf("x") }] })).reasons.join();
  expect(more(12)).toContain("more than the record knows (PCR 12)");
  expect(more(4)).toContain("more than the record knows (PCR 4)");
  const without = [secureBoot(false), ...events.slice(0, -1)];
  expect(check(evidenceOf({ events: without })).reasons.join()).toContain(
    "kernel (PCR 4): linux: was not measured",
  );
});

test("of several entries the one that was booted is compared", () => {
  const other = chainOf({
    ...UKI,
    entry: "/old.conf",
    measurements: UKI.measurements.map((each) => ({ ...each, ...digestsOf("old") })),
  });
  expect(check(evidenceOf(), [other, UKI]).notes).toContain("booted /EFI/BOOT/BOOTX64.EFI");
});

test("what GRUB leaves open is not called genuine", () => {
  const events = measuredBy(GRUB.measurements);
  expect(() => check(evidenceOf({ events }), [GRUB])).toThrow(/kernel, initrd, command line not proved/);
  const other = [events[0]!, { pcr: 4, ...digestsOf("other") }];
  expect(check(evidenceOf({ events: other }), [GRUB]).reasons.join()).toMatch(/^boot loader \(PCR 4\): grub/);
});

test("a register that was not quoted proves nothing", () => {
  expect(() => check(evidenceOf({ pcrs: [4, 12, 13] }))).toThrow(
    /initrd, command line not proved.*PCR 11: the machine's quote leaves it out/,
  );
});

test.each([
  {
    why: "another nonce",
    machine: { nonce: Buffer.from("ff") },
    says: /made for another question: its nonce is .*may be an old one/,
  },
  {
    why: "a log that was changed",
    machine: { quoted: [...measuredBy(UKI.measurements), { pcr: 4, ...digestsOf("x") }] },
    says: /event.log: the log does not give the registers that were quoted/,
  },
  {
    why: "a quote that was changed",
    machine: { quote: (quote: Buffer) => Buffer.concat([quote.subarray(0, -1), Buffer.from([1])]) },
    says: /signature: not the signature of quote by ak.pem/,
  },
  {
    why: "a log that is cut off",
    machine: { log: (log: Buffer) => log.subarray(0, -3) },
    says: /ends at byte \d+ in the middle of a field/,
  },
  {
    why: "a log with SHA-1 alone",
    machine: { log: () => Buffer.concat([Buffer.alloc(8), Buffer.alloc(20), Buffer.alloc(4)]) },
    says: /not in the crypto-agile format.*SHA-256 or SHA-384 is needed/,
  },
  {
    why: "a log of a hundred megabytes of nothing",
    machine: { log: () => Buffer.alloc(17_000_000) },
    says: /at most 16777216 are read/,
  },
  {
    why: "an event that says it is endless",
    machine: { log: (log: Buffer) => Buffer.concat([log.subarray(0, -4), Buffer.from("ffffffff", "hex")]) },
    says: /needs 4294967295 bytes/,
  },
  {
    why: "another boot's PCR number",
    machine: {
      log: (log: Buffer) =>
        Buffer.concat([log, Buffer.from("ff00000001000000", "hex"), Buffer.from("02000000", "hex")]),
    },
    says: /PCR 255, and there are 24/,
  },
  {
    why: "a log that ends an event early",
    machine: { log: (log: Buffer) => log.subarray(0, -EVENT) },
    says: /event.log: the log does not give the registers that were quoted/,
  },
  {
    why: "a log with an event more",
    machine: { log: (log: Buffer) => Buffer.concat([log, log.subarray(-EVENT)]) },
    says: /event.log: the log does not give the registers that were quoted/,
  },
  {
    why: "a quote of the other bank's registers",
    machine: { bank: "sha384", log: () => eventLog(measuredBy(UKI.measurements), ["sha256"]) },
    says: /event.log: the event log has no sha384, which was quoted/,
  },
  {
    why: "a quote without a nonce",
    machine: { nonce: Buffer.alloc(0) },
    says: /made for another question: its nonce is empty/,
  },
])("$why is an error that says what helps", ({ machine, says }) => {
  expect(() => check(evidenceOf(machine as Machine))).toThrow(says);
});

test("a restricted key's other signatures are no quotes", () => {
  const quote = quoteOf({ nonce: NONCE, pcrs: PCRS, values: [], magic: 1 });
  const signature = { file: "signature", data: signatureOf(quote, privateKey) };
  expect(() => check({ ...evidenceOf(), quote: { file: "quote", data: quote }, signature })).toThrow(
    /a TPM did not make it/,
  );
  const other = quoteOf({ nonce: NONCE, pcrs: PCRS, values: [], kind: 0x8017 });
  const signed = { file: "signature", data: signatureOf(other, privateKey) };
  expect(() => check({ ...evidenceOf(), quote: { file: "quote", data: other }, signature: signed })).toThrow(
    /0x8017, not a quote/,
  );
});

test("a record without measurements says what to ask the publisher for", () => {
  const record = recordOf(undefined);
  const records = { trusted: [record], notices: [], refused: [] };
  const question = { subject: "m", record, records, evidence: evidenceOf(), nonce: NONCE, now: Date.now() };
  expect(() => checkMachine(question)).toThrow(/says nothing of what a TPM measures; ask the publisher/);
});

describe("a certified key", () => {
  test("counts if a root vouches for it, through others; else not", async () => {
    const root = await certified("root");
    const between = await certified("between", { issuer: root, ca: true });
    const leaf = await certified("vTPM", { issuer: between });
    const stranger = await certified("root");
    const old = await certified("vTPM", { issuer: between, expired: true });
    const user = await certified("user", { issuer: root });
    const forged = await certified("vTPM", { issuer: user });
    const evidence = (by: typeof leaf, roots: Buffer[], intermediates = [between.pem]): MachineEvidence => {
      const all = { ...evidenceOf(), key: undefined };
      const signature = { file: "signature", data: signatureOf(all.quote!.data, by.privateKey) };
      const named = (data: Buffer) => ({ file: "ca.pem", data });
      return {
        ...all,
        signature,
        certificate: { file: "ak.pem", data: by.der },
        roots: roots.map(named),
        intermediates: intermediates.map(named),
      };
    };
    const good = check(evidence(leaf, [root.pem]));
    expect(good).toMatchObject({ answer: "genuine" });
    expect(good.notes).toContain("the TPM's key is certified: CN=vTPM");
    expect(() => check(evidence(leaf, [stranger.pem]))).toThrow(/leads to no root given with --root/);
    expect(() => check(evidence(leaf, [root.pem], []))).toThrow(
      /CN=vTPM is issued by CN=between.*--intermediate/,
    );
    expect(() => check(evidence(old, [root.pem]))).toThrow(/certificate of CN=vTPM is valid from/);
    // One that may not sign others.
    expect(() => check(evidence(forged, [root.pem], [user.pem]))).toThrow(/leads to no root/);
  });

  test.each([
    {
      what: "an authority's",
      ca: true,
      extensions: [],
      says: /is an authority's, and not a TPM's attestation key's/,
    },
    {
      what: "a TPM's decryption key's",
      extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyEncipherment, true)],
      says: /is for a key that does not sign/,
    },
    {
      what: "an endorsement key's",
      extensions: [new x509.ExtendedKeyUsageExtension(["2.23.133.8.1"])],
      says: /is for 2\.23\.133\.8\.1, and not/,
    },
    {
      what: "a web server's",
      extensions: [new x509.ExtendedKeyUsageExtension(["1.3.6.1.5.5.7.3.1"])],
      says: /is for 1\.3\.6\.1\.5\.5\.7\.3\.1, and not/,
    },
  ])(
    "$what certificate of the same authority vouches for no quote",
    async ({ ca = false, extensions, says }) => {
      const root = await certified("root");
      const leaf = await certified("other", { issuer: root, ca, extensions });
      expect(() => check(certifiedBy(leaf, root))).toThrow(says);
    },
  );

  test("one that is for attestation among others counts, as Azure's", async () => {
    const root = await certified("root");
    const extensions = [
      new x509.ExtendedKeyUsageExtension(["1.3.6.1.4.1.311.10.3.12", "2.23.133.8.3"]),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    ];
    const leaf = await certified("vTPM", { issuer: root, extensions });
    expect(check(certifiedBy(leaf, root))).toMatchObject({ answer: "genuine" });
  });
});

type Signer = Awaited<ReturnType<typeof certified>>;

function certifiedBy(leaf: Signer, root: Signer): MachineEvidence {
  const all = { ...evidenceOf(), key: undefined };
  const signature = { file: "signature", data: signatureOf(all.quote!.data, leaf.privateKey) };
  const certificate = { file: "ak.pem", data: leaf.der };
  return { ...all, signature, certificate, roots: [{ file: "ca.pem", data: root.pem }], intermediates: [] };
}

/** Files as a TPM and tpm2-tools write them, with keys made in the test. */
import { createHash, type KeyObject, sign } from "node:crypto";
import { type Bank, BANKS, extended } from "../../../../facts/pcr";
import type { Measurement } from "../../../../config/measured-boot";

export interface LogEvent {
  pcr: number;
  type?: number;
  sha256: string;
  sha384: string;
  data?: Buffer;
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const u16 = (value: number) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
};
const big16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const sized = (bytes: Buffer) => Buffer.concat([big16(bytes.length), bytes]);

const IDS: Record<Bank, number> = { sha256: 11, sha384: 12 };

/** A crypto-agile event log. */
export function eventLog(events: readonly LogEvent[], banks: readonly Bank[] = BANKS): Buffer {
  const sizes = banks.map((bank) => Buffer.concat([u16(IDS[bank]), u16(bank === "sha256" ? 32 : 48)]));
  const spec = Buffer.concat([
    Buffer.from("Spec ID Event03\0", "latin1"),
    Buffer.from([0, 0, 0, 0, 0, 2, 0, 2]),
    u32(banks.length),
    ...sizes,
    Buffer.from([0]),
  ]);
  const header = Buffer.concat([u32(0), u32(3), Buffer.alloc(20), u32(spec.length), spec]);
  const body = events.map(({ pcr, type = 13, data = Buffer.alloc(0), ...digests }) =>
    Buffer.concat([
      ...[u32(pcr), u32(type), u32(banks.length)],
      ...banks.flatMap((bank) => [u16(IDS[bank]), Buffer.from(digests[bank], "hex")]),
      ...[u32(data.length), data],
    ]),
  );
  return Buffer.concat([header, ...body]);
}

export function valueOf(events: readonly LogEvent[], bank: Bank, pcr: number): string {
  return extended(
    bank,
    events.filter((event) => event.pcr === pcr).map((event) => event[bank]),
  );
}

interface Quoted {
  nonce: Buffer;
  bank?: Bank;
  pcrs: readonly number[];
  /** Of the registers, hex, in order. */
  values: readonly string[];
  /** Of the first bytes, and the kind of what is signed. */
  magic?: number;
  kind?: number;
}

/** TPMS_ATTEST of a quote. */
export function quoteOf({
  nonce,
  bank = "sha256",
  pcrs,
  values,
  magic = 0xff544347,
  kind = 0x8018,
}: Quoted): Buffer {
  const bitmap = Buffer.alloc(3);
  for (const pcr of pcrs) bitmap[pcr >> 3]! |= 1 << (pcr & 7);
  const digest = createHash("sha256")
    .update(Buffer.from(values.join(""), "hex"))
    .digest();
  const start = Buffer.alloc(4);
  start.writeUInt32BE(magic);
  return Buffer.concat([
    ...[start, big16(kind), sized(Buffer.from("signer")), sized(nonce), Buffer.alloc(25)],
    ...[Buffer.from([0, 0, 0, 1]), big16(IDS[bank]), Buffer.from([3]), bitmap, sized(digest)],
  ]);
}

/** TPMT_SIGNATURE with SHA-256: ECDSA or RSASSA by the key. */
export function signatureOf(quote: Buffer, key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "rsa")
    return Buffer.concat([big16(0x14), big16(11), sized(sign("sha256", quote, key))]);
  const bytes = sign("sha256", quote, { key, dsaEncoding: "ieee-p1363" });
  return Buffer.concat([big16(0x18), big16(11), sized(bytes.subarray(0, 32)), sized(bytes.subarray(32))]);
}

/** What a machine measures that boots exactly so. */
export function measuredBy(measurements: readonly Measurement[], secureBoot = false): LogEvent[] {
  return measurements
    .filter((each) => (each.secureBoot ?? secureBoot) === secureBoot)
    .map(({ pcr, sha256, sha384 }) => ({ pcr, sha256, sha384 }));
}

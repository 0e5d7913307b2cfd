/** A TPM's signed statement about its registers: TPMS_ATTEST of a quote (TPM 2.0 Library 1.59, part 2, 10.12.12), as `tpm2_quote -m` writes it. */
import { createHash, type KeyObject, verify } from "node:crypto";
import { type Bank } from "../../facts/pcr";
import { TrustProblem } from "../problem";
import { fieldReader, type FieldReader } from "./reader";

export interface Quote {
  /** The asker's nonce. */
  nonce: Buffer;
  selection: { bank: Bank; pcrs: number[] }[];
  /** Digest of the selected registers' values. */
  digest: string;
  /** The hash of the signature, and of {@link digest}. */
  hash: "sha256" | "sha384" | "sha512";
}

/** TPM_GENERATED_VALUE: no other signature of a restricted key begins with it. */
const GENERATED = 0xff544347;
const ATTEST_QUOTE = 0x8018;
const HASHES: Readonly<Record<number, Quote["hash"]>> = {
  0x000b: "sha256",
  0x000c: "sha384",
  0x000d: "sha512",
};
const BANK_IDS: Readonly<Record<number, Bank>> = { 0x000b: "sha256", 0x000c: "sha384" };
const RSASSA = 0x0014;
const RSAPSS = 0x0016;
const ECDSA = 0x0018;

interface QuoteFiles {
  quote: { file: string; data: Buffer };
  signature: { file: string; data: Buffer };
}

/**
 * A quote that was signed by the key.
 *
 * @throws {TrustProblem} when it is no quote, or of another key
 */
export function verifyQuote({ quote, signature }: QuoteFiles, key: KeyObject, keyName: string): Quote {
  const { scheme, hash, bytes } = readSignature(signature);
  const isFit = key.asymmetricKeyType === (scheme === ECDSA ? "ec" : "rsa");
  const details =
    scheme === ECDSA
      ? { key, dsaEncoding: "ieee-p1363" as const }
      : { key, padding: scheme === RSAPSS ? 6 : 1 };
  if (!isFit || !verify(hash, quote.data, details, bytes))
    throw new TrustProblem(
      `${signature.file}: not the signature of ${quote.file} by ${keyName}: the quote was changed, or another key signed it; quote again`,
    );
  return { ...readQuote(quote), hash };
}

function readQuote({ file, data }: QuoteFiles["quote"]): Omit<Quote, "hash"> {
  const reader = fieldReader(data, "be", `${file}: the quote`);
  if (reader.u32() !== GENERATED)
    throw new TrustProblem(`${file}: no quote: a TPM did not make it (tpm2_quote -m writes one)`);
  const type = reader.u16();
  if (type !== ATTEST_QUOTE)
    throw new TrustProblem(`${file}: signed by a TPM, and of type 0x${type.toString(16)}, not a quote`);
  const sized = () => reader.bytes(reader.u16());
  sized();
  const nonce = sized();
  reader.bytes(17 + 8);
  const selection = readSelection(reader, file);
  const digest = sized().toString("hex");
  if (reader.left > 0) throw new TrustProblem(`${file}: ${reader.left} bytes follow the quote`);
  return { nonce, selection, digest };
}

function readSelection(reader: FieldReader, file: string): Quote["selection"] {
  const count = reader.u32();
  if (count === 0 || count > 16) throw new TrustProblem(`${file}: the quote is of ${count} banks`);
  return Array.from({ length: count }, () => {
    const id = reader.u16();
    const bitmap = reader.bytes(reader.u8());
    const pcrs = Array.from({ length: bitmap.length * 8 }, (_, pcr) => pcr).filter(
      (pcr) => ((bitmap[pcr >> 3] ?? 0) >> (pcr & 7)) & 1,
    );
    const bank = BANK_IDS[id];
    if (bank) return { bank, pcrs };
    throw new TrustProblem(
      `${file}: the quote is of bank 0x${id.toString(16)}${id === 4 ? " (SHA-1)" : ""}; quote SHA-256 or SHA-384 alone: tpm2_quote -l sha256:4,7,8,9,11,12,13,14`,
    );
  });
}

/** TPMT_SIGNATURE: how `tpm2_quote -s` writes it, unless with `-f plain`. */
function readSignature({ file, data }: QuoteFiles["signature"]) {
  const reader = fieldReader(data, "be", `${file}: the signature`);
  const [scheme, id] = [reader.u16(), reader.u16()];
  const hash = HASHES[id];
  if (!hash || ![RSASSA, RSAPSS, ECDSA].includes(scheme))
    throw new TrustProblem(
      `${file}: not a TPM's signature with RSA or ECDSA and SHA-2; tpm2_quote writes it with -s and without -f plain`,
    );
  const sized = () => reader.bytes(reader.u16());
  if (scheme !== ECDSA) return { scheme, hash, bytes: sized() };
  const [r, s] = [sized(), sized()];
  const width = Math.max(r.length, s.length) > 32 ? (Math.max(r.length, s.length) > 48 ? 66 : 48) : 32;
  const padded = (number: Buffer) =>
    Buffer.concat([Buffer.alloc(Math.max(0, width - number.length)), number]);
  return { scheme, hash, bytes: Buffer.concat([padded(r), padded(s)]) };
}

/** Digest of registers' values, as a quote has it. */
export function digestOfValues(hash: Quote["hash"], values: readonly string[]): string {
  return createHash(hash)
    .update(Buffer.from(values.join(""), "hex"))
    .digest("hex");
}

import { createHash } from "node:crypto";
import { type Bank, type Digests } from "../../facts/pcr";

const COFF_HEADER = 24;
const SECTION = 40;
const PE32_PLUS = 0x20b;
/** In a PE32+ optional header: the checksum, the number of data directories, and the fifth one, the certificate table. */
const CHECKSUM = 64;
const DIRECTORIES = 108;
const CERTIFICATES = 144;

interface Range {
  start: number;
  end: number;
}

/**
 * Authenticode digests of an EFI program, which firmware extends PCR 4 with: the file without its checksum, its certificates and where
 * they are (edk2, DxeTpm2MeasureBootLib's MeasurePeImageAndExtend, 2026-11). `undefined`: the headers lead outside the file.
 */
export function authenticodeOf(file: Buffer): Digests | undefined {
  const ranges = rangesOf(file);
  if (!ranges) return undefined;
  const hashOf = (bank: Bank) => {
    const hash = createHash(bank);
    for (const { start, end } of ranges) hash.update(file.subarray(start, end));
    return hash.digest("hex");
  };
  return { sha256: hashOf("sha256"), sha384: hashOf("sha384") };
}

function rangesOf(file: Buffer): Range[] | undefined {
  if (file.length < 64 || file.toString("latin1", 0, 2) !== "MZ") return undefined;
  const header = file.readUInt32LE(60);
  const optional = header + COFF_HEADER;
  if (optional + CERTIFICATES + 8 > file.length) return undefined;
  if (file.toString("latin1", header, header + 4) !== "PE\0\0") return undefined;
  if (file.readUInt16LE(optional) !== PE32_PLUS) return undefined;
  const hasTable = file.readUInt32LE(optional + DIRECTORIES) > 4;
  const headers = file.readUInt32LE(optional + 60);
  const certificates = hasTable ? file.readUInt32LE(optional + CERTIFICATES + 4) : 0;
  const first = optional + file.readUInt16LE(header + 20);
  const count = file.readUInt16LE(header + 6);
  if (first + count * SECTION > file.length) return undefined;
  const sections = Array.from({ length: count }, (_, index) => {
    const start = file.readUInt32LE(first + index * SECTION + 20);
    return { start, end: start + file.readUInt32LE(first + index * SECTION + 16) };
  }).filter(({ start, end }) => end > start);
  sections.sort((a, b) => a.start - b.start);
  const hashed = sections.reduce((sum, { start, end }) => sum + end - start, headers);
  const end = file.length - certificates;
  const ranges = [
    { start: 0, end: optional + CHECKSUM },
    { start: optional + CHECKSUM + 4, end: hasTable ? optional + CERTIFICATES : headers },
    ...(hasTable ? [{ start: optional + CERTIFICATES + 8, end: headers }] : []),
    ...sections,
    ...(end > hashed ? [{ start: hashed, end }] : []),
  ];
  return ranges.every(({ start, end }) => start <= end && end <= file.length) ? ranges : undefined;
}

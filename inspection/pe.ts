import type { Architecture } from "./image";

/** Machine types of the PE format (Microsoft PE Format, 2026-11) that UEFI boots here. */
const MACHINES: Record<number, Architecture> = { 0x8664: "x86_64", 0xaa64: "arm64" };

const COFF_HEADER = 24;
/** Size up to the last field read here. */
const OPTIONAL_HEADER = 70;
const SECTION = 40;
/** PE32+, used by both machine types. */
const MAGIC = 0x20b;
/** UEFI specification 2.10, section 2.1.1: an application, not a driver. */
const EFI_APPLICATION = 10;

/** A section of an EFI program as in the file, without the padding to the file alignment. */
interface PeSection {
  /** Up to eight characters: `.cmdline` of a unified kernel image. */
  name: string;
  data: Buffer;
}

/**
 * Architecture of a complete EFI application: headers, and every section's data, are inside the file. `undefined` if
 * it is not one, is truncated, or is for a machine type that clouds do not have.
 */
export function peArchitecture(file: Buffer): Architecture | undefined {
  const found = headersOf(file);
  return found && MACHINES[file.readUInt16LE(found.header + 4)];
}

/** Sections of a complete EFI application, in order; empty for anything else. */
export function peSections(file: Buffer): PeSection[] {
  return (headersOf(file)?.sections ?? []).map((at) => {
    const [virtualSize, size, place] = [8, 16, 20].map((field) => file.readUInt32LE(at + field));
    const length = Math.min(virtualSize || size!, size!);
    const name = file.toString("latin1", at, at + 8).replace(/\0+$/, "");
    return { name, data: file.subarray(place, place! + length) };
  });
}

/** Offsets of the PE header and of each section's header in the file. */
function headersOf(file: Buffer): { header: number; sections: number[] } | undefined {
  if (file.length < 64 || file.toString("latin1", 0, 2) !== "MZ") return undefined;
  const header = file.readUInt32LE(60);
  const optional = header + COFF_HEADER;
  if (optional + OPTIONAL_HEADER > file.length) return undefined;
  if (file.toString("latin1", header, header + 4) !== "PE\0\0") return undefined;
  if (file.readUInt16LE(optional) !== MAGIC || file.readUInt16LE(optional + 68) !== EFI_APPLICATION)
    return undefined;
  const first = optional + file.readUInt16LE(header + 20);
  const count = file.readUInt16LE(header + 6);
  const entryPoint = file.readUInt32LE(optional + 16);
  const headers = file.readUInt32LE(optional + 60);
  if (count === 0 || entryPoint === 0) return undefined;
  if (headers > file.length || first + count * SECTION > headers) return undefined;
  const sections = Array.from({ length: count }, (_, index) => first + index * SECTION);
  const areWhole = sections.every(
    (at) => file.readUInt32LE(at + 16) + file.readUInt32LE(at + 20) <= file.length,
  );
  return areWhole ? { header, sections } : undefined;
}

import type { Architecture } from "./image";

/** Machine types of the PE format (Microsoft PE Format, 2026-11) that UEFI boots here. */
const MACHINES: Record<number, Architecture> = { 0x8664: "x86_64", 0xaa64: "arm64" };

const COFF_HEADER = 24;
/** Up to the last field that is read here. */
const OPTIONAL_HEADER = 70;
const SECTION = 40;
/** PE32+, which both machines have. */
const MAGIC = 0x20b;
/** UEFI specification 2.10, section 2.1.1: an application; drivers are no loaders. */
const EFI_APPLICATION = 10;

/**
 * Architecture of a whole EFI application: headers, and every section's data, are inside the file. `undefined` when it is
 * none, is cut off, or is for a machine that clouds do not have.
 */
export function peArchitecture(file: Buffer): Architecture | undefined {
  if (file.length < 64 || file.toString("latin1", 0, 2) !== "MZ") return undefined;
  const header = file.readUInt32LE(60);
  const optional = header + COFF_HEADER;
  if (optional + OPTIONAL_HEADER > file.length) return undefined;
  if (file.toString("latin1", header, header + 4) !== "PE\0\0") return undefined;
  if (file.readUInt16LE(optional) !== MAGIC || file.readUInt16LE(optional + 68) !== EFI_APPLICATION)
    return undefined;
  const sections = optional + file.readUInt16LE(header + 20);
  const count = file.readUInt16LE(header + 6);
  const entryPoint = file.readUInt32LE(optional + 16);
  const headers = file.readUInt32LE(optional + 60);
  if (count === 0 || entryPoint === 0) return undefined;
  if (headers > file.length || sections + count * SECTION > headers) return undefined;
  const areWhole = Array.from({ length: count }, (_, index) => sections + index * SECTION).every(
    (at) => file.readUInt32LE(at + 16) + file.readUInt32LE(at + 20) <= file.length,
  );
  return areWhole ? MACHINES[file.readUInt16LE(header + 4)] : undefined;
}

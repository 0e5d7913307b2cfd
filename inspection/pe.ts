import type { Architecture } from "./image";

/** Machine types of the PE format (Microsoft PE Format, 2026-11) that UEFI boots here. */
const MACHINES: Record<number, Architecture> = { 0x8664: "x86_64", 0xaa64: "arm64" };

const COFF_HEADER = 24;
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
  try {
    return isWhole(file) ? MACHINES[file.readUInt16LE(file.readUInt32LE(60) + 4)] : undefined;
  } catch (error) {
    // A header that points beyond the file's end.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isWhole(file: Buffer): boolean {
  if (file.toString("latin1", 0, 2) !== "MZ") return false;
  const header = file.readUInt32LE(60);
  if (file.toString("latin1", header, header + 4) !== "PE\0\0") return false;
  const count = file.readUInt16LE(header + 6);
  const optional = header + COFF_HEADER;
  const sections = optional + file.readUInt16LE(header + 20);
  const entryPoint = file.readUInt32LE(optional + 16);
  const headers = file.readUInt32LE(optional + 60);
  if (file.readUInt16LE(optional) !== MAGIC || file.readUInt16LE(optional + 68) !== EFI_APPLICATION)
    return false;
  if (count === 0 || entryPoint === 0 || headers > file.length) return false;
  if (sections + count * SECTION > headers) return false;
  return Array.from({ length: count }, (_, index) => sections + index * SECTION).every(
    (at) => file.readUInt32LE(at + 16) + file.readUInt32LE(at + 20) <= file.length,
  );
}

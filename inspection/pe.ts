import type { Architecture } from "./image";

/** Machine types of the PE format (Microsoft PE Format, 2026-11) that UEFI boots here. */
const MACHINES: Record<number, Architecture> = { 0x8664: "x86_64", 0xaa64: "arm64" };

/** Architecture of an EFI program, or `undefined` when it is not one for a machine that clouds have. */
export function peArchitecture(file: Buffer): Architecture | undefined {
  if (file.length < 64 || file.toString("latin1", 0, 2) !== "MZ") return undefined;
  const header = file.readUInt32LE(60);
  if (header + 6 > file.length || file.toString("latin1", header, header + 4) !== "PE\0\0") return undefined;
  return MACHINES[file.readUInt16LE(header + 4)];
}

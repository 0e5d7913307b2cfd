/** Text of the GUID at `at`, lower case. Its first three parts are little-endian: UEFI specification 2.10, appendix A. */
export function readGuid(buffer: Buffer, at: number): string {
  const number = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return [
    number(buffer.readUInt32LE(at), 8),
    number(buffer.readUInt16LE(at + 4), 4),
    number(buffer.readUInt16LE(at + 6), 4),
    buffer.toString("hex", at + 8, at + 10),
    buffer.toString("hex", at + 10, at + 16),
  ].join("-");
}

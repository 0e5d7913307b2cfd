import { TrustProblem } from "../problem";

/** Reads numbers and fields one after another, never beyond the end. */
export interface FieldReader {
  readonly left: number;
  readonly at: number;
  bytes(length: number): Buffer;
  u8(): number;
  u16(): number;
  u32(): number;
}

/**
 * @param order of numbers: `le` in event logs, `be` in what a TPM answers
 * @param what for messages: `uki.log: the event log`
 */
export function fieldReader(data: Buffer, order: "le" | "be", what: string): FieldReader {
  let at = 0;
  const take = (length: number) => {
    if (length > data.length - at)
      throw new TrustProblem(
        `${what} ends at byte ${data.length} in the middle of a field that needs ${length} bytes from byte ${at}: cut off or damaged; read it again`,
      );
    const start = at;
    at += length;
    return start;
  };
  return {
    get left() {
      return data.length - at;
    },
    get at() {
      return at;
    },
    bytes: (length) => {
      const start = take(length);
      return data.subarray(start, start + length);
    },
    u8: () => data.readUInt8(take(1)),
    u16: () => (order === "le" ? data.readUInt16LE(take(2)) : data.readUInt16BE(take(2))),
    u32: () => (order === "le" ? data.readUInt32LE(take(4)) : data.readUInt32BE(take(4))),
  };
}

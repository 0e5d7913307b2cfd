import fs from "node:fs";

/** Inverts one bit of a file. */
export function flipBit(file: string, at: number, bit = 0): void {
  const descriptor = fs.openSync(file, "r+");
  const byte = Buffer.alloc(1);
  fs.readSync(descriptor, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ (1 << bit);
  fs.writeSync(descriptor, byte, 0, 1, at);
  fs.closeSync(descriptor);
}

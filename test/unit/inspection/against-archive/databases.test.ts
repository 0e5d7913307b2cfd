import type { Context } from "../../../../inspection/against-archive/context";
import { hardwareDatabase } from "../../../../inspection/against-archive/derive/hardware";
import { messageCatalogue } from "../../../../inspection/against-archive/derive/messages";

const contextOf = (bytes: Buffer): Context =>
  ({ expected: new Map(), walked: { read: () => bytes } }) as unknown as Context;

test("a catalogue whose texts would be behind its end is refused: journalctl may find others", () => {
  const catalogue = Buffer.alloc(64);
  catalogue.write("RHHHKSLP");
  catalogue.writeBigUInt64LE(2n ** 60n, 24);
  catalogue.writeBigUInt64LE(56n, 32);
  catalogue.write("evil", 48);
  expect(messageCatalogue("/x", contextOf(catalogue))).toBe("it has texts behind its end");
});

test("a text of the hardware database that does not end is refused", () => {
  const database = Buffer.alloc(64 + 24 + 4);
  database.write("KSLPHHRH");
  for (const [at, value] of Object.entries({ 32: 24, 40: 16, 48: 32, 56: 64, 64: 88 }))
    database.writeBigUInt64LE(BigInt(value), Number(at));
  database.write("evil", 88);
  expect(() => hardwareDatabase("/x", contextOf(database))).toThrow("a text without an end");
});

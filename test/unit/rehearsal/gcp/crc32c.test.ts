import { CRC32C } from "@google-cloud/storage";
import fc from "fast-check";
import { crc32c, crc32cText } from "../../../../rehearsal/gcp/storage/crc32c";

test("the checksum of 123456789 is the one that CRC-32C's definition gives", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

test("any bytes, cut anywhere, have the checksum that Google's client computes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      const theirs = new CRC32C();
      theirs.update(Buffer.from(bytes));
      expect(crc32cText(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut))))).toBe(theirs.toString());
    }),
  );
});

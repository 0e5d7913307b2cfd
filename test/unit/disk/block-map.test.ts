import fc from "fast-check";
import { type BlockMap, decodeBlockMap, encodeBlockMap } from "../../../disk/block-map";

const maps = fc
  .uniqueArray(fc.nat(5000), { maxLength: 20 })
  .chain((indices) =>
    fc.tuple(
      fc.constant(indices.sort((a, b) => a - b)),
      fc.infiniteStream(fc.uint8Array({ minLength: 32, maxLength: 32 })),
    ),
  )
  .map(([indices, digests]): BlockMap => {
    const blocks = indices.map((index) => ({
      index,
      sha256: Buffer.from(digests.next().value as Uint8Array),
    }));
    return { size: 5001 * 524_288, blocks };
  });

it("is read back as it was written", () => {
  fc.assert(fc.property(maps, (map) => expect(decodeBlockMap(encodeBlockMap(map))).toEqual(map)));
});

it("is refused, with the reason, when it is anything else", () => {
  const good = encodeBlockMap({ size: 1_048_576, blocks: [{ index: 1, sha256: Buffer.alloc(32, 7) }] });
  const changed = (change: (file: Buffer) => void) => {
    const file = Buffer.from(good);
    change(file);
    return file;
  };
  const cases: [Buffer, string][] = [
    [Buffer.from("{}"), "this is not a block map"],
    [good.subarray(0, -1), "the block map has 75 bytes; 1 blocks need 76"],
    [changed((file) => file.writeUInt32BE(4096, 32)), "blocks of 4096 bytes, needed: 524288"],
    [changed((file) => file.writeUInt32BE(2, 40)), "the block map has block 2 after -1, of 2"],
    [changed((file) => file.fill(0xff, 24, 32)), "a size beyond 8 PiB"],
  ];
  for (const [file, message] of cases) expect(() => decodeBlockMap(file)).toThrow(message);
});

import fs from "node:fs";
import path from "node:path";
import { BLOCK_SIZE } from "../../../facts/units";
import { Disk } from "../../../disk/disk";
import { mapDisk } from "../../../disk/map-disk";
import { compareBlocks, imageOf } from "../../../trust/compare";
import { readRecords, type SignedRecord } from "../../../trust/records";
import { signedMap } from "../../../trust/signed-map";
import { publishIn } from "../cli/publication";
import { temporaryFolder } from "../disk/sparse-file";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
let record: SignedRecord;
let digests: Map<number, Buffer>;

beforeAll(async () => {
  const { recordOf, publicKey } = await publishIn(folder);
  fs.writeFileSync(at("1.0.sigstore.json"), await recordOf("1.0"));
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  [record] = readRecords(at("1.0.sigstore.json"), [pem]).trusted as [SignedRecord];
  const disk = await Disk.open(at("demo.raw"));
  const { map } = await mapDisk(disk);
  await disk.close();
  digests = new Map(map.blocks.map(({ index, sha256 }) => [index, sha256]));
});

const compare = (read: Map<number, Buffer>, blockMap?: string, beyond: number[] = []) => {
  const image = imageOf(record, "x86_64");
  return compareBlocks({ digests: read, beyond }, image, signedMap(record, "x86_64", image, blockMap).map);
};
const spoiled = () =>
  new Map([...digests].map(([index, sha256]) => [index, index === 8 ? Buffer.alloc(32) : sha256]));

test("what a cloud holds is what was signed", () => {
  expect(compare(digests)).toEqual({ wrong: [] });
  expect(compare(digests, undefined, [99]).wrong).toEqual(["there is data after the end of the image"]);
});

test("the block map says where a cloud's bytes differ, named or beside the record", () => {
  expect(compare(spoiled()).wrong).toEqual([expect.stringContaining("with --block-map you learn where")]);
  const place = [{ start: 8 * BLOCK_SIZE, end: 9 * BLOCK_SIZE, partitions: ["partition 2 root"], files: [] }];
  expect(compare(spoiled(), at("demo.raw.blockmap")).differences).toEqual(place);
  fs.copyFileSync(at("demo.raw.blockmap"), at("1.0-x86_64.blockmap"));
  expect(compare(spoiled()).differences).toEqual(place);
});

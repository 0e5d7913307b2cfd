import { BLOCK_SIZE } from "../../../facts/units";
import { blockMapRoot } from "../../../disk/block-map";
import type { Properties } from "../../../plugin/resource";

/** A block map that a cache may hold. */
export const MAP = { size: 1_048_576, blocks: [{ index: 1, sha256: Buffer.alloc(32, 7) }] };

export const AMI = {
  cloud: "aws",
  account: "111111111111",
  region: "eu-west-1",
  kind: "image",
  id: "ami-1",
  name: "demo",
  architecture: "x86_64",
  proof: "bytes",
};

/** Inputs of a record of one AMI. */
export function recordInputs(more: Properties = {}): Properties {
  const blockMap = { blockSize: BLOCK_SIZE, blocks: 2, dataBlocks: 1, root: blockMapRoot(MAP) };
  const image = {
    ...{ file: "demo.raw", size: MAP.size, dataBytes: BLOCK_SIZE, bootMode: "uefi", blockMap },
    ...{ sha256: "a".repeat(64), sha512: "b".repeat(128) },
    partitionTable: { type: "gpt", diskGuid: "00000000-0000-4000-8000-000000000000", partitions: [] },
  };
  const seal = `sha256:${"0".repeat(64)}`;
  return {
    product: "demo",
    version: "1.0",
    publisher: "Example",
    provenance: "official",
    imageFile: { schemaVersion: 1, product: "demo", version: "1.0", images: { x86_64: image }, seal },
    configDigest: "c".repeat(64),
    objects: [AMI],
    folder: "records",
    ...more,
  };
}

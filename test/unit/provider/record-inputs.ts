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
  const image = { file: "demo.raw", sha256: "a".repeat(64), sha512: "b".repeat(128) };
  return {
    product: "demo",
    version: "1.0",
    publisher: "Example",
    provenance: "official",
    imageFile: { images: { x86_64: { ...image, blockMap: { root: blockMapRoot(MAP) } } } },
    configDigest: "c".repeat(64),
    objects: [AMI],
    folder: "records",
    ...more,
  };
}

import { STATEMENT_TYPE } from "../../../trust/in-toto";
import { PREDICATE_TYPE, type Statement } from "../../../trust/statement";

const digest = { sha256: "a".repeat(64), sha512: "b".repeat(128) };
const uri = "aws:ec2:eu-central-1:123456789012:image/ami-1";

/** A record's statement about one AMI. */
export const STATEMENT: Statement = {
  _type: STATEMENT_TYPE,
  subject: [
    { name: "demo.raw", digest },
    { uri, digest },
  ],
  predicateType: PREDICATE_TYPE,
  predicate: {
    product: "demo",
    version: "20261120.0",
    publisher: "Example",
    provenance: "official",
    program: { id: "https://imprimatur.dev/cli", version: "0.1.0" },
    config: { digest: { sha256: "c".repeat(64) } },
    imageFile: { schemaVersion: 1, images: { x86_64: { file: "demo.raw", ...digest } } },
    objects: [
      {
        uri,
        annotations: {
          cloud: "aws",
          account: "123456789012",
          region: "eu-central-1",
          kind: "image",
          id: "ami-1",
          name: "demo",
          architecture: "x86_64",
          proof: "bytes",
        },
      },
    ],
  },
};

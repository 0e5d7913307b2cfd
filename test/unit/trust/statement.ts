import { BUILD_TYPE, PREDICATE_TYPE, type Statement, STATEMENT_TYPE } from "../../../trust/statement";

/** What a record says, of one AMI. */
export const STATEMENT: Statement = {
  _type: STATEMENT_TYPE,
  subject: [{ name: "demo.raw", digest: { sha256: "a".repeat(64), sha512: "b".repeat(128) } }],
  predicateType: PREDICATE_TYPE,
  predicate: {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        product: "demo",
        version: "20261120.0",
        publisher: "Example",
        provenance: "official",
        configDigest: "c".repeat(64),
      },
      internalParameters: { imageFile: { schemaVersion: 1 } },
    },
    runDetails: {
      builder: { id: "https://imprimatur.dev/cli", version: { imprimatur: "0.1.0" } },
      byproducts: [
        {
          uri: "aws:ec2:eu-central-1:123456789012:image/ami-1",
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
  },
};

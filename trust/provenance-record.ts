/**
 * Legacy records: version 0.1 used SLSA provenance v1 (slsa.dev/spec/v1.0/provenance), which claims that this program
 * built the disk. They stay signed as they are, and are read as publications.
 */
import { z } from "zod";
import { disk, hex, STATEMENT_TYPE } from "./in-toto";
import { PREDICATE_TYPE, publishedObjectSchema, releaseNames, type Statement, subjectsOf } from "./statement";

const PROVENANCE_TYPE = "https://slsa.dev/provenance/v1";

export const provenanceSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(disk).min(1),
  predicateType: z.literal(PROVENANCE_TYPE),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal("https://imprimatur.dev/publication/v1"),
      externalParameters: z.strictObject({ ...releaseNames, configDigest: hex(64) }),
      internalParameters: z.strictObject({ imageFile: z.unknown() }),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({ id: z.string(), version: z.record(z.string(), z.string()) }),
      metadata: z.strictObject({ finishedOn: z.iso.datetime() }).optional(),
      byproducts: z.array(publishedObjectSchema),
    }),
  }),
});

/** As a publication, whose subjects also include the cloud objects. */
export function readProvenance({ subject, predicate }: z.infer<typeof provenanceSchema>): Statement {
  const { buildDefinition, runDetails } = predicate;
  const { configDigest, ...names } = buildDefinition.externalParameters;
  const { imageFile } = buildDefinition.internalParameters;
  const { builder, metadata, byproducts } = runDetails;
  // The reader validates the image file.
  const { images = {} } = (imageFile ?? {}) as { images?: Parameters<typeof subjectsOf>[0] };
  const held = subjectsOf(images, byproducts).filter((candidate) => "uri" in candidate);
  return {
    _type: STATEMENT_TYPE,
    subject: [...subject, ...held],
    predicateType: PREDICATE_TYPE,
    predicate: {
      ...names,
      ...(metadata && { finishedOn: metadata.finishedOn }),
      program: { id: builder.id, version: builder.version.imprimatur ?? "" },
      config: { digest: { sha256: configDigest } },
      imageFile,
      objects: byproducts,
    },
  };
}

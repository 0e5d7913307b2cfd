import { z } from "zod";
import { launchEvidence } from "../config/evidence";

/**
 * What a record says: an in-toto Statement v1 (github.com/in-toto/attestation, spec/v1/statement.md, 2026-11) whose
 * subjects are the raw disks and whose predicate is SLSA provenance v1 (slsa.dev/spec/v1.0/provenance). The published
 * cloud objects are the run's byproducts: one resource descriptor each.
 */
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PREDICATE_TYPE = "https://slsa.dev/provenance/v1";
export const BUILD_TYPE = "https://imprimatur.dev/publication/v1";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** One object in a cloud that was made from the disk. */
export const publishedObjectSchema = z.strictObject({
  /** Cloud and id: `aws:ec2:eu-central-1:123456789012:image/ami-…`. */
  uri: z.string(),
  annotations: z.strictObject({
    cloud: z.enum(["aws", "gcp", "azure"]),
    /** Account, project or subscription of the publisher. */
    account: z.string(),
    /** Where it is; `all` on Google Cloud, the home region on Azure, which copies a version to the others by itself. */
    region: z.string(),
    /** `disk`: a managed disk that no gallery version was made from. */
    kind: z.enum(["image", "snapshot", "disk"]),
    id: z.string(),
    /** Under which everyone finds it: `/CommunityGalleries/…` of an Azure version. */
    publicId: z.string().optional(),
    /** The cloud's own unique id of this very object, where a name can be used again (config/object-identity.ts). */
    uid: z.string().optional(),
    /** When the cloud says that it was made. */
    createdAt: z.iso.datetime({ offset: true }).optional(),
    name: z.string(),
    architecture: z.enum(["x86_64", "arm64"]),
    /**
     * `bytes`: the object itself was read back; `archive bytes`: what it was made from was, before and after; `source`: of
     * that a checksum was compared (records of version 0.1).
     */
    proof: z.enum(["bytes", "archive bytes", "source"]),
    /** What an instance showed that was launched from it, where the stack asks for one. */
    boot: launchEvidence.optional(),
  }),
});

export type PublishedObject = z.infer<typeof publishedObjectSchema>;
/** What is said of an object; its URI follows from it. */
export type ObjectFacts = PublishedObject["annotations"];

export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(
      z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: hex(64), sha512: hex(128) }) }),
    )
    .min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    buildDefinition: z.strictObject({
      buildType: z.literal(BUILD_TYPE),
      externalParameters: z.strictObject({
        product: z.string(),
        version: z.string(),
        publisher: z.string(),
        /** `official`, or which other product it was made from. */
        provenance: z.union([z.literal("official"), z.strictObject({ basedOn: z.string() })]),
        /** SHA-256 of the stack's config, canonical JSON. */
        configDigest: hex(64),
      }),
      internalParameters: z.strictObject({
        /** The release's image file, whole: also who signed the input, and the policy and boot results. */
        imageFile: z.unknown(),
      }),
    }),
    runDetails: z.strictObject({
      builder: z.strictObject({ id: z.string(), version: z.record(z.string(), z.string()) }),
      metadata: z.strictObject({ finishedOn: z.iso.datetime() }).optional(),
      byproducts: z.array(publishedObjectSchema),
    }),
  }),
});

/** A checked statement. */
export type Statement = z.infer<typeof statementSchema>;

/** The object's name in the world: whose it is, where, and which. */
export function uriOf({ cloud, account, region, kind, id }: ObjectFacts): string {
  switch (cloud) {
    case "aws":
      return `aws:ec2:${region}:${account}:${kind}/${id}`;
    case "gcp":
      return `gcp:compute:${id}`;
    case "azure":
      return `azure:${id}`;
  }
}

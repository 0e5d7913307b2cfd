import { digestsOf } from "../config/disk-digests";
import { z } from "zod";
import { disk, digests, hex, STATEMENT_TYPE } from "./in-toto";
import { objectFacts } from "./object-facts";
import { verificationSummary } from "./verification-summary";

/**
 * Content of a record: an in-toto Statement v1 whose subjects are the raw disks and the cloud objects that hold them,
 * each with the digests of its disk; the predicate is this project's own: docs/publication.md. Not provenance: this
 * program did not build the disk.
 */
export const PREDICATE_TYPE = "https://imprimatur.dev/publication/v1";

export const publishedObjectSchema = z.strictObject({
  /** Cloud and id: `aws:ec2:eu-central-1:123456789012:image/ami-…`; equals the subject's. */
  uri: z.string(),
  annotations: objectFacts,
});

type PublishedObject = z.infer<typeof publishedObjectSchema>;

/** Product, publisher and version of the release. */
export const releaseNames = {
  product: z.string(),
  version: z.string(),
  publisher: z.string(),
  /** `official`, or the product it is based on. */
  provenance: z.union([z.literal("official"), z.strictObject({ basedOn: z.string() })]),
};

const predicateSchema = z.strictObject({
  ...releaseNames,
  /** Absent: the product's own variant. The version ends with any other. */
  variant: z.string().optional(),
  /** Time at which every gate had passed, by the signer's clock. Absent in older records. */
  finishedOn: z.iso.datetime().optional(),
  /** The program that made the record. */
  program: z.strictObject({ id: z.string(), version: z.string() }),
  /** Digest of the stack's config, canonical JSON. */
  config: z.strictObject({ digest: z.strictObject({ sha256: hex(64) }) }),
  /** The release's image file, whole: from the publisher's repository, not verified by the signing. */
  imageFile: z.unknown(),
  objects: z.array(publishedObjectSchema),
  /** The builders' own build attestations, named by the image files. */
  builderProvenance: z
    .array(
      z.strictObject({
        name: z.string(),
        digest: z.strictObject({ sha256: hex(64) }),
        /** `predicateType` of its statement. */
        annotations: z.strictObject({ predicateType: z.string() }),
      }),
    )
    .optional(),
  /** For each disk that this program measured itself while publishing it. */
  verificationSummaries: z.array(verificationSummary).optional(),
});

/** A disk in a cloud object, as a subject. */
const heldDisk = z.strictObject({
  uri: z.string(),
  digest: digests,
  /** Identity of the object, where names are reusable. */
  annotations: objectFacts.pick({ uid: true, createdAt: true }).optional(),
});

export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.union([disk, heldDisk])).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: predicateSchema,
});

/** A validated statement. */
export type Statement = z.infer<typeof statementSchema>;
type Subject = Statement["subject"][number];

type DescribedDisk = { file: string } & Parameters<typeof digestsOf>[0];

/**
 * The subjects of a release: its disks, then the objects that hold each. An object without a disk has no digest, and
 * is no subject.
 */
export function subjectsOf(
  disks: Readonly<Record<string, DescribedDisk | undefined>>,
  objects: readonly PublishedObject[],
): Subject[] {
  const named = Object.values(disks).flatMap((disk) =>
    disk === undefined ? [] : [{ name: disk.file, digest: digestsOf(disk) }],
  );
  const held = objects.flatMap(({ uri, annotations }) => {
    const disk = disks[annotations.architecture];
    const { uid, createdAt } = annotations;
    const which = { ...(uid !== undefined && { uid }), ...(createdAt !== undefined && { createdAt }) };
    const isNamed = Object.keys(which).length > 0;
    return disk === undefined
      ? []
      : [{ uri, digest: digestsOf(disk), ...(isNamed && { annotations: which }) }];
  });
  return [...named, ...held];
}

import { z } from "zod";
import { launchEvidence } from "../config/evidence";
import { disk, digests, hex, STATEMENT_TYPE } from "./in-toto";
import { verificationSummary } from "./verification-summary";

/**
 * What a record says: an in-toto Statement v1 whose subjects are the raw disks and the objects in clouds that hold them, each
 * with the digests of its disk, and whose predicate is this project's own: docs/publication.md. No provenance: this program
 * did not build the disk, and says nothing of how it was.
 */
export const PREDICATE_TYPE = "https://imprimatur.dev/publication/v1";

/** What is said of one object in a cloud that was made from a disk. */
export const objectFacts = z.strictObject({
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
});

export const publishedObjectSchema = z.strictObject({
  /** Cloud and id: `aws:ec2:eu-central-1:123456789012:image/ami-…`; a subject has the same. */
  uri: z.string(),
  annotations: objectFacts,
});

export type PublishedObject = z.infer<typeof publishedObjectSchema>;
/** What is said of an object; its URI follows from it. */
export type ObjectFacts = z.infer<typeof objectFacts>;

/** Whose release it is, and what it is called. */
export const releaseNames = {
  product: z.string(),
  version: z.string(),
  publisher: z.string(),
  /** `official`, or which other product it was made from. */
  provenance: z.union([z.literal("official"), z.strictObject({ basedOn: z.string() })]),
};

export const predicateSchema = z.strictObject({
  ...releaseNames,
  /** When every gate had passed, as its signer's clock says. Older records have none. */
  finishedOn: z.iso.datetime().optional(),
  /** What made the record. */
  program: z.strictObject({ id: z.string(), version: z.string() }),
  /** Of the stack's config, canonical JSON. */
  config: z.strictObject({ digest: z.strictObject({ sha256: hex(64) }) }),
  /** The release's image file, whole: the publisher's repository says it, not the signing. */
  imageFile: z.unknown(),
  objects: z.array(publishedObjectSchema),
  /** The builders' own attestations of how the disks were built, which image files name. */
  builderProvenance: z
    .array(
      z.strictObject({
        name: z.string(),
        digest: z.strictObject({ sha256: hex(64) }),
        /** `predicateType` of what it says. */
        annotations: z.strictObject({ predicateType: z.string() }),
      }),
    )
    .optional(),
  /** Of each disk that this program measured itself while it published it. */
  verificationSummaries: z.array(verificationSummary).optional(),
});

/** A disk inside of a cloud object, as a subject. */
const heldDisk = z.strictObject({
  uri: z.string(),
  digest: digests,
  /** Which object of this name it is, where a name can be used again. */
  annotations: objectFacts.pick({ uid: true, createdAt: true }).optional(),
});

export const statementSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.union([disk, heldDisk])).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: predicateSchema,
});

/** A checked statement. */
export type Statement = z.infer<typeof statementSchema>;
export type Subject = Statement["subject"][number];

/** The subjects of a release: its disks, then what holds each of them. An object of no disk has nothing to be a subject by. */
export function subjectsOf(
  disks: Readonly<Record<string, { file: string; sha256: string; sha512: string } | undefined>>,
  objects: readonly PublishedObject[],
): Subject[] {
  const digestOf = (disk: { sha256: string; sha512: string }) => ({
    sha256: disk.sha256,
    sha512: disk.sha512,
  });
  const named = Object.values(disks).flatMap((disk) =>
    disk === undefined ? [] : [{ name: disk.file, digest: digestOf(disk) }],
  );
  const held = objects.flatMap(({ uri, annotations }) => {
    const disk = disks[annotations.architecture];
    const { uid, createdAt } = annotations;
    const which = { ...(uid !== undefined && { uid }), ...(createdAt !== undefined && { createdAt }) };
    const isNamed = Object.keys(which).length > 0;
    return disk === undefined
      ? []
      : [{ uri, digest: digestOf(disk), ...(isNamed && { annotations: which }) }];
  });
  return [...named, ...held];
}

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

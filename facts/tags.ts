// Identity of everything the program creates, for people and for searches: tags on AWS and Azure, labels and metadata
// on Google Cloud.
import { identityTag } from "./disk-identity";

/** Prefix of the program's tags on everything it creates; a sweep finds its objects by them. */
export const RESERVED_TAG_PREFIX = "imprimatur:";

/** Name of the project in this repository's Pulumi.yaml. */
const PROJECT = "imprimatur";

/**
 * Owner of an object: value of {@link TAG.stack}. Stack names are unique within a project only, so stacks of a
 * project with another name have that as a prefix, like the engine's fully qualified names. Two stacks with the same
 * name and project in two backends have the same tags: see docs/operations.md.
 */
export function ownerName(project: string, stack: string): string {
  const name = stack.split("/").at(-1) ?? stack;
  return project === PROJECT || project === "" ? name : `${project}/${name}`;
}

/** Names of tags on AWS and Azure. */
export const TAG = {
  product: "imprimatur:product",
  /** Version of the release. */
  release: "imprimatur:release",
  /** The raw disk: see facts/disk-identity.ts. */
  digest: "imprimatur:digest",
  stack: "imprimatur:stack",
  /** AWS, on a snapshot that is being uploaded: identifies the upload. */
  upload: "imprimatur:upload",
  /** AWS, on an instance started by a boot check. */
  bootCheck: "imprimatur:boot-check",
} as const;

/**
 * The same as labels of an image and metadata of an object: Google's alphabet has no colon, and its length limits
 * differ (config/gcp/names.ts).
 */
export const LABEL = {
  product: "imprimatur-product",
  release: "imprimatur-release",
  digest: "imprimatur-digest",
  stack: "imprimatur-stack",
} as const;

export interface Identity {
  readonly product: string;
  readonly release: string;
  /** The raw disk, by `diskIdentity`. */
  readonly sha256: string;
  /** From {@link ownerName}. */
  readonly stack: string;
}

/** The tags of AWS and Azure. Google's labels have another charset: config/gcp/names.ts. */
export function identityTags({ product, release, sha256, stack }: Identity): Record<string, string> {
  return {
    [TAG.product]: product,
    [TAG.release]: release,
    [TAG.digest]: identityTag(sha256),
    [TAG.stack]: stack,
  };
}

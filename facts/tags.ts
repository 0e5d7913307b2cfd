// What everything that is made says about itself, and is found by: tags on AWS and Azure, labels and metadata on Google Cloud.

/** Tags that begin so are set by the program on everything it makes; a sweep finds what is ours by them. */
export const RESERVED_TAG_PREFIX = "imprimatur:";

/** Name of the project in this repository's Pulumi.yaml. */
const PROJECT = "imprimatur";

/**
 * Who makes what: value of {@link TAG.stack}. A name of a stack is unique in its project alone, so that the stacks of a project of
 * another name have that before theirs, as the engine's own full names do. Of two stacks of one name and project, in two backends,
 * the tags are the same: see docs/operations.md.
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
  /** `sha256:` and the SHA-256 of the raw disk, hex. */
  digest: "imprimatur:digest",
  stack: "imprimatur:stack",
  /** AWS, on a snapshot that is being uploaded: what it is an upload of. */
  upload: "imprimatur:upload",
  /** AWS, on an instance that a boot check started. */
  bootCheck: "imprimatur:boot-check",
} as const;

/** The same as labels of an image and metadata of an object: Google's alphabet has no colon, and other lengths (config/gcp/names.ts). */
export const LABEL = {
  product: "imprimatur-product",
  release: "imprimatur-release",
  digest: "imprimatur-digest",
  stack: "imprimatur-stack",
} as const;

export interface Identity {
  readonly product: string;
  readonly release: string;
  /** SHA-256 of the raw disk, hex. */
  readonly sha256: string;
  /** By {@link ownerName}. */
  readonly stack: string;
}

/** The tags of AWS and Azure. Google's labels have another charset: config/gcp/names.ts. */
export function identityTags({ product, release, sha256, stack }: Identity): Record<string, string> {
  return {
    [TAG.product]: product,
    [TAG.release]: release,
    [TAG.digest]: `sha256:${sha256}`,
    [TAG.stack]: stack,
  };
}

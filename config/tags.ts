/** Tags that begin so are set by the program on everything it makes; a sweep finds what is ours by them. */
export const RESERVED_TAG_PREFIX = "imprimatur:";

/** Name of the project in this repository's Pulumi.yaml. */
const PROJECT = "imprimatur";

/**
 * Who makes what: value of the tag `imprimatur:stack`. A name of a stack is unique in its project alone, so that the stacks of a
 * project of another name have that before theirs, as the engine's own full names do. Of two stacks of one name and project, in
 * two backends, the tags are the same: see docs/operations.md.
 */
export function ownerName(project: string, stack: string): string {
  const name = stack.split("/").at(-1) ?? stack;
  return project === PROJECT || project === "" ? name : `${project}/${name}`;
}

/** What everything that is made says about itself. */
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
    [`${RESERVED_TAG_PREFIX}product`]: product,
    [`${RESERVED_TAG_PREFIX}release`]: release,
    [`${RESERVED_TAG_PREFIX}digest`]: `sha256:${sha256}`,
    [`${RESERVED_TAG_PREFIX}stack`]: stack,
  };
}

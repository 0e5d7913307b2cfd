/** Tags that begin so are set by the program on everything it makes; a sweep finds what is ours by them. */
export const RESERVED_TAG_PREFIX = "imprimatur:";

/** What everything that is made says about itself. */
export interface Identity {
  readonly product: string;
  readonly release: string;
  /** SHA-256 of the raw disk, hex. */
  readonly sha256: string;
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

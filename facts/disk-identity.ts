/**
 * Name of a raw disk's bytes in tags, states and ledgers: the SHA-256 of the whole file where `inspect` took
 * it, else the root of the block map, which covers every byte too and costs no more than the data.
 *
 * A SHA-256 is written bare, as in every state since 0.1.0; a root has {@link BLOCK_MAP} before it.
 */
const BLOCK_MAP = "block-map:";
const SHA256 = "sha256:";

/** @returns 64 hex digits, or {@link BLOCK_MAP} and 64 hex digits */
export function diskIdentity({
  sha256,
  blockMap,
}: {
  readonly sha256?: string | undefined;
  readonly blockMap: { readonly root: string };
}): string {
  return sha256 ?? `${BLOCK_MAP}${blockMap.root}`;
}

/** Value of a tag, and for people: `sha256:…` or `block-map:…`. */
export function identityTag(identity: string): string {
  return identity.startsWith(BLOCK_MAP) ? identity : `${SHA256}${identity}`;
}

/** The 64 hex digits alone. */
export function identityHex(identity: string): string {
  return identity.startsWith(BLOCK_MAP) ? identity.slice(BLOCK_MAP.length) : identity;
}

/** The identity, as a tag, that ends a text; `undefined`: the text has none. */
export function identityAtEnd(text: string): string | undefined {
  return /(?:sha256|block-map):[0-9a-f]{64}$/.exec(text)?.[0];
}

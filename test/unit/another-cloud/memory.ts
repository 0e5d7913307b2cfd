/** A cloud in memory: images by name, each with the digest of its disk and whoever may use it. */
export const MEMORY = new Map<string, { sha256: string; users: readonly string[] }>();

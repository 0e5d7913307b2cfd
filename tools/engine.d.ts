/** The version to download or build, and the minimum on PATH. */
export const ENGINE_VERSION: string;
/** Folder that holds `pulumi` and its Node host, to be put on PATH. Throws when set-up has not been run. */
export function engineFolder(): string;
/** Ensures there is an engine: on PATH, in the cache, by download, or by building it. */
export function ensureEngine(): Promise<void>;
/** True if the output of `pulumi version` is at least ENGINE_VERSION. */
export function newEnough(said: string): boolean;

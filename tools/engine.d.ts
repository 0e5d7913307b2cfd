/** The version that is fetched or built, and the oldest that is accepted on PATH. */
export const ENGINE_VERSION: string;
/** Folder that holds `pulumi` and its Node host, to be put on PATH. Throws when set-up has not been run. */
export function engineFolder(): string;
/** Makes sure there is an engine: on PATH, in the cache, by download, or by building it. */
export function ensureEngine(): Promise<void>;
/** Whether what `pulumi version` said is at least ENGINE_VERSION. */
export function newEnough(said: string): boolean;

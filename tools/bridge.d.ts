/** Folder that holds the plugins, to be put on PATH; `undefined` where they have not been built from these sources. */
export function bridgeFolder(): string | undefined;
/** Builds the plugins unless they are there. Throws where there is no Go. */
export function ensureBridge(): Promise<void>;

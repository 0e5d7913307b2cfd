/** Runs `work` while no other process of this machine runs work under the same lock file. */
export function withLock<T>(file: string, work: () => Promise<T>): Promise<T>;

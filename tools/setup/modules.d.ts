/** Installs the node modules of `root` exactly as its lock file says, unless that is what is installed. */
export function ensureModules(root: string): Promise<void>;
/** True if node_modules matches package-lock.json. */
export function installed(root: string): boolean;

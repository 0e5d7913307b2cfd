/** Installs the node modules of `root` exactly as its lock file says, unless that is what is installed. */
export function ensureModules(root: string): Promise<void>;
/** Whether node_modules is what package-lock.json says. */
export function installed(root: string): boolean;

import type { InstalledPackage } from "./dpkg";

/** Facts about a package that every database has. */
export type ListedPackage = Pick<
  InstalledPackage,
  "name" | "version" | "architecture" | "installedBytes" | "maintainer" | "source"
> & {
  /** Archive area, of dpkg's. */
  area?: string;
  /** Version of the source package, of dpkg's. */
  sourceVersion?: string;
  /** Selection state, of dpkg's: `install`, `hold`… */
  wanted?: string;
};

/** Where dpkg puts a package's files when that is not the path in the package. */

/** Top-level folders that are links into /usr since Debian 12 (usrmerge; file-hierarchy(7)). */
export const MERGED_FOLDERS: readonly string[] = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "libo32"];

/** Three lines of /var/lib/dpkg/diversions: dpkg-divert(1). */
export interface Diversion {
  readonly from: string;
  readonly to: string;
  /** Package that keeps the original path; `:` for an administrator's own. */
  readonly by: string;
}

export function diversionsIn(text: string): Diversion[] {
  const lines = text.split("\n");
  return Array.from({ length: Math.floor(lines.length / 3) }, (_, index) => {
    const [from = "", to = "", by = ""] = lines.slice(index * 3);
    return { from, to, by };
  });
}

/** Facts about a publisher's own archives, by the ID of os-release(5). */
interface Publisher {
  /** Display name. */
  name: string;
  /** Hosts of its archives. */
  hosts: RegExp;
}

/**
 * debian.org/mirror/list and deb.debian.org; help.ubuntu.com, "Repositories", and the archives in the clouds
 * (2026-11). Not every host of debian.org: people.debian.org has developers' private archives.
 */
export const PUBLISHERS: Readonly<Record<string, Publisher>> = {
  debian: {
    name: "Debian",
    hosts:
      /^((cdn-aws\.|cdn-fastly\.)?deb|(deb\.)?security|snapshot|incoming|archive|ftp(\.[a-z]{2})?)\.debian\.org$/,
  },
  ubuntu: {
    name: "Ubuntu",
    hosts: /^(([a-z0-9-]+\.)*archive|security|ports|esm|snapshot|old-releases)\.ubuntu\.com$/,
  },
};

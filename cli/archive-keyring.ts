/** OpenPGP keys of Debian's archive: the package debian-archive-keyring (Debian 9 and newer). */
export const ARCHIVE_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

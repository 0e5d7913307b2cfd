/** A file's name as a word of a POSIX shell, in quotes where it needs them. */
export function nameInShell(file: string): string {
  if (/^[\w@%+=:,./-]+$/.test(file) && !file.startsWith("-")) return file;
  const safe = file.startsWith("-") ? `./${file}` : file;
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

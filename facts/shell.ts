/** One word of a POSIX shell, in quotes where it needs them: what is not ours must stay a value. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A file's name as such a word, which is never an option. */
export function nameInShell(file: string): string {
  return shellWord(file.startsWith("-") ? `./${file}` : file);
}

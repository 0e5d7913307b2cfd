// Values formatted for people.

/** `1.5 GiB`, `512 KiB`, `0 B`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`;
}

/** `40 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Entries of a list as a person writes it: `a, b,c`. Empty ones are omitted. */
export function splitList(text: string): string[] {
  return text.split(",").flatMap((entry) => entry.trim() || []);
}

/** `a, b and c` */
export function listWords(words: readonly string[] = []): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `a, b and c`; of more than six, five are named and the rest counted. */
export function listSome(words: readonly string[]): string {
  return words.length > 6 ? `${words.slice(0, 5).join(", ")} and ${words.length - 5} more` : listWords(words);
}

/** Rows as lines, columns aligned and two spaces apart. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

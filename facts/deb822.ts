/**
 * One paragraph of a deb822 file (Debian Policy 5.1; deb822(5)): fields by name in lower case. Continuation lines are
 * joined with `\n`; comment lines and lines without a name are left out.
 */
export function fieldsOf(paragraph: string): Map<string, string> {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of paragraph.split("\n")) {
    if (line.startsWith("#")) continue;
    if (/^[ \t]/.test(line)) {
      if (last !== undefined) fields.set(last, `${fields.get(last) ?? ""}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    last = line.slice(0, colon).toLowerCase();
    fields.set(last, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Between two paragraphs: lines of nothing but white space. */
export const PARAGRAPH_END = /\n[ \t\r]*\n/;

/** `Source: linux (6.1.140-1)`; absent if name and version are the package's own. */
export function sourceOf(
  written: string,
  { name, version }: { name: string; version: string },
): { source: string; sourceVersion: string } {
  const [, source, sourceVersion] = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(written) ?? [];
  return { source: source ?? name, sourceVersion: sourceVersion ?? version };
}

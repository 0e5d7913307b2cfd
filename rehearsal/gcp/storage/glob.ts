import { invalid } from "../errors";

/**
 * `matchGlob` of a list as a pattern: `*` and `?` stay within a folder, `**` does not, `[a-z]` is one character and
 * `{a,b}` one of several. https://cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob
 */
export function globPattern(glob: string): RegExp {
  let depth = 0;
  let pattern = "";
  for (const [token] of glob.matchAll(/\*\*|\[[!^]?[^\]]+\]|[^]/g)) {
    if (token === "**") pattern += "[^]*";
    else if (token === "*") pattern += "[^/]*";
    else if (token === "?") pattern += "[^/]";
    else if (token === "{") [pattern, depth] = [`${pattern}(?:`, depth + 1];
    else if (token === "}" && depth > 0) [pattern, depth] = [`${pattern})`, depth - 1];
    else if (token === "," && depth > 0) pattern += "|";
    else if (token.length > 1) pattern += `(?!/)${token.replace(/^\[!/, "[^").replaceAll("\\", "\\\\")}`;
    else pattern += token.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
  }
  try {
    if (depth === 0) return new RegExp(`^${pattern}$`);
  } catch {
    // An invalid character range.
  }
  throw invalid(`Invalid value for matchGlob: "${glob}".`);
}

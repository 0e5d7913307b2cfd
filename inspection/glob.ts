import { posix } from "node:path";
import type { Tree } from "./tree";

/**
 * Paths of a tree that match a pattern, sorted: `*`, `?` and `[…]` within one folder, names with a leading dot only
 * if the pattern has one (glob(7), 2026-11). A part without wildcards is kept, whether it exists or not.
 */
export function globbed(tree: Tree, pattern: string): string[] {
  let found = [""];
  for (const part of posix.normalize(pattern).split("/").filter(Boolean)) {
    if (!/[*?[]/.test(part)) {
      found = found.map((folder) => `${folder}/${part}`);
      continue;
    }
    const wanted = expressionOf(part);
    found = found.flatMap((folder) =>
      (tree.list(folder || "/") ?? [])
        .filter(({ name }) => wanted.test(name) && (part.startsWith(".") || !name.startsWith(".")))
        .map(({ name }) => `${folder}/${name}`),
    );
  }
  return found.sort();
}

function expressionOf(part: string): RegExp {
  const source = part.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (token, not?: string, set?: string) => {
    if (set !== undefined) return `[${not ? "^" : ""}${set.replace(/[\\^[]/g, "\\$&")}]`;
    if (token === "*") return "[^]*";
    return token === "?" ? "[^]" : token.replace(/[\\^$.+?()[\]{}|/]/g, "\\$&");
  });
  return new RegExp(`^${source}$`);
}

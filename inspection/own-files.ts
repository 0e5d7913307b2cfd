import type { Expectation } from "./rule";

/** True if the product declares the file as its own: `*` matches within a folder, `**` across folders. */
export function isOwn({ ownFiles }: Pick<Expectation, "ownFiles">, path: string): boolean {
  return ownFiles.some((pattern) => expressionOf(pattern).test(path));
}

const known = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  let expression = known.get(pattern);
  if (!expression) {
    const source = pattern.replace(/\*\*|\*|[\\^$.+?()[\]{}|]/g, (token) =>
      token === "**" ? "[^]*" : token === "*" ? "[^/]*" : `\\${token}`,
    );
    known.set(pattern, (expression = new RegExp(`^${source}$`)));
  }
  return expression;
}

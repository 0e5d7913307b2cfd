import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** The program's outputs, and what a project of the user's own imports. */
const READ_FROM_OUTSIDE = ["stacks/index.ts", "stacks/library.ts"];
/** Types that the package's declaration files name where the sources infer them (TS4023 of `npm run package`). */
const IN_DECLARATIONS = ["plugin/typed-resource.ts: TypedHandler"];
const EXPORTED =
  /^export (?:declare |abstract |async )?(?:function\*?|class|const|let|interface|type|enum) ([\w$]+)/gm;

interface Source {
  readonly file: string;
  readonly exported: readonly string[];
  readonly words: ReadonlySet<string>;
}

function sourceOf(file: string): Source {
  const text = readFileSync(file, "utf8");
  return {
    file,
    exported: [...text.matchAll(EXPORTED)].map(([, name = ""]) => name),
    words: new Set(text.match(/[\w$]+/g)),
  };
}

const OTHERS = /^(node_modules|dist|coverage|fixtures|\..*)$/;

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (OTHERS.test(entry.name)) return [];
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return sourcesIn(file);
    return /\.([jt]s|tsx)$/.test(entry.name) ? [file] : [];
  });
}

/** Exports whose name no other file has. */
function unusedExports(sources: readonly Source[]): string[] {
  const uses = new Map<string, number>();
  for (const { words } of sources) for (const word of words) uses.set(word, (uses.get(word) ?? 0) + 1);
  return sources.flatMap(({ file, exported }) =>
    exported.filter((name) => uses.get(name) === 1).map((name) => `${file}: ${name}`),
  );
}

test("what only its own file uses is not exported", () => {
  const unused = unusedExports(sourcesIn(".").map(sourceOf));
  const isRead = (line: string) =>
    IN_DECLARATIONS.includes(line) || READ_FROM_OUTSIDE.some((file) => line.startsWith(`${file}:`));
  expect(unused.filter((line) => !isRead(line))).toEqual([]);
});

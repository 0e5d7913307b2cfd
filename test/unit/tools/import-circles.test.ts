import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const ROOT = path.join(__dirname, "../../..");
const NOT_OURS = ["node_modules", "dist", "test", "bench"];
/** Of a type, of a value, or of what is loaded on first use. */
const IMPORTED = /(?:from |import |import\(|require\()"(\.[^"]*)"/g;

/** Every source with the sources that it imports. */
function importsOfSources(): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !NOT_OURS.includes(entry.name))
    .flatMap(({ name }) =>
      readdirSync(path.join(ROOT, name), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !/(^|\/)(node_modules|dist)\//.test(file))
        .map((file) => `${name}/${file}`),
    );
  return new Map(files.map((file) => [file, importsIn(file)]));
}

function importsIn(file: string): string[] {
  const source = readFileSync(path.join(ROOT, file), "utf8").replace(/\/\*.*?\*\//gs, "");
  return [...source.matchAll(IMPORTED)].flatMap(([, name = ""]) => {
    const base = path.join(path.dirname(file), name);
    return [`${base}.ts`, `${base}/index.ts`].filter((each) => existsSync(path.join(ROOT, each))).slice(0, 1);
  });
}

/** One circle, from a file back to it, if there is any. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

test("each source can be read without one that needs it first: no import runs in a circle", () => {
  const imports = importsOfSources();
  expect(imports.size).toBeGreaterThan(1_000);
  expect(imports.get("trust/clouds.ts")).toContain("trust/aws/index.ts");
  expect(imports.get("trust/aws/index.ts")).toContain("trust/aws/check.ts");
  expect(circleIn(imports)).toBeUndefined();
});

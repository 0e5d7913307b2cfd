import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLOUDS } from "../../../facts/clouds";

// Every path, link and command that the docs name exists.

const ROOT = join(__dirname, "..", "..", "..");
const DOCS = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
/** Files and folders that users or commands make, and docs call by these names. */
const OF_USERS = /^(stacks\/Pulumi\.my-linux\.yaml|images\/(my-linux|debian-13)\/.+|records\/.*|dists?\/)$/;

const text = (file: string) => readFileSync(join(ROOT, file), "utf8");
const top = readdirSync(ROOT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const { scripts } = JSON.parse(text("package.json")) as { scripts: Record<string, string> };

/** Words in backticks and in blocks of code. */
function codeWords(file: string): readonly string[] {
  const code = text(file).matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g);
  return [...code].flatMap(([, block, span]) => (block ?? span ?? "").split(/\s+/));
}

/** Paths of this repository: they begin with one of its folders, or are a folder's name and a slash. */
function pathsOf(file: string): readonly string[] {
  return codeWords(file)
    .map((word) => word.replace(/[:,;)]+$/, "").replace(/^(\.\/|"\$PWD\/)/, ""))
    .filter((word) => /^[\w-][\w.-]*\/[\w./<>*-]*$/.test(word))
    .filter((word) => top.includes(word.split("/")[0]!) || /^\w+\/$/.test(word))
    .filter((word) => !OF_USERS.test(word) && !/<(product|version)>/.test(word));
}

/** Whether there is such a file or folder; `<cloud>` stands for each cloud, `*` for any text. */
function isThere(path: string): boolean {
  if (path.includes("<cloud>")) return CLOUDS.every((cloud) => isThere(path.replaceAll("<cloud>", cloud)));
  if (!path.includes("*")) return existsSync(join(ROOT, path));
  const pattern = new RegExp(`^${path.replaceAll(".", "\\.").replaceAll("*", "[^/]*")}$`);
  return readdirSync(join(ROOT, path.split("/")[0]!), { recursive: true, encoding: "utf8" }).some((name) =>
    pattern.test(join(path.split("/")[0]!, name)),
  );
}

/** How a heading is linked to. */
function anchorsOf(file: string): readonly string[] {
  const headings = text(file).matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

describe.each(DOCS)("%s", (file) => {
  test("names paths that exist", () => {
    expect(pathsOf(file).filter((path) => !isThere(path))).toEqual([]);
  });

  test("links to files and headings that exist", () => {
    const links = [...text(file).matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? file : join(dirname(file), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith(".md") && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("names scripts that exist", () => {
    const named = [...text(file).matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test("the rooms of the architecture page are folders, and import what lint lets them", () => {
  const table = text("docs/architecture.md").split("| room ")[1]!.split("\n\n")[0]!;
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const rooms = rows.map((line) => {
    const [, room = "", , imports = ""] = line.split("|").map((cell) => cell.trim());
    const names = imports.replace(" (types)", "").split(", ").filter(Boolean);
    return [room.replace(/`(\w+)\/`/, "$1"), names.sort().join(" ")];
  });
  const { rooms: linted } = /const rooms = \{(?<rooms>[\s\S]*?)\n\};/.exec(text("eslint.config.js"))!.groups!;
  const known = [...linted!.matchAll(/^ {2}(\w+): \[([^\]]*)\]/gm)].map(([, room = "", imports = ""]) => [
    room,
    (imports.match(/\w+/g) ?? []).sort().join(" "),
  ]);
  expect(rooms.filter(([room = ""]) => !top.includes(room))).toEqual([]);
  expect(Object.fromEntries(rooms)).toEqual(Object.fromEntries(known));
});

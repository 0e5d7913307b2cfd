import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The words of docs/glossary.md are the ones in the exported names, and abandoned words do not come back.

const ROOT = join(__dirname, "..", "..", "..");
const ROOMS = [
  ...[
    "archive",
    "audit",
    "catalogue",
    "cli",
    "clouds",
    "components",
    "config",
    "disk",
    "facts",
    "inspection",
  ],
  ...["plan", "plugin", "provider", "resources", "stacks", "trust"],
];

const [used = "", given = ""] = readFileSync(join(ROOT, "docs", "glossary.md"), "utf8").split(
  "## Words that are not used",
);
const rows = (text: string) =>
  text
    .split("\n")
    .filter((line) => /^\| /.test(line) && !/^\| (word|not|-)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));

const DECLARATION = /^(export )?(?:async )?(?:abstract )?(?:function|const|class|interface|type) (\w+)/gm;
const declared = ROOMS.flatMap((room) =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => [...readFileSync(join(ROOT, room, name), "utf8").matchAll(DECLARATION)])
    .map(([, isExported, name = ""]) => ({ name, isExported: isExported !== undefined })),
);
const known = new Set(declared.map(({ name }) => name));
const exported = new Set(declared.flatMap(({ name, isExported }) => (isExported ? [name] : [])));

test("each word of the glossary is the name of something that is declared", () => {
  const names = rows(used).map(([, , , name = ""]) => name.replaceAll("`", ""));
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !known.has(name))).toEqual([]);
});

test("a word stands in the glossary once", () => {
  const words = rows(used).map(([, word]) => word);
  expect(words).toEqual([...new Set(words)]);
});

test("no exported name has a word that was given up", () => {
  const words = rows(given).map(([, word = ""]) => /`(\w+)`/.exec(word)![1]!);
  expect(words.length).toBeGreaterThan(5);
  const parts = (name: string) => name.split(/_|(?<=[a-z0-9])(?=[A-Z])/).map((part) => part.toLowerCase());
  const forbidden = (name: string) =>
    words.some((word) => name === word || parts(name).some((part) => part === word || part === `${word}s`));
  expect([...exported].filter(forbidden)).toEqual([]);
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { CommandModule, Io } from "../../../cli/io";

// Every command in a block of shell of README and docs is one that there is, with the options that it has, and is run by a
// test: of the same command with the same options. Whatever no test runs stands below, with the reason.

const ROOT = join(__dirname, "..", "..", "..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const PAGES = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** Programs of others, and why no test runs these lines. */
const OF_OTHERS: Readonly<Record<string, string>> = {
  aws: "prepares a real account",
  az: "prepares a real account",
  gcloud: "prepares a real account",
  openstack: "prepares a real account",
  cosign: "run by test/e2e/record.test.ts where it is installed, on files of that test",
  openssl: "run by test/e2e/record.test.ts on files of that test",
  jq: "takes a key out of what pulumi prints",
  cut: "of the shell, for cosign's argument",
  mkdir: "of the shell",
  cd: "of the shell",
};

/** Our own that no test runs as they stand, and why not. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "npm start": "test/e2e/installed.test.ts runs what it runs; .ci/run runs itself",
  "npm test": "runs the tests",
};

interface Line {
  readonly page: string;
  readonly words: readonly string[];
}

/** The simple commands of every block: continued lines joined, comments and `eval "$(…)"` taken off. */
function linesOf(page: string): Line[] {
  const blocks = [...read(page).matchAll(/```(?:sh|bash|shell|console)\n([^]*?)```/g)].map(
    ([, text = ""]) => text,
  );
  return blocks
    .flatMap((text) => text.replace(/\\\n\s*/g, " ").split("\n"))
    .map((line) => line.replace(/(^|\s)#.*$/, "").replace(/^eval "\$\((.*)\)"/, "$1"))
    .flatMap((line) => line.split(/ && | \| | > /).slice(0, line.includes(" > ") ? -1 : undefined))
    .map((line) =>
      line
        .trim()
        .replace(/^sudo /, "")
        .replace(/^npx imprimatur/, "imprimatur"),
    )
    .filter(Boolean)
    .map((line) => ({ page, words: line.match(/"[^"]*"|\S+/g) ?? [] }));
}

const lines = PAGES.flatMap(linesOf);
const show = ({ page, words }: Line) => `${page}: ${words.join(" ")}`;
const flagsOf = ({ words }: Line) =>
  words.filter((word) => /^--\w/.test(word)).map((word) => word.split("=")[0]!);

const io: Io = { out: () => undefined, err: () => undefined, interactive: false, exitWith: () => undefined };

/** The command as commander knows it; the rehearsal's own are in a package of their own, which checks them. */
function commandOf(name: string): Command | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- by name, as cli/main.ts loads it
    return (require(join(ROOT, "cli", `${name}.ts`)) as CommandModule).command(io);
  } catch (error) {
    if ((error as { code?: string }).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

const own = lines.filter(({ words }) => words[0] === "imprimatur" && words[1] !== "rehearsal");

test("there are commands to look at", () => expect(own.length).toBeGreaterThan(20));

test("each command of ours is one, and has the options that a page gives it", () => {
  const wrong = own.filter((line) => {
    const named = commandOf(line.words[1]!);
    // A command of a command has options of its own.
    const command = named?.commands.find((each) => each.name() === line.words[2]) ?? named;
    // Its arguments are another program's.
    if (command === undefined || line.words[1] === "pulumi") return command === undefined;
    const part = command.commands.find((one) => one.name() === line.words[2]);
    const options = [...command.options, ...(part?.options ?? [])];
    const known = [...options.map(({ long }) => long), "--transcript", "--debug", "--help"];
    return flagsOf(line).some((flag) => !known.includes(flag));
  });
  expect(wrong.map(show)).toEqual([]);
});

/** Text of every test that runs commands, and of what they share. */
const tests = ["e2e", "integration/cli", "integration/signed-index", "unit/cli", "marathon", "try"].flatMap(
  (folder) =>
    readdirSync(join(ROOT, "test", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => read(join("test", folder, name))),
);
const isRun = (words: readonly string[]) =>
  tests.some((text) => words.every((word) => new RegExp(`["\`\\s]${word}["\`\\s=]`).test(text)));

test("each command of ours is run by a test with these options, or stands in the list", () => {
  const subject = lines.filter(({ words }) => ["imprimatur", "npm", "pulumi"].includes(words[0]!));
  const missing = subject.filter((line) => {
    const [program, second = "", third = ""] = line.words;
    if (`${program} ${second}` in NOT_RUN) return false;
    if (program === "npm") return !isNpmKnown(second, third);
    return !isRun([second, ...(second === "rehearsal" ? [third] : []), ...flagsOf(line)]);
  });
  expect(missing.map(show)).toEqual([]);
});

/** Scripts are looked at in docs.test.ts; installing is what test/e2e/installed.test.ts does. */
function isNpmKnown(verb: string, script: string): boolean {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  return verb === "install" || verb === "update" || (verb === "run" && script in scripts);
}

test("each other program stands in the list", () => {
  const others = lines
    .map(({ words }) => words[0]!)
    .filter((name) => !["imprimatur", "npm", "pulumi"].includes(name));
  expect([...new Set(others)].filter((name) => !(name in OF_OTHERS))).toEqual([]);
  expect(Object.keys(OF_OTHERS).filter((name) => !others.includes(name))).toEqual([]);
});

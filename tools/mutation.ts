/**
 * `npm run mutation [-- --since REF] [FILE…]`: changes the files one small change at a time, runs the unit tests that reach the change,
 * and prints each change that no test notices, and the share of those that one does. Without files: those that differ from
 * REF, or from the last commit.
 *
 * A script of our own because Stryker 10 needs Node 22, and this project promises 20 (`npm view @stryker-mutator/core engines`,
 * 2026-11-29).
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { instrument, type Mutant } from "./mutation/instrument";
import { Runner } from "./mutation/runner";

/** Folders with code that unit tests reach. */
const ROOMS =
  /^(audit|cli|clouds|components|config|disk|facts|inspection|plan|plugin|provider|stacks|trust)\//;
/** A change that makes the tests this many times slower is taken for one that has no end. */
const SLOWER = 10;
/** Milliseconds that any mutant is given. */
const LEAST_PATIENCE = 60_000;

const root = path.join(__dirname, "..");
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { since: { type: "string", default: "HEAD" } },
    allowPositionals: true,
  });
  const files = positionals.length > 0 ? positionals : changedSince(values.since);
  if (files.length === 0) {
    say(`no file of the product differs from ${values.since}`);
    return;
  }

  const folder = mkdtempSync(path.join(tmpdir(), "imprimatur-mutation-"));
  try {
    const mutants = instrumentAll(files, folder);
    const begun = Date.now();
    const reached = reachedBy(files, folder);
    const patience = Math.max(LEAST_PATIENCE, SLOWER * (Date.now() - begun));
    report(mutants, await survivorsOf(mutants, reached, folder, patience));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function changedSince(ref: string): readonly string[] {
  const { stdout, status, stderr } = spawnSync("git", ["diff", "--name-only", "--diff-filter=d", ref], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`git does not know what differs from ${ref}: ${stderr.trim()}`);
  return stdout.split("\n").filter((file) => ROOMS.test(file) && file.endsWith(".ts"));
}

function instrumentAll(files: readonly string[], folder: string): readonly Mutant[] {
  const mutants: Mutant[] = [];
  for (const file of files) {
    const { text, mutants: found } = instrument(
      file,
      readFileSync(path.join(root, file), "utf8"),
      mutants.length,
    );
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
    mutants.push(...found);
  }
  return mutants;
}

/** A test file, its time in milliseconds, and the mutants that it reached. */
interface Run {
  readonly test: string;
  readonly ms: number;
  readonly mutants: readonly number[];
}

/** Runs the related tests with no mutant switched on. @returns which tests reach each mutant, the quickest first */
function reachedBy(files: readonly string[], folder: string): ReadonlyMap<number, readonly string[]> {
  const log = path.join(folder, "reached.jsonl");
  writeFileSync(log, "");
  const jest = ["node_modules/jest/bin/jest.js", "--config", "tools/mutation/jest.config.js"];
  const { status, stderr } = spawnSync(process.execPath, [...jest, "--findRelatedTests", ...files], {
    cwd: root,
    env: { ...process.env, MUTATION_FOLDER: folder, MUTATION_REACHED: log },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the tests have to pass before anything is changed:\n${stderr}`);
  const reached = new Map<number, string[]>();
  const runs: Run[] = [];
  for (const line of readFileSync(log, "utf8").split("\n").filter(Boolean)) {
    runs.push(JSON.parse(line) as Run);
  }
  for (const { test, mutants } of runs.sort((a, b) => a.ms - b.ms))
    for (const id of mutants) reached.set(id, [...(reached.get(id) ?? []), test]);
  return reached;
}

async function survivorsOf(
  mutants: readonly Mutant[],
  reached: ReadonlyMap<number, readonly string[]>,
  folder: string,
  patience: number,
): Promise<readonly Mutant[]> {
  const runner = new Runner({ ...process.env, MUTATION_FOLDER: folder, NODE_NO_WARNINGS: "1" }, patience);
  const survivors: Mutant[] = [];
  try {
    for (const mutant of mutants) {
      const tests = [...(reached.get(mutant.id) ?? [])].sort(ownFirst(mutant.file));
      if (tests.length > 0 && (await runner.kills({ id: mutant.id, tests }))) continue;
      survivors.push(mutant);
      say(describeMutant(mutant, tests.length));
    }
  } finally {
    runner.end();
  }
  return survivors;
}

/** The tests that mirror a file's name come before the others. */
function ownFirst(file: string): (a: string, b: string) => number {
  const own = path.join(root, "test", "unit", file.replace(/\.ts$/, ""));
  const rank = (test: string) => Number(!test.startsWith(own));
  return (a, b) => rank(a) - rank(b);
}

function describeMutant({ file, line, column, kind, before, after }: Mutant, tests: number): string {
  const short = (text: string) => text.replace(/\s+/g, " ").slice(0, 70);
  const change = kind === "removed" ? short(before) : `${short(before)} → ${short(after)}`;
  return `${file}:${line}:${column} ${kind}: ${change}${tests === 0 ? " (no test reaches it)" : ""}`;
}

function report(mutants: readonly Mutant[], survivors: readonly Mutant[]): void {
  say("");
  for (const file of new Set(mutants.map((mutant) => mutant.file)))
    say(`${score(file, mutants, survivors)}  ${file}`);
  say(`${mutants.length - survivors.length} of ${mutants.length} changes are noticed`);
}

function score(file: string, mutants: readonly Mutant[], survivors: readonly Mutant[]): string {
  const count = (list: readonly Mutant[]) => list.filter((mutant) => mutant.file === file).length;
  return `${Math.floor((100 * (count(mutants) - count(survivors))) / Math.max(1, count(mutants)))} %`.padStart(
    5,
  );
}

main().catch((error: Error) => {
  process.stderr.write(`mutation: ${error.message}\n`);
  process.exitCode = 1;
});

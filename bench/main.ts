/**
 * `npm run bench`: each job beside the tool that people use for it, on the same input, in turns. Wall times depend on
 * the machine and on what else it does: the ratios count. Inputs and anchors stay in the user's cache.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { findProgram } from "./anchors";
import { FULL, inputOf, QUICK } from "./inputs";
import { type Run, run } from "./measure";
import { render, type Result } from "./report";
import type { Row } from "./row";
import { ARCHIVE } from "./rows/archive";
import { EBS } from "./rows/ebs";
import { INSPECT } from "./rows/inspect";
import { START } from "./rows/start";
import { VERIFY } from "./rows/verify";

const ROWS: readonly Row[] = [...EBS, ARCHIVE, ...INSPECT, ...VERIFY, START];
const HELP = `npm run bench -- [--only ROW]... [--runs N] [--quick] [--seed N] [--json FILE]

  --only ROW   ${ROWS.map(({ name }) => name).join(", ")}
  --runs N     of each, in turns; default: 5, with --quick 1
  --quick      256 MiB of data instead of 2 GiB
  --seed N     of the data; default: 1
  --json FILE  every run
`;

interface Asked {
  readonly runs: number;
  readonly sizes: typeof FULL;
  readonly seed: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      runs: { type: "string" },
      quick: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const unknown = values.only.filter((name) => !ROWS.some((row) => row.name === name));
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  const seed = Number(values.seed);
  if (unknown.length > 0) throw new Error(`--only: no row is called ${unknown.join(", ")}\n${HELP}`);
  if (!(runs > 0 && Number.isInteger(runs + seed)))
    throw new Error(`--runs and --seed need whole numbers\n${HELP}`);
  const asked = { runs, seed, sizes: values.quick ? QUICK : FULL };
  const results: Result[] = [];
  for (const row of ROWS) {
    if (values.only.length > 0 && !values.only.includes(row.name)) continue;
    const result = await measureRow(row, asked);
    if (result === undefined) continue;
    results.push(result);
    process.stdout.write(`${render(result)}\n`);
  }
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version };
  const document = { machine, at: new Date().toISOString(), ...asked, results };
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(document, null, 2)}\n`);
}

/** `undefined`: a program is missing, which is said. */
async function measureRow(row: Row, { runs, sizes, seed }: Asked): Promise<Result | undefined> {
  const programs = new Map((row.needs ?? []).map((name) => [name, findProgram(name)]));
  const missing = [...programs].filter(([, file]) => file === undefined).map(([name]) => name);
  if (missing.length > 0) {
    process.stdout.write(`${row.name}: not measured, ${missing.join(" and ")} is missing\n\n`);
    return undefined;
  }
  const scratch = mkdtempSync(join(tmpdir(), "imprimatur-bench-"));
  const disk = row.input === undefined ? "" : inputOf(row.input, sizes, seed);
  const place = {
    disk,
    scratch,
    dense: () => inputOf("dense", sizes, seed),
    program: (name: string) => programs.get(name)!,
  };
  try {
    const { ours, theirs, note, end } = await row.prepare(place);
    try {
      const done: { ours: Run[]; theirs: Run[] } = { ours: [], theirs: [] };
      for (let turn = 0; turn < runs; turn++) {
        done.ours.push(await run(ours));
        done.theirs.push(await run(theirs));
      }
      const { name, job, anchor, goal } = row;
      const facts = { name, job, anchor, input: basename(disk), ...(goal !== undefined && { goal }) };
      return { ...facts, ...done, ...(note && { note: note() }) };
    } finally {
      await end?.();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

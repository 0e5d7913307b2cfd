import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { StartCloud } from "../../../rehearsal/cloud";
import { administratorOf } from "../../administrator";

/** The interpreter that has the clouds' Python clients; `.ci/run` makes one. */
export const PYTHON = process.env.IMPRIMATUR_PYTHON ?? "python3";

interface Judged {
  status: number | null;
  output: string;
  errors: string;
}

/** Runs a client that this project did not write to its end, while the stand-in cloud answers in this process. */
export function runJudge(
  command: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<Judged> {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kept = { output: "", errors: "" };
  child.stdout.on("data", (chunk: Buffer) => (kept.output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (kept.errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ status, ...kept }));
  });
}

/** `test` where the command succeeds; elsewhere a skipped test whose name gives the missing client and the cure. */
export function judgeWith(
  who: string,
  probe: readonly [command: string, ...args: string[]],
  cure: string,
): (name: string, run: () => Promise<void>, timeout?: number) => void {
  const [command, ...args] = probe;
  if (spawnSync(command, args, { stdio: "ignore" }).status === 0)
    return (name, run, timeout) => test(name, run, timeout);
  return (name) => test.skip(`${name} (skipped: ${who} is not here, ${cure})`, () => undefined);
}

interface CloudJudge {
  start: StartCloud;
  pace: number;
  /** A fault that happens once while the judge is at work. */
  fault: unknown;
  /** The judge's program, in `test/judges`. */
  script: string;
  /** Lines that it prints; each confirms a check and has to appear. */
  prints: readonly string[];
}

/** Lets a vendor's own Python clients use a stand-in cloud; when they are done, nothing is left in it. */
export async function judgeCloud({ start, pace, fault, script, prints }: CloudJudge): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-judge-"));
  const cloud = await start({ directory, pace });
  try {
    await cloud.fault?.(fault);
    const program = path.join(__dirname, "../../judges", script);
    const { status, output, errors } = await runJudge(
      PYTHON,
      [program],
      administratorOf(cloud.environment()),
    );
    expect({ status, output, errors }).toMatchObject({ status: 0 });
    for (const line of prints) expect(output).toContain(line);
    expect(await cloud.inventory()).toEqual([]);
  } finally {
    await cloud.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

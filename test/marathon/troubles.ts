/**
 * One trouble after another in the midst of an `imprimatur up` of a new stack: key services that do not sign, folders
 * that cannot be written, endpoints that cannot be reached, programs that stop. For each: how the `up` ends, its longest
 * silence, and who could use what by then; then the trouble is over, and the same command alone has to succeed.
 *
 *   npm run troubles -- --only kms --keep /tmp
 *
 * Needs the right to mount a file system.
 */
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { expectSuccess, Rehearsed } from "../e2e/harness/rehearsed";
import { seenByStrangers } from "../e2e/harness/seen";
import { newKmsKey } from "./troubles/key";
import { runWatched } from "./troubles/run";
import { AZURE_REGIONS, newStack, REGIONS } from "./troubles/stack";
import { TROUBLES, type Trouble } from "./troubles/kinds";

const { values } = parseArgs({
  options: {
    /** Part of the name of the troubles to run. */
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    /** A folder for the whole output of each `up`. */
    keep: { type: "string" },
    /** Lines of each `up` that are printed. */
    lines: { type: "string", default: "12" },
  },
});

/** Seconds. The lines come every ten; the half is for a busy machine. */
const MOST = 10.5;

async function main(): Promise<void> {
  const chosen = Object.entries(TROUBLES).filter(([name]) => new RegExp(values.only).test(name));
  if (values.list) return say(chosen.map(([name]) => name).join("\n"));
  const rehearsed = await Rehearsed.start("troubled", { pace: 0.05 });
  const wrong: string[] = [];
  try {
    // AWS gives an account five public images in a region.
    await rehearsed.fault({ cloud: "aws", kind: "quota", code: "L-0E3CBAB9", value: 10_000 });
    const kmsKey = await newKmsKey(rehearsed);
    for (const [name, trouble] of chosen) wrong.push(...(await meet(rehearsed, name, trouble, kmsKey)));
  } finally {
    await rehearsed.end();
  }
  say(wrong.length === 0 ? "\nall ended right" : `\nwrong:\n${wrong.join("\n")}`);
  if (wrong.length > 0) process.exitCode = 1;
}

async function meet(rehearsed: Rehearsed, name: string, trouble: Trouble, kmsKey: string): Promise<string[]> {
  say(`\n=== ${name}`);
  const product = await newStack(rehearsed, name, trouble.kms ? kmsKey : undefined);
  const places = { product, regions: REGIONS, azureRegions: AZURE_REGIONS };
  const before = await seenByStrangers(rehearsed, places);
  const up = ["up", "--stack", name, "--yes"];
  const first = await runWatched(rehearsed, up, name, trouble);
  if (values.keep) fs.writeFileSync(path.join(values.keep, `${name}.log`), first.output);
  say(tail(first.output));
  const seen = (await seenByStrangers(rehearsed, places)).filter((line) => !before.includes(line));
  say(
    `--- exit ${first.status} after ${first.took.toFixed(0)} s, longest silence ${first.silence.toFixed(1)} s after ` +
      `${JSON.stringify(first.after)}; strangers see ${seen.length}`,
  );
  const second = await rehearsed.checkout.imprimatur(up, { env: rehearsed.env });
  const wrong: string[] = [];
  if (first.silence > MOST) wrong.push(`${name}: silent for ${first.silence.toFixed(1)} s`);
  if (first.status === 0 && !trouble.survives) wrong.push(`${name}: ended well, with nothing to mend`);
  if (second.status !== 0) {
    wrong.push(`${name}: the next up ends with ${second.status}`);
    say(tail(`${second.stdout}\n${second.stderr}`));
    return wrong;
  }
  say(`--- the next up: ${second.stderr.trim().split("\n").slice(-3).join(" / ")}`);
  expectSuccess(await rehearsed.pulumi(["preview", "--stack", name, "--expect-no-changes"]));
  return wrong;
}

function tail(text: string): string {
  return text.trim().split("\n").slice(-Number(values.lines)).join("\n");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();

/**
 * `npm run growth -- --releases 2,4,8 --regions 10`: how time and memory of a preview and of an `up` grow with what a stack has. Each size
 * is a stack of its own on stand-in clouds: one release is published, the others are made of its state; on three clouds all are published.
 */
import fs from "node:fs";
import { parseArgs } from "node:util";
import { type Run, run } from "../bench/measure";
import { Rehearsed } from "../test/e2e/harness/rehearsed";
import { copyRelease, makeStack, type Size, STACK, versionsOf, writeStack } from "./growth/stack";

const { values } = parseArgs({
  options: {
    releases: { type: "string", default: "1,2,4" },
    regions: { type: "string", default: "10" },
    clouds: { type: "string", default: "1" },
    /** Also publishes one more release to each stack. */
    up: { type: "boolean", default: false },
    /** Also with the engine's own commands, which look at everything. */
    engine: { type: "boolean", default: false },
    json: { type: "string" },
    /** Keeps the stack's folder, and prints it. */
    keep: { type: "boolean", default: false },
  },
});

interface Sample extends Size {
  readonly resources: number;
  readonly job: string;
  readonly run: Run;
}

async function main(): Promise<void> {
  const samples: Sample[] = [];
  const clouds = values.clouds === "3" ? 3 : 1;
  for (const regions of numbers(values.regions))
    for (const releases of numbers(values.releases)) {
      samples.push(...(await measure({ releases, regions, clouds })));
      if (values.json !== undefined) fs.writeFileSync(values.json, `${JSON.stringify(samples, null, 2)}\n`);
    }
}

async function measure(size: Size): Promise<Sample[]> {
  const rehearsed = await Rehearsed.start(STACK);
  const samples: Sample[] = [];
  try {
    const resources = await makeStack(rehearsed, size);
    if (values.keep) process.stdout.write(`${rehearsed.checkout.folder}\n`);
    const measured = async (job: string, command: readonly string[]) => {
      const sample = { ...size, resources, job, run: await runIn(rehearsed, command) };
      process.stdout.write(`${lineOf(sample)}\n`);
      samples.push(sample);
    };
    const versions = versionsOf(size.releases);
    const imprimatur = (...args: string[]) => ["node", "cli/imprimatur.js", ...args];
    const preview = ["pulumi", "preview", "--json", "--non-interactive"];
    if (values.engine) await measured("engine: nothing changed", preview);
    await measured("plan: nothing changed", imprimatur("plan", "--json"));
    // The oldest release gets a date: its images alone change.
    const change = { version: versions[0], release: { deprecateOn: "2027-01-01T00:00:00Z" } };
    writeStack(rehearsed, size, versions, change);
    await measured("plan: one line changed", imprimatur("plan", "--json"));
    if (values.engine) {
      const planned = changesIn(rehearsed);
      await measured("engine: one line changed", preview);
      if (planned !== changesIn(rehearsed))
        throw new Error(`plan has ${planned}, and the whole preview ${changesIn(rehearsed)}`);
    }
    if (values.up) {
      const [first = "", next = ""] = [versions[0], versionsOf(size.releases + 1).at(-1)];
      copyRelease(rehearsed, first, next);
      writeStack(rehearsed, size, [...versions, next]);
      await measured("up: one release more", imprimatur("up", "--yes", "--ci"));
    }
    return samples;
  } finally {
    if (!values.keep) await rehearsed.end();
  }
}

/** Nothing is printed but what it says when it fails. `plan` tells by its exit code that there is something to do. */
function runIn({ checkout, env }: Rehearsed, command: readonly string[]): Promise<Run> {
  const line = command.map((word) => `'${word}'`).join(" ");
  const script = `cd '${checkout.folder}' && ${line} >out.txt; code=$?; [ $code -lt 10 ] && exit $code; exit 0`;
  return run({ command: ["sh", "-c", script], env: { ...checkout.own, ...env } });
}

/** Counts of the last preview, either of the engine or of `plan`; it is not said what is the same. */
function changesIn({ checkout }: Rehearsed): string {
  const said = JSON.parse(fs.readFileSync(checkout.path("out.txt"), "utf8")) as {
    engine?: Record<string, number>;
    changeSummary?: Record<string, number>;
  };
  const counts = said.engine ?? said.changeSummary ?? {};
  const changing = ["create", "update", "replace", "delete"].map((op) => `${op} ${counts[op] ?? 0}`);
  return changing.join(", ");
}

function lineOf({
  releases,
  regions,
  clouds,
  resources,
  job,
  run: { seconds, cpu, memory },
}: Sample): string {
  const size = `${clouds} clouds, ${regions} regions, ${releases} releases, ${resources} resources`;
  return `${size}: ${job}: ${seconds.toFixed(1)} s, CPU ${cpu.toFixed(1)} s, ${memory.toFixed(0)} MiB`;
}

function numbers(list: string): number[] {
  return list.split(",").map(Number);
}

void main();

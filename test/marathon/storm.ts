/**
 * A share of all requests of every cloud is throttled or fails, each in the cloud's own words: `imprimatur up` of the
 * demo has to publish all the same, in three times the time that it takes without, and to leave nothing to do. A
 * native provider that gives up (azure-native after its fourth try) ends an `up`; the same command then runs again,
 * as a person would run it, and its time counts too.
 *
 *   npm run storm -- --seed 1 --share 0.3
 */
import { parseArgs } from "node:util";
import { expectDone } from "../e2e/harness/kills";
import { expectSuccess, Rehearsed } from "../e2e/harness/rehearsed";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    share: { type: "string", default: "0.3" },
    pace: { type: "string", default: "1" },
    kinds: { type: "string", default: "throttle,error" },
  },
});

/** Greatest allowed time, as a multiple of the time without failures. */
const MOST = 3;
/** Greatest number of runs of an `up` that a native provider gave up. */
const MOST_UPS = 3;
const UP = ["up", "--stack", "demo", "--yes"];
const DESTROY = ["destroy", "--stack", "demo", "--yes"];

async function main(): Promise<void> {
  const rehearsed = await Rehearsed.start("demo", { pace: Number(values.pace) });
  try {
    const calm = await timed(() => expectDone(rehearsed, ...UP));
    say(`without faults: ${calm.toFixed(0)} s`);
    await expectDone(rehearsed, ...DESTROY);
    for (const kind of values.kinds.split(",")) await weather(rehearsed, kind, calm);
  } finally {
    await rehearsed.end();
  }
}

async function weather(rehearsed: Rehearsed, kind: string, calm: number): Promise<void> {
  const fault = { kind, probability: Number(values.share), seed: Number(values.seed) };
  for (const cloud of ["aws", "gcp", "azure"]) await rehearsed.fault({ cloud, ...fault });
  const before = rehearsed.log().length;
  const what = `${kind} of ${values.share} of all requests, seed ${values.seed}`;
  try {
    let ups = 0;
    const took = await timed(async () => {
      for (;;) {
        ups++;
        try {
          return await expectDone(rehearsed, ...UP);
        } catch (error) {
          if (ups >= MOST_UPS) throw error;
          say(`${what}: up ${ups} ended with ${errorsOf((error as Error).message)}`);
        }
      }
    });
    const ratio = took / calm;
    const refused = struck(rehearsed.log().slice(before));
    say(`${what}: ${ups} up, ${took.toFixed(0)} s, ${ratio.toFixed(1)} times (${refused})`);
    if (ratio > MOST) fail(`${what}: more than ${MOST} times the time without`);
  } catch (error) {
    fail(`${what}: ${(error as Error).message.slice(-3000)}`);
  }
  for (const cloud of ["aws", "gcp", "azure"]) await rehearsed.fault({ cloud, kind: "clear" });
  try {
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    say(`${what}: a second up has nothing to do`);
  } catch (error) {
    fail(`${what}: a second up: ${(error as Error).message.slice(-2000)}`);
  }
  await expectDone(rehearsed, ...DESTROY).catch((error: unknown) => fail((error as Error).message));
}

/** The engine's messages about the resources that failed. */
function errorsOf(said: string): string {
  const lines = said.split("\n").filter((line) => /error|Error/.test(line) && !/update failed/.test(line));
  return lines.map((line) => line.trim().slice(0, 300)).join(" | ");
}

/** Number of requests of each cloud, and of those that were refused. */
function struck(log: string): string {
  const counts = new Map<string, [all: number, refused: number]>();
  for (const [, cloud = "", status = ""] of log.matchAll(/^\S+ (aws|gcp|azure) .* ([1-5]\d\d)(?: |$)/gm)) {
    const [all, refused] = counts.get(cloud) ?? [0, 0];
    counts.set(cloud, [all + 1, refused + (/^(403|429|5..)$/.test(status) ? 1 : 0)]);
  }
  return [...counts].map(([cloud, [all, refused]]) => `${cloud} ${refused} of ${all}`).join(", ");
}

async function timed(what: () => Promise<unknown>): Promise<number> {
  const began = Date.now();
  await what();
  return (Date.now() - began) / 1000;
}

function fail(line: string): void {
  say(`FAILED: ${line}`);
  process.exitCode = 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();

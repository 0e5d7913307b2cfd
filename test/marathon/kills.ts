/**
 * Kills `imprimatur up` and `imprimatur destroy` at random moments, and closes their terminals; the same command
 * alone has to succeed each time.
 *
 *   npm run marathon -- --seed 1 --up 50 --destroy 20 --closed 20 --data 256
 *
 * With `--data MIB` the disk has that much data instead of the demo's few MiB, which makes the bytes sent again
 * meaningful; with `--between 0.12,0.4` the kills of an `up` are in this part of its requests, as in that of its uploads.
 */
import { parseArgs } from "node:util";
import { answered, expectDone, imprimatur, runKilled, shapeOf, type Way } from "../e2e/harness/kills";
import { expectSuccess, Rehearsed } from "../e2e/harness/rehearsed";
import { makeSparseDisk } from "../e2e/harness/sparse-disk";
import { stackFile } from "../e2e/harness/stack-file";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    up: { type: "string", default: "50" },
    destroy: { type: "string", default: "20" },
    closed: { type: "string", default: "20" },
    pace: { type: "string", default: "0.2" },
    data: { type: "string" },
    between: { type: "string", default: "0,1" },
  },
});

const STACK = "killed";
const DEMO = { product: "demo", version: "20261120.0", imageFile: "images/demo/20261120.0.json" };
const UP = ["up", "--stack", STACK, "--yes"];
const DESTROY = ["destroy", "--stack", STACK, "--yes"];

/** mulberry32: the same numbers for the same seed, on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Outcome {
  readonly round: number;
  readonly what: string;
  readonly problem?: string;
}

async function main(): Promise<void> {
  const random = randomNumbers(Number(values.seed));
  const rehearsed = await Rehearsed.start(STACK, { pace: Number(values.pace) });
  const outcomes: Outcome[] = [];
  /** Bytes that each killed `up` sent beyond those of an `up` without kills, as a share of the latter. */
  const again: number[] = [];
  try {
    const image = values.data === undefined ? DEMO : await makeImage(rehearsed, Number(values.data));
    rehearsed.checkout.write(`stacks/Pulumi.${STACK}.yaml`, wholeStack(image));
    const began = answered(rehearsed);
    const before = await rehearsed.received();
    await expectDone(rehearsed, ...UP);
    const requests = { up: answered(rehearsed) - began, destroy: 0 };
    const sent = beyond(await rehearsed.received(), before);
    const bytes = sumOf(sent);
    const whole = shapeOf(await rehearsed.inventory());
    const middle = answered(rehearsed);
    await expectDone(rehearsed, ...DESTROY);
    requests.destroy = answered(rehearsed) - middle;
    say(
      `without kills: ${requests.up} requests and ${mebibytes(bytes)} (${byCloud(sent)}) by up, ${requests.destroy} by destroy, ${whole.length} things`,
    );

    const [first = 0, last = 1] = values.between.split(",").map(Number);
    const closed = Number(values.closed);
    const ups: Way[] = [
      ...Array.from({ length: Number(values.up) }, (_, index): Way => (index % 3 === 2 ? "engine" : "all")),
      ...Array.from({ length: closed }, (): Way => "terminal"),
    ];
    for (const [round, way] of ups.entries()) {
      const at = { way, after: 1 + Math.floor((first + random() * (last - first)) * requests.up) };
      const sentBefore = await rehearsed.received();
      outcomes.push(await survive(rehearsed, round, UP, at, whole));
      const more = beyond(beyond(await rehearsed.received(), sentBefore), sent);
      again.push(sumOf(more) / bytes);
      say(`    sent again: ${percent(again.at(-1)!)} (${byCloud(more)})`);
      const later = { way: "all" as const, after: 1 + Math.floor(random() * requests.destroy) };
      if (round < Number(values.destroy)) outcomes.push(await survive(rehearsed, round, DESTROY, later, []));
      else await expectDone(rehearsed, ...DESTROY);
    }
  } finally {
    await rehearsed.end();
  }
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  say(`seed ${values.seed}: ${outcomes.length - failed.length} of ${outcomes.length} kills ended right`);
  const mean = again.reduce((sum, share) => sum + share, 0) / (again.length || 1);
  say(`sent again by a killed up: ${percent(mean)} on average, ${percent(Math.max(0, ...again))} at most`);
  for (const { round, what, problem } of failed) say(`round ${round}, ${what}: ${problem}`);
  if (failed.length > 0) process.exitCode = 1;
}

/** Kills the command once, and runs it again. */
async function survive(
  rehearsed: Rehearsed,
  round: number,
  args: string[],
  { way, after }: { way: Way; after: number },
  want: readonly string[],
): Promise<Outcome> {
  const begun = answered(rehearsed);
  const isTime = () => answered(rehearsed) - begun >= after;
  const killed = await runKilled(rehearsed, imprimatur(rehearsed, ...args), { way, isTime });
  const what = `${args[0]} ${killed ? `ended (${way}) after ${after} requests` : "was done before the kill"}`;
  let problem: string | undefined;
  try {
    const { stderr } = await expectDone(rehearsed, ...args);
    for (const line of stderr.split("\n").filter((each) => /^Recovered|^recover/i.test(each)))
      say(`    ${line}`);
    const have = shapeOf(await rehearsed.inventory());
    if (have.join("\n") !== want.join("\n")) problem = `want ${want.join(", ")}; have ${have.join(", ")}`;
    const state = await rehearsed.pulumi(["stack", "export"]);
    if (/"pending_operations"/.test(state.stdout)) problem = "operations are pending still";
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  say(`${round}: ${what}: ${problem ?? "ended right"}`);
  return { round, what, ...(problem !== undefined && { problem }) };
}

/** A disk of 8 GiB with this many MiB of data. */
async function makeImage(rehearsed: Rehearsed, mebibytesOfData: number): Promise<typeof DEMO> {
  const image = { product: STACK, version: "1", imageFile: `images/${STACK}/1.json` };
  const raw = `images/${STACK}/1.raw`;
  rehearsed.checkout.write(`images/${STACK}/.keep`, "");
  makeSparseDisk(rehearsed.checkout.path(raw), 8 * 1024 ** 3, mebibytesOfData * 1024 ** 2);
  expectSuccess(await rehearsed.inspect(raw, image.product, image.version, image.imageFile));
  return image;
}

function wholeStack(image: typeof DEMO): string {
  const file = stackFile({
    ...image,
    regions: ["eu-central-1", "us-east-1"],
    azureRegions: ["westeurope", "eastus"],
  });
  const content = JSON.parse(file) as { config: Record<string, object> };
  // The user's cache remembers begun uploads by bucket and object: the names must not be another rehearsal's.
  const bucket = { name: `killed-${process.pid}-archives`, location: "eu" };
  content.config["imprimatur:gcp"] = { ...content.config["imprimatur:gcp"], bucket };
  content.config["imprimatur:aws"] = {
    ...content.config["imprimatur:aws"],
    pointers: ["/images/{product}/{architecture}/latest"],
  };
  return JSON.stringify(content);
}

type ByCloud = Readonly<Record<string, number>>;

/** What each cloud received beyond another measurement; less counts as nothing. */
function beyond(now: ByCloud, then: ByCloud): ByCloud {
  return Object.fromEntries(
    Object.entries(now).map(([cloud, bytes]) => [cloud, Math.max(0, bytes - (then[cloud] ?? 0))]),
  );
}

function sumOf(received: ByCloud): number {
  return Object.values(received).reduce((sum, bytes) => sum + bytes, 0);
}

function byCloud(received: ByCloud): string {
  return Object.entries(received)
    .map(([cloud, bytes]) => `${cloud} ${mebibytes(bytes)}`)
    .join(", ");
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();

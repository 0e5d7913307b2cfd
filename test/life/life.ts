/**
 * `npm run life [-- --plugins bridge --from STEP --keep-going]`: a product's life on three clouds, with every option
 * of the stack file given and nearly each changed once. After every `up` there is nothing to do, before and after a
 * refresh; at the end nothing is left in any account. A quarter of an hour on two processors.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import { bridgeFolder } from "../../tools/bridge";
import type { Ran } from "../e2e/harness/checkout";
import { Rehearsed } from "../e2e/harness/rehearsed";
import { smallRelease } from "../e2e/harness/small-disk";
import type { StackOutputs } from "../e2e/harness/stack-file";
import { BEGINNING, NEW, OLD, PRODUCT, stackFileOf } from "./stack";
import { livesOf, type Step, STEPS } from "./steps";

const { values } = parseArgs({
  options: {
    plugins: { type: "string", default: "stand-in" },
    "keep-going": { type: "boolean", default: false },
    from: { type: "string", default: "0" },
    help: { type: "boolean", default: false },
  },
});

/** Shows remaining work, including what a refresh finds, after an `up`. */
const LEFT_TO_DO = ["preview", "--refresh", "--expect-no-changes", "--diff"];

function pluginsNamed(name: string): string | undefined {
  if (name === "stand-in") return undefined;
  if (name !== "bridge") throw new Error(`--plugins ${name}: stand-in or bridge`);
  const folder = bridgeFolder();
  if (folder === undefined) throw new Error("build the bridge first: node tools/bridge.js");
  return folder;
}

async function main(): Promise<void> {
  const plugins = pluginsNamed(values.plugins);
  const rehearsed = await Rehearsed.start(PRODUCT, { plugins });
  const wrong: string[] = [];
  try {
    for (const version of [OLD, NEW])
      await smallRelease(rehearsed.checkout, PRODUCT, version, ["x86_64", "arm64"]);
    const lives = livesOf(STEPS);
    let ids: unknown;
    let before = stackFileOf(BEGINNING);
    for (const [index, step] of STEPS.entries()) {
      if (index < Number(values.from)) continue;
      const began = Date.now();
      const file = stackFileOf(lives[index]!);
      rehearsed.checkout.write(`stacks/Pulumi.${PRODUCT}.yaml`, file);
      const { problem, ids: now } = await live(rehearsed, step, ids);
      ids = now ?? ids;
      say(
        `${index}: ${step.what}: ${problem ?? "as it should be"} (${((Date.now() - began) / 1000).toFixed(0)} s)`,
      );
      if (problem !== undefined) wrong.push(`${index}: ${step.what}`);
      if (problem !== undefined && !values["keep-going"]) break;
      if (step.refused === undefined) before = file;
      else rehearsed.checkout.write(`stacks/Pulumi.${PRODUCT}.yaml`, before);
    }
    const destroyed = await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]);
    const left = await rehearsed.inventory();
    const isGone = destroyed.status === 0 && left.length === 0;
    say(`destroy: ${isGone ? "nothing is left" : `${JSON.stringify(left)}\n${saidBy(destroyed)}`}`);
    if (!isGone) wrong.push("destroy");
  } finally {
    await rehearsed.end();
  }
  say(
    wrong.length === 0
      ? `${STEPS.length - Number(values.from)} steps, all right`
      : `wrong: ${wrong.join("; ")}`,
  );
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

async function live(
  rehearsed: Rehearsed,
  { refused, ids: wanted }: Step,
  before: unknown,
): Promise<{ problem?: string; ids?: unknown }> {
  if (refused !== undefined) {
    const ran = await rehearsed.pulumi(["preview"]);
    const isRefused = ran.status !== 0 && refused.test(saidBy(ran));
    return isRefused ? {} : { problem: `not refused (${refused})\n${saidBy(ran)}` };
  }
  const up = await rehearsed.up();
  if (up.status !== 0) return { problem: `up failed\n${saidBy(up)}` };
  const left = await rehearsed.pulumi(LEFT_TO_DO);
  if (left.status !== 0) return { problem: `pulumi ${LEFT_TO_DO.join(" ")} failed\n${saidBy(left)}` };
  const { releases } = await rehearsed.outputs<StackOutputs>();
  const ids = Object.fromEntries(
    Object.entries(releases).map(([version, { aws, gcp, azure }]) => [version, { aws, gcp, azure }]),
  );
  if (wanted === undefined || isDeepStrictEqual(ids, before)) return { ids };
  return { ids, problem: `ids changed from ${JSON.stringify(before)} to ${JSON.stringify(ids)}` };
}

/** The command's final message: the engine prints every step before it. */
function saidBy({ stdout, stderr }: Ran): string {
  const said = `${stdout}\n${stderr}`;
  return said.slice(Math.max(0, said.indexOf("Diagnostics:"), said.indexOf("+-")));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (values.help) {
  const steps = STEPS.map(({ what }, index) => `  ${index}: ${what}\n`).join("");
  process.stdout.write(`npm run life -- [--plugins stand-in|bridge] [--from STEP] [--keep-going]\n${steps}`);
} else void main();

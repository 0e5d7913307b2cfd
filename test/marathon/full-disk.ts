/**
 * Fills the disk under the engine's state during an `imprimatur up`, at several moments and with several amounts of
 * room left; then there is room again, and the same command alone has to succeed. Needs the right to mount a file
 * system.
 *
 *   npx tsx test/marathon/full-disk.ts --after 40,90,150 --left 0,8,30
 */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { answered, expectDone, shapeOf } from "../e2e/harness/kills";
import { Rehearsed } from "../e2e/harness/rehearsed";
import { stackFile } from "../e2e/harness/stack-file";

const { values } = parseArgs({
  options: {
    /** Requests of the `up` that are answered before the disk is filled. */
    after: { type: "string", default: "40,90,150" },
    /** KiB that stay free then. */
    left: { type: "string", default: "0,8,30" },
    /**
     * `imprimatur`, or `pulumi`: the disk is filled under the engine run alone, and imprimatur runs only afterwards.
     */
    by: { type: "string", default: "imprimatur" },
  },
});
const STACK = "full";
const UP = ["up", "--stack", STACK, "--yes"];

async function main(): Promise<void> {
  const rehearsed = await Rehearsed.start(STACK, { pace: 0.2 });
  const backend = new URL(rehearsed.env.PULUMI_BACKEND_URL ?? "").pathname;
  const ballast = path.join(backend, "ballast");
  const problems: string[] = [];
  try {
    const small = path.join(rehearsed.checkout.folder, "before");
    fs.cpSync(backend, small, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", backend]);
    fs.cpSync(small, backend, { recursive: true });
    rehearsed.checkout.write(`stacks/Pulumi.${STACK}.yaml`, wholeStack());
    await expectDone(rehearsed, ...UP);
    const whole = shapeOf(await rehearsed.inventory());
    await expectDone(rehearsed, "destroy", "--stack", STACK, "--yes");
    for (const after of values.after.split(",").map(Number))
      for (const left of values.left.split(",").map(Number)) {
        const what = `full after ${after} requests, ${left} KiB left`;
        const begun = answered(rehearsed);
        const watch = setInterval(() => {
          if (answered(rehearsed) - begun < after || fs.existsSync(ballast)) return;
          fill(ballast, left);
        }, 20);
        const first =
          values.by === "pulumi"
            ? await rehearsed.pulumi(["up", "--skip-preview", "--yes"])
            : await rehearsed.checkout.imprimatur(UP, { env: rehearsed.env });
        clearInterval(watch);
        const cut = cutShort(backend);
        fs.rmSync(ballast, { force: true });
        const problem = await again(rehearsed, whole);
        if (problem !== undefined) problems.push(`${what}: ${problem}`);
        say(
          `${what}: exit ${first.status}, cut short: ${cut.join(", ") || "nothing"}: ${problem ?? "ended right"}`,
        );
      }
  } finally {
    execFileSync("umount", ["-l", backend]);
    await rehearsed.end();
  }
  if (problems.length > 0) process.exitCode = 1;
}

async function again(rehearsed: Rehearsed, whole: readonly string[]): Promise<string | undefined> {
  try {
    const { stderr } = await expectDone(rehearsed, ...UP);
    for (const line of stderr.split("\n").filter((each) => each.startsWith("recover:"))) say(`    ${line}`);
    const have = shapeOf(await rehearsed.inventory());
    await expectDone(rehearsed, "destroy", "--stack", STACK, "--yes");
    const left = await rehearsed.inventory();
    if (have.join("\n") !== whole.join("\n")) return `want ${whole.join(", ")}; have ${have.join(", ")}`;
    return left.length > 0 ? `left over: ${shapeOf(left).join(", ")}` : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function fill(file: string, left: number): void {
  const { bavail, bsize } = fs.statfsSync(path.dirname(file));
  fs.writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - left * 1024)));
}

function cutShort(backend: string): string[] {
  return fs
    .readdirSync(backend, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.json(\.bak|\.kept|\..*tmp)?$/.test(name) && !isJson(path.join(backend, name)))
    .map((name) => path.basename(name));
}

function isJson(file: string): boolean {
  try {
    JSON.parse(fs.readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

function wholeStack(): string {
  const content = JSON.parse(
    stackFile({
      product: "demo",
      version: "20261120.0",
      imageFile: "images/demo/20261120.0.json",
      regions: ["eu-central-1", "us-east-1"],
      azureRegions: ["westeurope", "eastus"],
    }),
  ) as { config: Record<string, object> };
  // The user's cache remembers begun uploads by bucket and object: the names must not be another rehearsal's.
  const bucket = { name: `full-${process.pid}-archives`, location: "eu" };
  content.config["imprimatur:gcp"] = { ...content.config["imprimatur:gcp"], bucket };
  return JSON.stringify(content);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void main();

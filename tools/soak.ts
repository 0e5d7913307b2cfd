/**
 * `npm run soak -- --releases 200`: publishes releases of a small disk on three clouds and prunes them, several live at a time, with the
 * real engine against the stand-in clouds, and measures whether memory, open files and the time of an `up` stay flat.
 */
import { spawn } from "node:child_process";
import fs from "node:fs";
import { parseArgs } from "node:util";
import { formatBytes } from "../facts/words";
import { processTree } from "../test/e2e/harness/process-tree";
import { Rehearsed } from "../test/e2e/harness/rehearsed";
import { smallRelease } from "../test/e2e/harness/small-disk";
import { stackFile } from "../test/e2e/harness/stack-file";
import { cpuOf, cpuOfEndedChildren, perRelease, type Sample, use, type Use } from "./soak/measure";

const { values } = parseArgs({
  options: {
    releases: { type: "string", default: "200" },
    /** Releases that an `up` publishes, and that it prunes. */
    each: { type: "string", default: "5" },
    /** Releases that are live after an `up`. */
    live: { type: "string", default: "10" },
  },
});
const STACK = "soak";
const PRODUCT = "soak";

async function main(): Promise<void> {
  const [releases, each, live] = [values.releases, values.each, values.live].map(Number) as [
    number,
    number,
    number,
  ];
  const rehearsed = await Rehearsed.start(STACK);
  const samples: Sample[] = [];
  try {
    await rehearsed.fault({ cloud: "aws", kind: "quota", code: "L-0E3CBAB9", value: live + each });
    const versions: string[] = [];
    const server = serverOf(rehearsed);
    for (let made = 0; made < releases;) {
      for (let count = 0; count < each && made < releases; count++, made++) {
        versions.push(versionOf(made));
        await smallRelease(rehearsed.checkout, PRODUCT, versionOf(made));
      }
      const gone = versions.splice(0, Math.max(0, versions.length - live));
      rehearsed.checkout.write(`stacks/Pulumi.${STACK}.yaml`, stackText(versions));
      const begun = { at: Date.now(), engine: cpuOfEndedChildren(), clouds: cpuOf(processTree(server)) };
      const engine = await up(rehearsed);
      const spent = {
        seconds: (Date.now() - begun.at) / 1000,
        engineCpu: cpuOfEndedChildren() - begun.engine,
        cloudsCpu: cpuOf(processTree(server)) - begun.clouds,
      };
      for (const version of gone)
        fs.rmSync(rehearsed.checkout.path(`images/${PRODUCT}/${version}-x86_64.raw`), { force: true });
      const things = (await rehearsed.inventory()).length;
      const sample: Sample = { releases: made, ...spent, things, server: use(processTree(server)), engine };
      samples.push(sample);
      say(line(sample));
    }
    rehearsed.checkout.write(`stacks/Pulumi.${STACK}.yaml`, stackText([]));
    const ended = await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]);
    const left = await rehearsed.inventory();
    say(`destroyed: exit ${ended.status}, ${left.length} things left`);
    const slopes = perRelease(samples);
    for (const { what, text } of slopes) say(`${what}: ${text}`);
    const isFlat = slopes.every((slope) => slope.isFlat) && left.length === 0 && ended.status === 0;
    say(`${releases} releases: ${isFlat ? "flat" : "NOT flat"}`);
    process.exitCode = isFlat ? 0 : 1;
  } finally {
    await rehearsed.end();
  }
}

/** Runs `pulumi up`. @returns the most that engine, program and plugins used together at any look */
async function up({ checkout, env }: Rehearsed): Promise<Use> {
  const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive"], {
    cwd: checkout.folder,
    env: { ...process.env, ...checkout.own, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  let most: Use = { bytes: 0, files: 0, sockets: 0 };
  const look = setInterval(() => {
    const now = use(processTree(child.pid ?? 0));
    most = {
      bytes: Math.max(most.bytes, now.bytes),
      files: Math.max(most.files, now.files),
      sockets: Math.max(most.sockets, now.sockets),
    };
  }, 500);
  const status = await new Promise((resolve) => child.on("close", resolve));
  clearInterval(look);
  if (status !== 0)
    throw new Error(`pulumi up: exit ${String(status)}\n${said.split("\n").slice(-40).join("\n")}`);
  return most;
}

function serverOf({ env }: Rehearsed): number {
  const text = fs.readFileSync(`${env.IMPRIMATUR_REHEARSAL_DIR}/server.json`, "utf8");
  return (JSON.parse(text) as { pid: number }).pid;
}

/** Up to 28 builds a month of a year that is over. */
function versionOf(index: number): string {
  const [month, day] = [Math.floor(index / 28) + 1, (index % 28) + 1].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `2025${month}${day}.0`;
}

function stackText(versions: readonly string[]): string {
  const [version = ""] = versions;
  const file = JSON.parse(
    stackFile({
      ...{ product: PRODUCT, version, imageFile: "" },
      ...{ regions: ["eu-central-1", "us-east-1"], azureRegions: ["westeurope", "eastus"] },
    }),
  ) as { config: Record<string, unknown> };
  file.config["imprimatur:releases"] = versions.map((each) => ({
    ...{ version: each, state: "published", protect: false },
    imageFile: `images/${PRODUCT}/${each}.json`,
  }));
  file.config["imprimatur:allow"] = ["make-public", "delete-published"];
  // Uploads that were begun are remembered in the user's cache by bucket and object: no other rehearsal's may be met.
  const gcp = file.config["imprimatur:gcp"] as object;
  file.config["imprimatur:gcp"] = {
    ...gcp,
    bucket: { name: `soak-${process.pid}-archives`, location: "eu" },
  };
  return JSON.stringify(file);
}

function line({ releases, seconds, engineCpu, cloudsCpu, things, server, engine }: Sample): string {
  const shown = ({ bytes, files, sockets }: Use) =>
    `${formatBytes(bytes)}, ${files} files, ${sockets} sockets`;
  return `${releases} releases: up ${seconds.toFixed(0)} s (CPU ${engineCpu.toFixed(1)} s, clouds ${cloudsCpu.toFixed(1)} s), ${things} things; clouds ${shown(server)}; engine and plugins at most ${shown(engine)}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

void main();

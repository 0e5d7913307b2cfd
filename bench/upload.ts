import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdaptiveLimit } from "../clouds/adaptive-limit";
import { makeSnapshot } from "../clouds/aws/make-snapshot";
import { openSession } from "../clouds/aws/api/session";
import { hashedBlocks } from "../disk/blocks";
import { Disk } from "../disk/disk";
import { start } from "../rehearsal/aws/index";

/*
 * `npx tsx bench/upload.ts disk.raw`: a disk into an EBS snapshot, beside coldsnap if it is on PATH (or named in
 * COLDSNAP). Both use a stand-in cloud in a separate process without delays, so this measures the client: time, and
 * peak memory. Turns alternate; compare the medians.
 */

const ROUNDS = 3;
const REGION = "eu-central-1";

interface Run {
  seconds: number;
  /** MiB */
  memory: number;
}

async function main([mode, raw]: string[]): Promise<void> {
  if (mode === "serve") return serve();
  if (mode === "ours" && raw) return uploadOurs(raw);
  if (!mode) throw new Error("give a raw disk: npx tsx bench/upload.ts disk.raw");
  const server = spawn(process.execPath, [...process.execArgv, __filename, "serve"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await race(mode, await environmentOf(server));
  } finally {
    server.kill();
  }
}

async function race(raw: string, cloud: Record<string, string>): Promise<void> {
  const coldsnap = process.env.COLDSNAP ?? "coldsnap";
  const env = { ...process.env, ...cloud };
  const ours = [process.execPath, ...process.execArgv, __filename, "ours", raw];
  const theirs = [
    coldsnap,
    "--endpoint",
    cloud.AWS_ENDPOINT_URL ?? "",
    "--region",
    REGION,
    "upload",
    "--omit-zero-blocks",
    "--wait",
    "--no-progress",
    raw,
  ];
  const compare = spawnSync(coldsnap, ["--help"]).status === 0;
  const runs: Record<string, Run[]> = { imprimatur: [], ...(compare && { coldsnap: [] }) };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, results] of Object.entries(runs)) {
      results.push(await measure(name === "coldsnap" ? theirs : ours, env));
    }
  }
  console.log(`${"".padEnd(12)}   seconds   MiB of memory   (median of ${ROUNDS})`);
  for (const [name, results] of Object.entries(runs)) {
    const [seconds, memory] = [
      median(results.map((run) => run.seconds)),
      median(results.map((run) => run.memory)),
    ];
    console.log(`${name.padEnd(12)}   ${seconds.toFixed(1).padStart(7)}   ${memory.toFixed(0).padStart(13)}`);
  }
}

/** Runs a command to its end; the memory is the kernel's high-water mark. */
async function measure([command = "", ...args]: string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const began = performance.now();
  const child = spawn(command, args, { env, stdio: ["ignore", "ignore", "inherit"] });
  let memory = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      memory = Math.max(memory, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // It has ended.
    }
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  return { seconds: (performance.now() - began) / 1000, memory };
}

async function uploadOurs(raw: string): Promise<void> {
  const disk = await Disk.open(raw);
  const session = {
    ...openSession(REGION, new AbortController().signal),
    limit: new AdaptiveLimit(),
  };
  const owner = `bench ${process.pid}`;
  const plan = { owner, sha256: "", size: disk.size, description: "bench", tags: {} };
  const source = { dataBlocks: 0, open: () => hashedBlocks(disk), check: () => undefined };
  await makeSnapshot(session, plan, source, { waitLimit: 60_000 });
  await disk.close();
}

async function serve(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bench-upload-"));
  const cloud = await start({ directory, pace: 0 });
  process.on("SIGTERM", () => {
    rmSync(directory, { recursive: true, force: true });
    process.exit(0);
  });
  console.log(JSON.stringify(cloud.environment()));
}

async function environmentOf(server: ChildProcess): Promise<Record<string, string>> {
  let text = "";
  for await (const piece of server.stdout ?? []) {
    text += String(piece);
    if (text.includes("\n")) break;
  }
  return JSON.parse(text) as Record<string, string>;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

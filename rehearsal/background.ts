import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { cloudsIn } from "./clouds";
import { ask, isRunning, NotRunning } from "./control-client";
import type { Pace } from "./pace";
import { moduleArgs } from "./place";

const PATIENCE_MS = 30_000;
/** Services of a real cloud, which make their databases first: 20 s of an idle machine. */
const PATIENCE_WITH_SERVICES_MS = 600_000;

/** Ensures that a server runs in the folder: starts one that outlives this process if needed. */
export async function ensureRunning(folder: string, pace: Pace): Promise<"started" | "was running"> {
  if (await isRunning(folder)) return "was running";
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = path.join(folder, "server.log");
  const output = fs.openSync(log, "a", 0o600);
  const child = spawn(process.execPath, [...moduleArgs("serve"), folder, String(pace)], {
    detached: true,
    stdio: ["ignore", output, output],
  });
  fs.closeSync(output);
  let ended = false;
  child.once("exit", () => (ended = true));
  child.unref();
  const hasServices = cloudsIn(folder).includes("openstack");
  const deadline = Date.now() + (hasServices ? PATIENCE_WITH_SERVICES_MS : PATIENCE_MS);
  while (!(await isRunning(folder))) {
    // A child that lost the race for the folder ends at once; the winner is about to answer.
    if (Date.now() > deadline || (ended && !(await answersSoon(folder)))) {
      throw new Error(`the rehearsal did not start; its last words are in ${log}`);
    }
    await pause(100);
  }
  return "started";
}

/** Stops the folder's server and waits for its end. False: there was none. */
export async function ensureStopped(folder: string): Promise<boolean> {
  try {
    await ask(folder, "POST", "stop");
  } catch (error) {
    if (error instanceof NotRunning) return false;
    throw error;
  }
  const lock = path.join(folder, "lock");
  const deadline = Date.now() + PATIENCE_MS;
  while (fs.existsSync(lock)) {
    if (Date.now() > deadline) throw new Error(`the rehearsal in ${folder} was asked to stop and did not`);
    await pause(50);
  }
  return true;
}

async function answersSoon(folder: string): Promise<boolean> {
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline) {
    if (await isRunning(folder)) return true;
    await pause(100);
  }
  return false;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

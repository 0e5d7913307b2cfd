/** Processes of the real services: started, waited for, stopped. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

/** Python services read their whole code first: half a minute on a busy machine. */
const PATIENCE_MS = 180_000;
const LAST_LINES = 5;

/** A service that answers. */
export interface Service {
  /** Ends it, and waits for that. */
  stop(): Promise<void>;
}

/**
 * Starts a service and waits until its address answers, with anything. It ends with this process, however that ends
 * (`PR_SET_PDEATHSIG`, prctl(2)).
 *
 * @throws one line with the last words of its log
 */
export async function startService(
  name: string,
  command: readonly string[],
  { url, log }: { readonly url: string; readonly log: string },
): Promise<Service> {
  const output = fs.openSync(log, "a", 0o600);
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...command], {
    stdio: ["ignore", output, output],
  });
  fs.closeSync(output);
  const ended = new Promise<void>((resolve) =>
    child.once("exit", () => resolve()).once("error", () => resolve()),
  );
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${name} does not start: ${lastWords(log)} (${log})`);
    }
    await pause(100);
  }
  return { stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  // Nothing is under way: databases and files are whole at any moment.
  child.kill("SIGKILL");
  await ended;
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function lastWords(log: string): string {
  return fs.readFileSync(log, "utf8").trim().split("\n").slice(-LAST_LINES).join(" / ");
}

/** Runs one of the services' own commands to its end. @throws its last words */
export async function runTool(command: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { maxBuffer: 1 << 26 });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split("\n").at(-1) ?? String(error);
    throw new Error(`${command} ${args.at(-1) ?? ""} failed: ${said}`, { cause: error });
  }
}

import { join } from "node:path";
import type { Contestant } from "./measure";

export const REGION = "eu-central-1";

/** The product's command line, as a user starts it. */
export function imprimatur(...args: string[]): Contestant {
  return { command: [process.execPath, join(__dirname, "../cli/imprimatur.js"), ...args] };
}

/** A part of the product that no command does alone: a script of jobs/. */
export function job(name: string, args: string[], env: Record<string, string> = {}): Contestant {
  const script = join(__dirname, "jobs", `${name}.ts`);
  return { command: [process.execPath, ...process.execArgv, script, ...args], env, waits: true };
}

/** `$1` and so on are the arguments. */
export function shell(script: string, ...args: string[]): Contestant {
  return { command: ["sh", "-ec", script, "sh", ...args] };
}

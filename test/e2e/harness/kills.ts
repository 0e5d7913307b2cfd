import { spawn } from "node:child_process";
import type { InventoryItem } from "../../../rehearsal/cloud";
import type { Ran } from "./checkout";
import { killAll, processTree, programOf } from "./process-tree";
import type { Rehearsed } from "./rehearsed";

/** Scope of a kill: the command with all that it started, its engine alone, or the terminal that it runs in. */
export type Way = "all" | "engine" | "terminal";

interface Kill {
  readonly way: Way;
  /** Polled; the command is ended once it returns true. */
  readonly isTime: () => boolean;
}

/** The command line of `imprimatur` in the rehearsed checkout. */
export function imprimatur({ checkout }: Rehearsed, ...args: string[]): string[] {
  return [process.execPath, checkout.path("cli", "imprimatur.js"), ...args];
}

/**
 * Runs a command and ends it as the kill describes.
 *
 * @returns true if it reached that point; false if it had ended before
 */
export async function runKilled(
  rehearsed: Rehearsed,
  command: readonly string[],
  { way, isTime }: Kill,
): Promise<boolean> {
  const { checkout, env } = rehearsed;
  // `script` gives it a terminal, which is closed when `script` ends.
  const quoted = command.map((word) => `'${word}'`).join(" ");
  const [program = "", ...args] = way === "terminal" ? ["script", "-qec", quoted, "/dev/null"] : [...command];
  const child = spawn(program, args, {
    cwd: checkout.folder,
    env: { ...process.env, ...checkout.own, ...env },
    stdio: ["ignore", "ignore", "ignore"],
    detached: true,
  });
  let ended = false;
  const end = new Promise<void>((resolve) => child.on("close", () => resolve(void (ended = true))));
  while (!ended && !isTime()) await nextLook();
  if (ended || child.pid === undefined) return false;
  const tree = processTree(child.pid);
  if (way === "all") killAll(tree);
  else if (way === "terminal") killAll([child.pid]);
  else killAll(tree.filter((pid) => programOf(pid) === "pulumi"));
  await end;
  return true;
}

/** The clouds' contents, without the parts that differ on each run. */
export function shapeOf(inventory: readonly InventoryItem[]): string[] {
  return inventory.map(({ kind, region }) => `${kind} ${region}`).sort();
}

/** Runs `imprimatur …`; a failure throws an error with the last lines of its output. */
export async function expectDone(rehearsed: Rehearsed, ...args: string[]): Promise<Ran> {
  const ran = await rehearsed.checkout.imprimatur(args, { env: rehearsed.env });
  if (ran.status === 0) return ran;
  const lines = `${ran.stdout}\n${ran.stderr}`.trim().split("\n");
  const said = [...lines.slice(0, -25).filter((line) => /^recover: /.test(line)), ...lines.slice(-25)].join(
    "\n",
  );
  throw new Error(`imprimatur ${args.join(" ")}: exit ${ran.status}\n${said}`);
}

/** Number of requests so far. */
export function answered(rehearsed: Rehearsed): number {
  return rehearsed.log().split("\n").length;
}

/** The log of the clouds is a file, so it is polled. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

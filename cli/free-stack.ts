import { markEnded } from "../clouds/unended";
import { describeHolder, type OwnerStatus, ownerStatus } from "./holder";
import type { Io } from "./io";
import { projectName } from "./backend-folder";
import { type Holder, holdersOf, releaseLock, removeHalfWritten } from "./lock";
import { type RestoredState, restoreState } from "./restore-state";
import { type RepairedState, repairState } from "./repair-state";
import { orphansIn } from "./orphans";
import { HeldByOther } from "./problem";
import { startWaiting } from "./waiting";

export interface RecoveryOptions {
  readonly stack: string;
  /** End a running update of the stack, whoever's it is. */
  readonly endUpdate?: boolean | undefined;
  /** Absent: non-interactive. */
  readonly ask?: Io["ask"];
}

/**
 * Removes the lock of an engine that is gone. Needs no cloud.
 *
 * @throws {HeldByOther} when someone else updates the stack
 */
export async function freeStack(options: RecoveryOptions, io: Io): Promise<void> {
  const { stack } = options;
  for (const file of await removeHalfWritten(stack)) say(io, `deleted ${file}, which was left half written`);
  const holders = await holdersOf(stack);
  for (const holder of holders) await endHolder(holder, options, io);
  if (holders.length > 0) await endOrphans(io);
  const mended = await restoreState(stack);
  if (mended) say(io, describeMended(mended));
  const repaired = await repairState(stack);
  if (repaired) say(io, describeRepaired(stack, repaired));
  // From here on this program handles the leftovers; the provider need not point to it.
  markEnded({ stack, project: projectName() ?? "" });
}

/**
 * Checks again, right before touching objects that an update may be creating: these look like leftovers.
 *
 * @throws {HeldByOther} when the stack is being updated
 */
export async function refuseHeld(stack: string): Promise<void> {
  const [holder] = await holdersOf(stack);
  if (holder !== undefined) throw new HeldByOther(heldBy(stack, holder, await settledFate(holder)));
}

async function endHolder(holder: Holder, { stack, endUpdate, ask }: RecoveryOptions, io: Io): Promise<void> {
  const fate = await settledFate(holder);
  const who = describeHolder(holder);
  if (fate === "gone") {
    await releaseLock(holder, stack);
    return say(io, `ended the update of ${who}: that process is gone`);
  }
  const still = stillRunning(fate);
  const question = `${stack} is being updated by ${who}, ${still}. Type end to end that update: `;
  if (!endUpdate && (ask === undefined || (await ask(question)).trim() !== "end"))
    throw new HeldByOther(heldBy(stack, holder, fate));
  if (fate === "alive" && holder.pid !== undefined) await interrupt(holder.pid, io);
  await releaseLock(holder, stack);
  say(io, `ended the update of ${who}, as was asked for`);
}

function heldBy(stack: string, holder: Holder, fate: OwnerStatus): string {
  const cure =
    fate === "gone"
      ? "Run the same command again, which ends that update"
      : `Wait for its end, or end it with --end-update${fate === "alive" ? "" : ", once you know that it is over"}`;
  return `${stack} is being updated by ${describeHolder(holder)}, ${stillRunning(fate)}. ${cure}`;
}

function stillRunning(fate: OwnerStatus): string {
  if (fate === "gone") return "a process that is gone";
  return fate === "alive" ? "still running here" : "running, as far as can be known from here";
}

/**
 * Checks before a process counts as alive, and milliseconds between two: a killed process with many threads takes
 * time to exit.
 */
const LOOKS = 6;
const BETWEEN_LOOKS = 500;

async function settledFate(holder: Holder): Promise<OwnerStatus> {
  for (let look = 1; look < LOOKS && ownerStatus(holder) === "alive"; look++)
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS));
  return ownerStatus(holder);
}

/** Longer than providers that stop at once need; those that finish their current work are not awaited longer. */
const ORDERLY_END = 60_000;

/** As by Ctrl-C, so that the engine saves its progress; finally by force. */
async function interrupt(pid: number, io: Io): Promise<void> {
  const waiting = startWaiting(io);
  try {
    signal(pid, "SIGINT");
    waiting.status(`process ${pid} writes down how far it came`);
    for (let waited = 0; signal(pid, 0); waited += 200) {
      if (waited >= ORDERLY_END) signal(pid, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    waiting.end();
  }
}

/** This program's own plugins end by themselves after their cleanup; the others are signalled. */
async function endOrphans(io: Io): Promise<void> {
  const orphans = orphansIn(process.cwd());
  const others = orphans.filter(({ program }) => program !== "pulumi-resource-imprimatur");
  for (const { pid } of others) signal(pid, "SIGTERM");
  const waiting = startWaiting(io, "plugins of the engine that is gone come to their end");
  try {
    for (let waited = 0; orphans.some(({ pid }) => signal(pid, 0)); waited += 200) {
      if (waited >= ORDERLY_END) orphans.forEach(({ pid }) => signal(pid, "SIGKILL"));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } finally {
    waiting.end();
  }
  if (others.length > 0)
    say(
      io,
      `ended what it left running: ${others.map(({ program, pid }) => `${program} (process ${pid})`).join(", ")}`,
    );
}

/**
 * @returns true if the process exists
 * @throws {HeldByOther} when it is another user's
 */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw new HeldByOther(
      `process ${pid} cannot be ended from here: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
}

function describeMended({ file, from, writtenAt }: RestoredState): string {
  const now =
    from === file
      ? "no whole copy of it is left, and its beginning is the state now"
      : `it is again as it was at ${writtenAt}, from ${from}`;
  return `the state ${file} was cut short, as by a full disk; ${now}. What the clouds have more is found by the next up`;
}

function describeRepaired(stack: string, { broken, from, writtenAt, isMarked }: RepairedState): string {
  const now =
    from === undefined
      ? "`pulumi state repair` has put it in order, and left out no resource"
      : `it is again as it was at ${writtenAt}, from ${from}`;
  const more = isMarked
    ? "What the clouds have more is found by the next up"
    : "imprimatur sweep lists what the clouds have more";
  return `the state of ${stack} was broken: ${broken}; ${now}. ${more}`;
}

/** Reports one completed action. */
export function say(io: Io, line: string): void {
  io.err(`recover: ${line}.\n`);
}

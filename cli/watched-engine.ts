import { closeSync, openSync, readSync } from "node:fs";
import path from "node:path";
import { describeWaits, readWaits, WAITS_VARIABLE } from "../clouds/waits";
import { MIB } from "../facts/units";
import { runEngine } from "./engine";
import { refuseHeld } from "./free-stack";
import type { Io } from "./io";
import { withPrivateFolder } from "./saved-plan";
import { StateKeeper } from "./state-keeper";
import { UnderWay } from "./under-way";

/** Maximum silence, milliseconds. */
const SILENCE = 10_000;
/** After Ctrl-C everything that can stop has done so by then. */
const STOPPING = 5_000;
/** Milliseconds between two reads of the engine's log. */
const LOOK = 500;

interface Watched {
  readonly stack: string;
  readonly io: Io;
  /** At a terminal, where the engine itself shows progress. */
  readonly attended: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Watching {
  /** The engine's exit status. */
  readonly status: number;
  /** See {@link UnderWay.quotasInUse}. */
  readonly quotasInUse: readonly string[];
}

/**
 * Runs an engine operation on this terminal. While the engine is silent, and after a Ctrl-C that does not stop it at
 * once, a line every ten seconds reports what it waits for: some providers finish what they began, e.g. a copy of an
 * AMI (the bridge's Cancel does nothing, pulumi-terraform-bridge v3.120). The last line sums up what was waited for.
 *
 * @throws {HeldByOther} when someone else updates the stack
 */
export function runWatched(
  args: readonly string[],
  { stack, io, attended, env }: Watched,
): Promise<Watching> {
  return withPrivateFolder(async (folder) => {
    const keeper = await StateKeeper.of(stack);
    const log = path.join(folder, "events.json");
    const waits = path.join(folder, "waits.jsonl");
    const underWay = new UnderWay(io.saidAt?.() ?? Date.now());
    const read = tail(log);
    let stoppedAt: number | undefined;
    const stopping = () => (stoppedAt ??= Date.now());
    let saidAt = underWay.movedAt;
    const look = setInterval(() => {
      const now = Date.now();
      keeper?.look();
      for (const line of read()) underWay.read(line, now);
      const isTold = stoppedAt !== undefined || !attended;
      const since = Math.max(underWay.movedAt, saidAt);
      const limit = stoppedAt !== undefined && saidAt < stoppedAt ? STOPPING : SILENCE;
      if (!isTold || now - (limit === STOPPING ? (stoppedAt ?? 0) : since) < limit) return;
      saidAt = now;
      const what = underWay.describe(now) || "the engine";
      io.err(
        stoppedAt === undefined
          ? `waiting: ${what}\n`
          : `stopping; this ends by itself first: ${what}. Ctrl-C again ends at once, and the next run clears up\n`,
      );
    }, LOOK);
    process.on("SIGINT", stopping);
    try {
      // The engine hides this option by default (pkg/cmd/pulumi/operations/up.go, 3.259).
      const watching = { PULUMI_DEBUG_COMMANDS: "true", [WAITS_VARIABLE]: waits };
      const run = await runEngine([...args, "--event-log", log], {
        output: "show",
        env: { ...env, ...watching },
      });
      for (const line of read()) underWay.read(line, Date.now());
      // An engine that finds a lock does nothing: another one started since the last check.
      if (run.status !== 0 && !underWay.hasBegun) await refuseHeld(stack);
      const sum = describeWaits([...readWaits(waits), ...underWay.waits]);
      if (sum !== undefined) io.err(`${sum}\n`);
      return { status: run.status, quotasInUse: underWay.quotasInUse() };
    } finally {
      process.off("SIGINT", stopping);
      clearInterval(look);
      keeper?.end();
    }
  });
}

/** Lines added to a file since the last call; none while the file does not exist. */
function tail(file: string): () => string[] {
  let at = 0;
  let rest = "";
  const buffer = Buffer.alloc(MIB);
  return () => {
    let handle: number;
    try {
      handle = openSync(file, "r");
    } catch {
      return [];
    }
    try {
      for (let count = 1; count > 0; at += count) {
        count = readSync(handle, buffer, 0, buffer.length, at);
        rest += buffer.toString("utf8", 0, count);
      }
    } finally {
      closeSync(handle);
    }
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    return lines;
  };
}

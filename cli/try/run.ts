/** Child processes of a try: their output is forwarded, with signs of life, and Ctrl-C reaches them gracefully. */
import { spawn } from "node:child_process";
import type { Io } from "../io";

/** Maximum silence, milliseconds. */
const SIGN_OF_LIFE = 8_000;
/** The engine's line for a resource in progress: shown as a sign of life only. */
const UNFINISHED = /^ [ +~-]+ ?\S+ \S+ (creating|updating|deleting|reading|refreshing|replacing)\b/;
/** Dots, empty lines, and hints about a stack that is removed anyway. */
const IDLE =
  /^@ |^\s*$|^The resources in the stack have been deleted|^If you want to remove the stack completely/;
/** After a second signal: delay of its repetition, and of the kill, milliseconds. */
const AGAIN = 500;
const BY_FORCE = 5_000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Current activity, for signs of life: `publishing`. */
  readonly doing: string;
  readonly io: Io;
  /** True: stdout is captured instead of shown. */
  readonly quiet?: boolean;
  /** Called with the process's pid. */
  readonly started?: (pid: number | undefined) => void;
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
}

/**
 * Milliseconds within which two signals count as one. Under npm a terminal's Ctrl-C arrives twice: from the terminal,
 * which signals the whole group, and forwarded by npm (@npmcli/run-script, lib/signal-manager.js, npm 11.19, read
 * 2026-11).
 */
const ONE_PRESS = 250;

/**
 * Stop signals to this process. The first ends the publication and starts the teardown, which it does not stop. The
 * second stops everything.
 */
export class Stopper {
  private presses = 0;
  private pressedAt = -ONE_PRESS;
  private takesDown = false;
  private readonly listeners = new Set<() => void>();
  private readonly onSignal = (): void => {
    const now = performance.now();
    if (now - this.pressedAt < ONE_PRESS) return;
    this.pressedAt = now;
    this.presses++;
    if (this.presses === 1 && this.takesDown)
      return this.io.err("What was made is being taken away. Ctrl-C again stops that at once.\n");
    if (this.presses === 2) this.io.err("Stopping at once …\n");
    this.listeners.forEach((listener) => listener());
  };

  constructor(private readonly io: Io) {
    SIGNALS.forEach((name) => process.on(name, this.onSignal));
  }

  /** Nothing more is to be published. */
  get isAsked(): boolean {
    return this.presses > 0;
  }

  /** Nothing more is to be done at all. */
  get isForced(): boolean {
    return this.presses > 1;
  }

  /** From now on the try is taken down, and only a second signal stops that. */
  beginTakeDown(): void {
    this.takesDown = true;
  }

  /** @returns function that unsubscribes */
  onStop(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  end(): void {
    SIGNALS.forEach((name) => process.off(name, this.onSignal));
  }
}

/**
 * Runs a program to its end, in its own process group: this process receives a terminal's Ctrl-C and forwards exactly
 * one; the engine would end at once on a second one, and leave objects behind.
 */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, doing, io, quiet = false, started = () => undefined }: RunOptions,
  stopper: Stopper,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    if (child.pid !== undefined) started(child.pid);
    const begun = Date.now();
    let last = begun;
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      stdout += chunk;
      if (!quiet) show(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => show(chunk));
    let rest = "";
    let inTheMaking = "";
    const show = (chunk: string) => {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (UNFINISHED.test(line)) inTheMaking = line.trim();
        if (UNFINISHED.test(line) || IDLE.test(line)) continue;
        last = Date.now();
        io.err(`${line}\n`);
      }
    };
    const watch = setInterval(() => {
      if (Date.now() - last < SIGN_OF_LIFE) return;
      last = Date.now();
      io.err(`… ${doing}, ${Math.round((last - begun) / 1000)} s${inTheMaking && `: ${inTheMaking}`}\n`);
    }, 1_000);
    // Signals the whole group, as a terminal would.
    const signal = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name);
      } catch {
        // It has ended since.
      }
    };
    const orders: NodeJS.Timeout[] = [];
    const forget = stopper.onStop(() => {
      signal("SIGINT");
      if (!stopper.isForced)
        return io.err(`Stopping: ${doing} is ended in order. Ctrl-C again stops at once …\n`);
      // The engine ends at once on its second one, including its plugins.
      orders.push(setTimeout(signal, AGAIN, "SIGINT"), setTimeout(signal, BY_FORCE, "SIGKILL"));
    });
    const end = () => {
      clearInterval(watch);
      orders.forEach(clearTimeout);
      forget();
      started(undefined);
    };
    child.on("error", (error) => {
      end();
      reject(error);
    });
    child.on("close", (status, signal) => {
      end();
      if (rest) show("\n");
      resolve({ status: signal ? 130 : (status ?? 1), stdout });
    });
  });
}

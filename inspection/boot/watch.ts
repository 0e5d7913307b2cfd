import { plain, readConsole, type Seen } from "./console";
import { startWithParent } from "./with-parent";

export interface Watched {
  seen: Seen;
  /** The console's text, control sequences taken out. */
  console: string;
  /** Seconds from power-on to the login prompt. */
  loginSeconds?: number;
  /**
   * `complete`: all that was waited for came. `dead`: the console said why not. `stopped`: the machine switched itself off
   * or restarted. `silent`: not a word from it, firmware included. `broken`: QEMU could not run it. `late`: out of time.
   */
  end: "complete" | "dead" | "stopped" | "silent" | "broken" | "late" | "cancelled";
  /** What QEMU itself said. */
  complaint: string;
}

export interface WatchOptions {
  program: string;
  args: readonly string[];
  /** Files that the machine alone needs: removed if this process is killed. */
  folder: string;
  /** Whether what was seen is all that is waited for. */
  complete: (seen: Seen) => boolean;
  /** Seconds until it is late. */
  timeout: number;
  /** Seconds in which the firmware must say its first word. */
  silence: number;
  signal?: AbortSignal;
  /** Called about twice a second with the console's last line. */
  onProgress?: (progress: { seconds: number; line: string }) => void;
}

/** Milliseconds between two looks at the console. */
const INTERVAL = 500;
/** A processor that KVM cannot go on with; QEMU only pauses. */
const BROKEN = /KVM internal error|kvm run failed/;

/** Runs a machine until it has shown what is waited for, or will not. The machine is ended in every case. */
export async function watchMachine(options: WatchOptions): Promise<Watched> {
  const { program, args, folder, complete, timeout, silence, signal, onProgress } = options;
  const { child, end: endMachine } = startWithParent(program, args, folder);
  const started = performance.now();
  let raw = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (raw += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));

  let loginSeconds: number | undefined;
  let closed: { status: number | null } | undefined;
  let looked = "";
  let console = "";
  let seen = readConsole("");

  /** Looks once; the end of the watch, or `undefined` while there is none. */
  const look = (): Watched["end"] | undefined => {
    const seconds = (performance.now() - started) / 1000;
    if (raw !== looked) {
      looked = raw;
      console = plain(raw);
      seen = readConsole(console);
    }
    if (seen.login) loginSeconds ??= seconds;
    onProgress?.({ seconds, line: lastLine(console) });
    if (complete(seen)) return "complete";
    if (signal?.aborted) return "cancelled";
    if (BROKEN.test(complaint)) return "broken";
    if (seen.dead !== undefined) return "dead";
    if (closed) return closed.status === 0 ? "stopped" : "broken";
    if (raw === "" && seconds > silence) return "silent";
    if (seconds > timeout) return "late";
    return undefined;
  };

  const ended = new Promise<void>((done, fail) => {
    child.on("error", fail);
    child.on("close", (status) => {
      closed = { status };
      done();
    });
  });
  try {
    const end = await new Promise<Watched["end"]>((done, fail) => {
      const timer = setInterval(() => check(), INTERVAL);
      const check = () => {
        const found = look();
        if (found === undefined) return;
        clearInterval(timer);
        done(found);
      };
      ended.then(check, (error: Error) => {
        clearInterval(timer);
        fail(error);
      });
      signal?.addEventListener("abort", check, { once: true });
    });
    return {
      seen,
      console,
      ...(loginSeconds !== undefined && { loginSeconds: Math.round(loginSeconds * 10) / 10 }),
      end,
      complaint: complaint.trim(),
    };
  } finally {
    endMachine();
    await ended.catch(() => {});
  }
}

function lastLine(console: string): string {
  return console.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

import { plain, readConsole, type Seen } from "./console";
import { startWithParent } from "./with-parent";

export interface Watched {
  seen: Seen;
  /** The console's text, without control sequences. */
  console: string;
  /** Seconds from power-on to the login prompt. */
  loginSeconds?: number;
  /**
   * `complete`: everything expected was seen. `dead`: the console shows a failure. `stopped`: the machine shut down
   * or restarted. `silent`: no output, not even from firmware. `broken`: QEMU could not run it. `late`: timeout.
   */
  end: "complete" | "dead" | "stopped" | "silent" | "broken" | "late" | "cancelled";
  /** QEMU's own error output. */
  complaint: string;
}

interface WatchOptions {
  program: string;
  args: readonly string[];
  /** Temporary files of the machine: removed even if this process is killed. */
  folder: string;
  /** True if everything expected was seen. */
  complete: (seen: Seen) => boolean;
  /** Timeout in seconds. */
  timeout: number;
  /** Seconds until the firmware's first output. */
  silence: number;
  signal?: AbortSignal;
  /** Called about twice a second with the console's last line. */
  onProgress?: (progress: { seconds: number; line: string }) => void;
}

/** Milliseconds between two reads of the console. */
const INTERVAL = 500;
/** A state that KVM cannot continue from; QEMU only pauses. */
const BROKEN = /KVM internal error|kvm run failed/;

/** Runs a machine until it has shown everything expected, or will not. It is terminated in any case. */
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
  let lastRaw = "";
  let console = "";
  let seen = readConsole("");

  /** Reads once; the end of the watch, or `undefined` to continue. */
  const look = (): Watched["end"] | undefined => {
    const seconds = (performance.now() - started) / 1000;
    if (raw !== lastRaw) {
      lastRaw = raw;
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

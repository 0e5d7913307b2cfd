import { setMaxListeners } from "node:events";

/** Ctrl-C, whoever ends the process (`kill`, a service manager, CI), and a terminal that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs work that the first of these signals stops in order. The second one ends the process at once. */
export async function onInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  // Each request under way listens to it, and there are more than ten of them on purpose.
  setMaxListeners(0, stopping.signal);
  const forget = () => SIGNALS.forEach((name) => process.off(name, stop));
  const stop = () => {
    forget();
    stopping.abort();
  };
  SIGNALS.forEach((name) => process.on(name, stop));
  try {
    return await work(stopping.signal);
  } finally {
    forget();
  }
}

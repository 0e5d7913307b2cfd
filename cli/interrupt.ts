import { setMaxListeners } from "node:events";

/** Ctrl-C, a terminating process (`kill`, a service manager, CI), and a closed terminal. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs work that the first of these signals stops gracefully. The second ends the process at once. */
export async function onInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  // Each concurrent request adds a listener, deliberately more than ten.
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

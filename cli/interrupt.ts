import { setMaxListeners } from "node:events";

/** Runs work that a Ctrl-C stops in order. */
export async function onInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  // Each request under way listens to it, and there are more than ten of them on purpose.
  setMaxListeners(0, stopping.signal);
  const stop = () => stopping.abort();
  process.once("SIGINT", stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off("SIGINT", stop);
  }
}

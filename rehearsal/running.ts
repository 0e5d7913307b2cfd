import type { InventoryItem, RunningCloud } from "./cloud";

/** All stand-in clouds, running in this process. */
export interface Rehearsal {
  readonly clouds: Record<string, RunningCloud>;
  environment(): Record<string, string>;
  inventory(): Promise<InventoryItem[]>;
  /** Bytes received by each cloud so far, including headers. */
  received(): Promise<Record<string, number>>;
  stop(): Promise<void>;
  /** Settles when it has stopped, for any reason. */
  readonly stopped: Promise<void>;
}

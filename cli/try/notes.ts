import type { Cloud } from "../../facts/clouds";
import type { OwnDisk } from "./disk";

/** Recorded facts of a try. */
export interface Notes {
  readonly cloud: Cloud;
  /** Name of the product, the stack and everything created: `try-0f3a9c1e`. */
  readonly name: string;
  /** The first is the home region. */
  readonly regions: readonly string[];
  /** AWS's account, Google Cloud's project or Azure's subscription. */
  readonly account?: string;
  /** Absent: the demo disk. */
  readonly disk?: OwnDisk;
  readonly passphrase: string;
  readonly transcript: string;
  /** Its process, and the engine's. */
  readonly pid: number;
  readonly engine?: number | undefined;
  /** Start times of these: pids are reused. */
  readonly since?: string | undefined;
  readonly engineSince?: string | undefined;
}

import type { AskedRights } from "./asked-rights";
import type { Pace } from "./pace";

/** What one stand-in cloud is given when it is started. */
export interface CloudOptions {
  /** This cloud's own state folder; it survives a restart. The stand-in makes it if it is missing. */
  readonly directory: string;
  /** Factor on every delay of the cloud: 0 = everything at once, 1 = the delays a person would notice; `recorded` = the times of real clouds. */
  readonly pace: Pace;
  /** The port used last time, so that shell exports stay true after a restart; 0 or absent = any free one. */
  readonly port?: number;
  /** Told one line per thing worth knowing (a request, a fault); absent = quiet. */
  readonly log?: (line: string) => void;
}

/** A stand-in cloud that is listening. */
export interface RunningCloud {
  readonly port: number;
  /** What a shell needs to reach this cloud with clients that nobody adapted. */
  environment(): Record<string, string>;
  /** Everything that any account holds in this cloud. */
  inventory(): Promise<InventoryItem[]>;
  /** What its callers needed rights for since it was started. */
  rights(): AskedRights[];
  /**
   * Makes the cloud misbehave, or changes by hand what only the cloud can change (a quota, a corrupt block). The shape
   * of a fault is the cloud's own; one it does not know is refused with a message that names what it does know.
   */
  fault?(fault: unknown): Promise<unknown>;
  /** Closes the port and writes what is not on disk yet. */
  stop(): Promise<void>;
}

/** One thing that an account holds. */
export interface InventoryItem {
  readonly cloud: string;
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly id: string;
  readonly name?: string;
  readonly state?: string;
  /** Bytes of data held for it, holes left out. */
  readonly bytes?: number;
}

/** The one function that a cloud's `index.ts` must export, under the name `start`. */
export type StartCloud = (options: CloudOptions) => Promise<RunningCloud>;

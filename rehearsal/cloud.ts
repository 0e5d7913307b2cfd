import type { AskedRights } from "./asked-rights";
import type { Pace } from "./pace";

/** Options of a stand-in cloud. */
export interface CloudOptions {
  /** This cloud's own state folder; survives a restart. Created if missing. */
  readonly directory: string;
  /**
   * Factor on every delay of the cloud: 0 = none, 1 = noticeable to a person; `recorded` = the times of real clouds.
   */
  readonly pace: Pace;
  /** The last port used, so that shell exports stay valid after a restart; 0 or absent = any free one. */
  readonly port?: number;
  /** Receives a line per event (a request, a fault); absent = quiet. */
  readonly log?: (line: string) => void;
}

/** A stand-in cloud that is listening. */
export interface RunningCloud {
  readonly port: number;
  /** Environment for unmodified clients of this cloud. */
  environment(): Record<string, string>;
  /** Everything in any account of this cloud. */
  inventory(): Promise<InventoryItem[]>;
  /**
   * Rights required by its callers since its start.
   *
   * @param forget begins anew afterwards
   */
  rights(forget?: boolean): AskedRights[];
  /**
   * Makes the cloud misbehave, or changes what only the cloud can change (a quota, a corrupt block). Faults are
   * specific to the cloud; an unknown one is refused with a list of the known ones.
   */
  fault?(fault: unknown): Promise<unknown>;
  /** Bytes received so far by a process of its own, which serves a part of the cloud. */
  receivedByChild?(): Promise<number>;
  /** Closes the port and flushes the state to disk. */
  stop(): Promise<void>;
}

/** One object of an account. */
export interface InventoryItem {
  readonly cloud: string;
  readonly account: string;
  readonly region: string;
  readonly kind: string;
  readonly id: string;
  readonly name?: string;
  readonly state?: string;
  /** Bytes of its data, without holes. */
  readonly bytes?: number;
}

/** The one export of a cloud's `index.ts`, named `start`. */
export type StartCloud = (options: CloudOptions) => Promise<RunningCloud>;

import type { Contestant } from "./measure";
import type { Input } from "./inputs";

/** One job, done by this project and by the tool that people use for it, on the same input. */
export interface Row {
  /** For `--only`. */
  readonly name: string;
  readonly job: string;
  readonly anchor: string;
  /** What the ratio of the medians of wall time is to be at most. */
  readonly goal?: number;
  /** Absent: it needs none. */
  readonly input?: Input;
  /** Programs that the anchor needs, in anchors.ts. */
  readonly needs?: readonly string[];
  readonly prepare: (place: Place) => Promise<Prepared> | Prepared;
}

/** Where a row works. */
export interface Place {
  /** The raw disk; empty for a row without one. */
  readonly disk: string;
  /** Path of the same data without holes; made when it is first asked for. */
  readonly dense: () => string;
  /** An empty folder, removed afterwards. */
  readonly scratch: string;
  /** Path of an anchor's program. */
  readonly program: (name: string) => string;
}

interface Prepared {
  readonly ours: Contestant;
  readonly theirs: Contestant;
  /** A remark about the results, e.g. sizes. */
  readonly note?: () => string;
  readonly end?: () => Promise<void>;
}

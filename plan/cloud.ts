import type { Ledger } from "../config/ledger";
import type { Interpreter } from "./interpret";
import type { Step } from "./preview";
import type { Standings } from "./standing";
import type { Statement } from "./statement";
import type { Subject } from "./subject";

/** How a preview is interpreted on one cloud: `<cloud>/index.ts` has one for each. */
export interface CloudStatements {
  /** Interpreters, by resource type. */
  readonly objects: Readonly<Record<string, Interpreter>>;
  /** The object that a closing closes, in plain words; by resource type. */
  readonly closes: Readonly<Record<string, string>>;
  /** Numbers above the cloud's default quotas. Absent: none is known. */
  readonly limits?: (old: Ledger, now: Ledger) => Statement[];
  /** Changes of a pointer that the cloud moves by itself. Absent: there is none. */
  readonly latest?: (
    steps: readonly Step[],
    subjectOf: (step: Step) => Subject,
    standings: Standings,
  ) => Statement[];
}

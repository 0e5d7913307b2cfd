import type { Command } from "commander";
import { PLAN_EXIT } from "../plan/outcome";

/** A command's output: results to stdout, everything else to stderr. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Time of the last output, else of the process's start, milliseconds since 1970. Default: now. */
  readonly saidAt?: () => number;
  /** True if stderr is a terminal: shows progress. */
  readonly interactive: boolean;
  /** True if stdout is a terminal with bold and colours. Default: false. */
  readonly styled?: boolean;
  /** Shows one line at the terminal until the next output; "" clears it. Absent: no terminal. */
  readonly transient?: (line: string) => void;
  /** Asks the user at the terminal. Absent: non-interactive. */
  readonly ask?: (question: string) => Promise<string>;
  /** The exit code of normal completion. Default: 0. */
  readonly exitWith: (code: ExitCode) => void;
}

export const EXIT = {
  ...PLAN_EXIT,
  ok: 0,
  /** Done or attempted, with a problem. */
  problem: 1,
  usage: 2,
  /** Differences that the next `up` or `--delete` repairs. */
  drift: 3,
  /** Differences that need manual action. */
  lastingDrift: 4,
  /** Changes proposed, not made. */
  proposed: 3,
  /** `withdraw`: some place is still open, or could not be checked. */
  open: 3,
  /** `verify`: different from the record, or in no record. */
  notGenuine: 3,
  /** `verify`: matches the record, but withdrawn, deprecated or replaced. */
  notCurrent: 4,
  /** `stale`: newer packages, none of them from security. */
  stale: 3,
  /** `stale`: newer packages from security. */
  insecure: 4,
  /** `boot`: the boot failed. */
  failed: 3,
  /** The stack is being updated by someone else, or by a machine that cannot be checked. */
  held: 14,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Exports of `cli/<command>.ts`. Loaded when the command is used, so its imports may be heavy. */
export interface CommandModule {
  command(io: Io): Command;
}

import type { Command } from "commander";

/** Where a command speaks to: results to stdout, everything else to stderr. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** When something was said last, or else the process began, milliseconds since 1970. Default: now. */
  readonly saidAt?: () => number;
  /** Whether somebody watches stderr: progress is for people. */
  readonly interactive: boolean;
  /** Whether stdout is a terminal that shows bold and colours. Default: false. */
  readonly styled?: boolean;
  /** Asks whoever sits at the terminal. Absent: nobody does. */
  readonly ask?: (question: string) => Promise<string>;
  /** The exit code when nothing is thrown. Default: 0. */
  readonly exitWith: (code: ExitCode) => void;
}

export const EXIT = {
  ok: 0,
  /** What was asked for was done or tried, and something is wrong. */
  problem: 1,
  usage: 2,
  /** What was asked about differs from what it should be, and the next `up` or `--delete` makes it right. */
  drift: 3,
  /** It differs, and somebody has to act. */
  lastingDrift: 4,
  /** Something is proposed that was not done. */
  proposed: 3,
  /** `withdraw`: somewhere it is still open, or could not be asked for. */
  open: 3,
  /** `verify`: not what the record says, or in no record. */
  notGenuine: 3,
  /** `verify`: what the record says, and withdrawn, deprecated or replaced. */
  notCurrent: 4,
  /** `boot`: what was tried did not pass. */
  failed: 3,
  /** `plan`: changes that nobody outside notices. */
  unnoticed: 10,
  /** `plan`: something becomes visible, or is shared more widely. */
  visible: 11,
  /** `plan`: something is narrowed, withdrawn, deprecated, replaced or deleted. */
  harmful: 12,
  /** Guarded changes that nothing names. */
  unnamed: 13,
  /** Somebody else updates the stack, or a machine that cannot be asked did. */
  held: 14,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What `cli/<command>.ts` exports. It is imported when the command is used, so it may import what it needs. */
export interface CommandModule {
  command(io: Io): Command;
}

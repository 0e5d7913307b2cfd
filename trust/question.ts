import type { Records } from "./records";

/** A query about an image in a cloud, with the asker's own credentials. */
export interface Question {
  /** As given by the user. */
  id: string;
  records: Records;
  /** Also read its bytes, through a copy in the asker's account. */
  bytes: boolean;
  /** File of the block map, with `bytes`. Default: the one beside the record, if any. */
  blockMap?: string;
  signal: AbortSignal;
  /** Transient progress. */
  status: (line: string) => void;
  /** A retried call, also reported without progress display. */
  retrying: (line: string) => void;
}

/** Reported if `bytes` were requested but not needed for the answer. */
export const BYTES_NOT_READ = "its bytes were not read";

/** A past date as a reason; empty for a future one. */
export function datePassed(what: string, date: string | undefined, now: number): string[] {
  return date !== undefined && Date.parse(date) <= now ? [`${what} ${date}`] : [];
}

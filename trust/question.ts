import type { Records } from "./records";

/** A question about an image in a cloud, asked with the asker's own credentials. */
export interface Question {
  /** As the user wrote it. */
  id: string;
  records: Records;
  /** Also read its bytes, over a copy in the asker's own account. */
  bytes: boolean;
  /** File of the block map, with `bytes`. Default: the one that lies beside the record, if it does. */
  blockMap?: string;
  signal: AbortSignal;
  /** Progress, shown and forgotten. */
  status: (line: string) => void;
  /** A call that is tried again: said to those who watch no progress, too. */
  retrying: (line: string) => void;
}

/** Said whenever `bytes` were asked for and the answer was there without them. */
export const UNREAD = "its bytes were not read";

/** A date that has come, said as a reason; nothing when it has not. */
export function past(what: string, date: string | undefined, now: number): string[] {
  return date !== undefined && Date.parse(date) <= now ? [`${what} ${date}`] : [];
}

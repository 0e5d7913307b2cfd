import type { Records } from "./records";

/** A question about an image in a cloud, asked with the asker's own credentials. */
export interface Question {
  /** As the user wrote it. */
  id: string;
  records: Records;
  /** Also read its bytes, over a copy in the asker's own account. */
  bytes: boolean;
  signal: AbortSignal;
  /** Progress, shown and forgotten. */
  status: (line: string) => void;
}

/** A date that has come, said as a reason; nothing when it has not. */
export function past(what: string, date: string | undefined, now: number): string[] {
  return date !== undefined && Date.parse(date) <= now ? [`${what} ${date}`] : [];
}

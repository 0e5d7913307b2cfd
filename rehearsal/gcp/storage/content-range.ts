import { invalid } from "../errors";

/** Range of a request to a resumable session. */
export interface ContentRange {
  /** Absent: a status query without bytes. */
  start?: number;
  /** Last byte, if given. */
  last?: number;
  /** Size of the whole object, if known. */
  total?: number;
  /** The upload ends with this request: the total is known and reached, or the object ends with the body. */
  openEnded: boolean;
}

/**
 * Reads `Content-Range` as resumable uploads use it: `bytes 0-524287/*`, `bytes 524288-999999/1000000`, `bytes 0-*\/*`
 * (as far as the body goes), `bytes *\/1000000` and `bytes *\/*` (status). No header: the whole object.
 * https://cloud.google.com/storage/docs/performing-resumable-uploads
 */
export function parseContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { start: 0, openEnded: true };
  const match = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim());
  if (!match) throw invalid(`Failed to parse Content-Range header: ${header}`);
  const [, start, last, total] = match;
  const range: ContentRange = { openEnded: last === "*" && total === "*" };
  if (start !== undefined) range.start = Number(start);
  if (last !== undefined && last !== "*") range.last = Number(last);
  if (total !== undefined && total !== "*") range.total = Number(total);
  if (range.last !== undefined) {
    const backwards = range.last < (range.start ?? 0);
    if (backwards || (range.total !== undefined && range.last >= range.total)) {
      throw invalid(`Invalid Content-Range header: ${header}`);
    }
  }
  return range;
}

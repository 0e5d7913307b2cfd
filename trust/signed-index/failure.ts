/** Meaning of a failure of TUF's client, with the cure. */
import { reasonOf, TrustProblem } from "../problem";
import { parseMetadata } from "./metadata";

interface Circumstances {
  readonly place: string;
  /** The timestamp that came, as text. It is signed, where it is only expired. */
  readonly timestamp?: string;
  /** The one of an earlier run. */
  readonly seen?: string;
  readonly now: Date;
}

/** Names and messages of `tuf-js` 4.1.0 (dist/error.js, dist/store.js) and `@tufjs/models` 4.1.0; those inside of others are text only. */
export function explain(error: unknown, { place, timestamp, seen, now }: Circumstances): string {
  if (error instanceof TrustProblem) return error.message;
  const text = `${error instanceof Error ? error.constructor.name : ""} ${reasonOf(error)}`;
  if (/expired/i.test(text)) return `${place}: ${expiredIs(text, timestamp, now)}`;
  if (/less than current version/.test(text))
    return (
      `${place}: an older index than this machine saw before${versionIn(seen)} is shown as the newest: somebody rolled it back, ` +
      "or the publisher restored an old copy; do not believe it, and ask the publisher"
    );
  if (/Unsigned|was signed by \d+\/\d+ keys/.test(text))
    return `${place}: the index is not signed by the keys that your root names (${reasonOf(error)}); is it the index of this root? Else ask the publisher for their newest root`;
  if (/LengthOrHashMismatch|doesn't match timestamp|Expected (hash|length) /.test(text))
    return `${place}: the files of the index do not belong together (${reasonOf(error)}): an upload was stopped half-way, or somebody mixed two versions; run it again in a minute, and then ask the publisher`;
  if (/DownloadLengthMismatch|Max length/i.test(text))
    return `${place}: a file of the index is far larger than one can be; is this the right address?`;
  if (/DownloadHTTPError|is not there|server answered/.test(text))
    return `${place}: a file of the index is missing (${reasonOf(error)}): the address is wrong, or an upload was stopped half-way; check --index, or run it again in a minute`;
  return `${place}: what is there is no index that your root vouches for (${reasonOf(error)}); check --index and --root`;
}

/** In tuf-js: `Final root.json is expired`, `snapshot.json is expired`, `targets.json is expired`, `Final timestamp.json is expired`. */
function expiredIs(text: string, timestamp: string | undefined, now: Date): string {
  const clock = `by this machine's clock (${now.toISOString()})`;
  const [, role] = /(snapshot|targets|root)\.json is expired/.exec(text) ?? [];
  if (role === "root")
    return `the root of the index is expired, ${clock}: ask the publisher for their newest root`;
  const expires =
    timestamp === undefined
      ? ""
      : ` (good until ${parseMetadata("timestamp", timestamp, "timestamp").signed.expires})`;
  const what = role === undefined ? `the index is expired${expires}` : `the ${role} of the index is expired`;
  return (
    `${what}, ${clock}: the publisher signed no newer one, or somebody ` +
    "keeps it from you; ask the publisher, or look at the clock"
  );
}

function versionIn(seen: string | undefined): string {
  if (seen === undefined) return "";
  return ` (version ${parseMetadata("timestamp", seen, "timestamp").signed.version})`;
}

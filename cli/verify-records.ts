/** Evidence that `imprimatur verify` compares an image with: records, and the publisher's index. */
import type { Records } from "../trust/records";
import type { OpenedIndex } from "../trust/signed-index/client";
import { onInterrupt } from "./interrupt";
import type { Io } from "./io";
import { Refusal } from "./problem";
import { recordsOfIndex, trustedRecords } from "./trusted-records";
import { isIndexed } from "./verify-index";
import type { Kind, Options } from "./verify-options";
import { whileWaiting } from "./waiting";

/* eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when used: TUF's client takes a quarter of a second */
const anchor = () => require("./signed-index/anchor") as typeof import("./signed-index/anchor");

interface Held {
  readonly records: Records;
  readonly index?: OpenedIndex;
}

/** @throws {TrustProblem} when no record, or no index, can be trusted */
export async function readHeld(kind: Kind | "system", options: Options, io: Io): Promise<Held> {
  if (!isIndexed(options)) return { records: await trustedRecords(options, io) };
  const { record, records, product } = options;
  const asking = { ...(product !== undefined && { product }) };
  const index = await whileWaiting(io, "waiting for the publisher's index", () =>
    onInterrupt((signal) => anchor().openAnchored(options, { signal, ...asking })),
  );
  if (record === undefined && records === undefined) {
    const versions = kind === "disk" ? [releaseOf(options, index)] : undefined;
    return { index, records: await recordsOfIndex(index, options, versions, io) };
  }
  return { index, records: await trustedRecords(options, io, index.list.signers) };
}

/** A disk is compared with one release: the one that is named, or the newest. */
function releaseOf({ release, architecture }: Options, { list, place }: OpenedIndex): string {
  if (release !== undefined) {
    if (list.releases.some(({ version }) => version === release)) return release;
    const known = list.releases.map(({ version }) => version).slice(0, 5);
    throw new Refusal(
      `--release ${release}: the index ${place} knows no such release of ${list.product}; it knows ${known.join(", ") || "none"}`,
    );
  }
  const newest = list.newest.find(
    (one) => one.variant === undefined && (architecture === undefined || one.architecture === architecture),
  );
  if (newest) return newest.version;
  throw new Refusal(
    `the index ${place} offers no release of ${list.product} now; say which one with --release`,
  );
}

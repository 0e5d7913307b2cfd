/** Whether a genuine image is what its publisher offers now: a verdict held against the publisher's signed index. */
import { ARCHITECTURES } from "../../config/release";
import { TrustProblem } from "../problem";
import type { Verdict } from "../verdict";
import type { OpenedIndex } from "./client";
import { type IndexedRelease, isOffered, newerIn } from "./release-list";

/** Added to an answer that was found without an index. */
const UNKNOWN =
  "without --trust or --index nothing tells of a withdrawal, a newer release or a newer record that you were not given";

/**
 * An answer by records alone, with what it cannot know.
 *
 * @param unknown the same in the words of a question that takes no index
 */
export function withoutIndex(verdict: Verdict, unknown = UNKNOWN): Verdict {
  if (verdict.answer === "not-genuine") return verdict;
  return { ...verdict, notes: [...verdict.notes, unknown] };
}

/**
 * Bad news of an index counts however old it is: a withdrawal is final. Good news only while it is good.
 *
 * @throws {TrustProblem} when the image is genuine, and nothing says that it is still current
 */
export function heldAgainst(verdict: Verdict, index: OpenedIndex, now: Date): Verdict {
  const { place, version, expires, fetchedOn, outdated, list } = index;
  const about = { place, version, expires, ...(fetchedOn !== undefined && { fetchedOn }) };
  const known = { ...verdict, notes: [...verdict.notes, ...index.notes], index: about };
  if (verdict.answer === "not-genuine" || verdict.release === undefined) return known;
  const { release } = verdict;
  if (release.product !== list.product)
    return wrong(known, `it is an image of ${release.product}, and the index is that of ${list.product}`);
  const entry = list.releases.find((other) => other.version === release.version);
  const old = entry === undefined ? [] : oldIn(entry, verdict, index, now);
  if (old.length > 0) {
    const reasons = [...new Set([...old, ...verdict.reasons])];
    return { ...known, answer: "not-current", reasons, notes: [...known.notes, ...also(outdated)] };
  }
  if (outdated !== undefined)
    throw new TrustProblem(
      `it matches its record (${release.product} ${release.version}), and whether it is current is not known: ${outdated}`,
    );
  if (entry === undefined)
    return wrong(
      known,
      `the publisher's index of ${list.madeOn} knows no release ${release.version}: its record is signed, and the publisher does not stand by it`,
    );
  return known;
}

function also(outdated: string | undefined): string[] {
  return outdated === undefined ? [] : [outdated];
}

function wrong(verdict: Verdict, reason: string): Verdict {
  return { ...verdict, answer: "not-genuine", reasons: [reason, ...verdict.reasons] };
}

/** Reasons why the release is no longer to be used, by the index. */
function oldIn(
  entry: IndexedRelease,
  { release }: Verdict,
  { list, digests, place }: OpenedIndex,
  now: Date,
): string[] {
  const architecture = ARCHITECTURES.find((known) => known === release?.architecture);
  const newer = newerIn(list, entry, { architecture, now });
  const signed = digests.get(entry.record);
  const isOther = release?.recordSha256 !== undefined && signed !== release.recordSha256;
  return [
    ...stateReasons(entry, now),
    ...(isOther
      ? [
          `its record was replaced by another (${place}: ${entry.record}, SHA-256 ${signed}); check it with that one`,
        ]
      : []),
    ...(newer ? [`${newer.version} is out, by the publisher's index`] : []),
  ];
}

function stateReasons(entry: IndexedRelease, now: Date): string[] {
  const { state, reason, withdrawnOn, endOfLife } = entry;
  const why = reason === undefined ? ", and the publisher gives no reason" : `, because: ${reason}`;
  if (state === "withdrawn") return [`withdrawn${withdrawnOn ? ` on ${withdrawnOn}` : ""}${why}`];
  if (state === "deprecated")
    return [`deprecated by its publisher${reason === undefined ? "" : `, because: ${reason}`}`];
  if (state === "deleted") return ["its publisher has deleted it"];
  return isOffered(entry, now) ? [] : [`its support ended on ${endOfLife}`];
}

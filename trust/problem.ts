/** Something that was to be trusted cannot be: what, where, why, in one sentence with the cure. */
export class TrustProblem extends Error {
  override name = "TrustProblem";
}

/** What was asked about cannot be the id of anything: wrong usage, and no word about an image. */
export class MalformedId extends TrustProblem {
  override name = "MalformedId";
}

/** What a library threw, in its innermost words, on one line. */
export function reasonOf(error: unknown): string {
  const { message = String(error), cause } = error as { message?: string; cause?: unknown };
  const inner = cause instanceof Error ? cause.message : message;
  return inner.replace(/\s+/g, " ").trim().slice(0, 300);
}

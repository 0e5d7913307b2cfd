/** A failure of trust: what, where, why, in one sentence with the cure. */
export class TrustProblem extends Error {
  override name = "TrustProblem";
}

/** Not a valid id: a usage error rather than a verdict. */
export class MalformedId extends TrustProblem {
  override name = "MalformedId";
}

/** The innermost message of a library's error, on one line. */
export function reasonOf(error: unknown): string {
  const { message = String(error), cause } = error as { message?: string; cause?: unknown };
  const inner = cause instanceof Error ? cause.message : message;
  return inner.replace(/\s+/g, " ").trim().slice(0, 300);
}

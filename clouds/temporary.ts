/** What is made in somebody's account for a moment only. */
import { CloudFailure, failedWith } from "./failure";

export interface Temporary {
  /** `snapshot snap-1 in eu-west-1`. */
  what: string;
  /** Takes it away, in whatever state it is; one that is gone is fine. Not stopped by what stops the work. */
  remove: () => Promise<void>;
  /** How to take it away by hand. */
  cure: string;
}

/**
 * Work on something that was made for it, and that is taken away whatever becomes of the work.
 *
 * @throws {CloudFailure} it is left over: that comes before what the work threw, which is said too
 */
export async function withTemporary<T>(
  { what, remove, cure }: Temporary,
  work: () => Promise<T>,
): Promise<T> {
  const [done] = await Promise.allSettled([work()]);
  const [removed] = await Promise.allSettled([remove()]);
  if (removed.status === "rejected") {
    const reason = removed.reason as unknown;
    const before = done.status === "rejected" ? `${messageOf(done.reason)}; and ` : "";
    const kind = reason instanceof CloudFailure ? reason.kind : "refused";
    throw new CloudFailure(kind, `${before}the temporary ${what} is left over (${messageOf(reason)})`, {
      cure,
    });
  }
  if (done.status === "fulfilled") return done.value;
  const failure = done.reason as unknown;
  if (failedWith(failure, "cancelled")) throw failure.noting(`the temporary ${what} was deleted`);
  throw failure;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Temporary objects in a user's account. */
import { CloudFailure, failedWith } from "./failure";

interface Temporary {
  /** `snapshot snap-1 in eu-west-1`. */
  what: string;
  /** Deletes it in any state; a missing one is fine. Not cancelled together with the work. */
  remove: () => Promise<void>;
  /** How to delete it manually. */
  cure: string;
}

/**
 * Runs work on a temporary object, which is deleted in any case.
 *
 * @throws {CloudFailure} when it is left over: takes precedence over the work's error, which is included
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

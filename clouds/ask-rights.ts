/**
 * Queries a cloud beforehand for rights that the publisher lacks. Optional: a failure is reported in one sentence.
 */
import { failedWith } from "./failure";
import type { Permission } from "./permissions";
import { BRISK, type RetryPolicy } from "./retry";

/** Two attempts of ten seconds: the publication does not depend on the answer. */
export const ASKING: RetryPolicy = { ...BRISK, attempts: 2, timeout: 10_000 };

export interface Rights {
  /** Missing rights that make the publication fail. */
  readonly problems: string[];
  /** Missing rights that make later operations fail, or that could not be queried. */
  readonly warnings: string[];
}

/**
 * @param warning if the query fails
 * @throws {CloudFailure} `cancelled`, and nothing else
 */
export async function askRights(
  ask: () => Promise<Rights>,
  warning = "which rights are missing could not be asked, so a missing one shows only when it is used",
): Promise<Rights> {
  try {
    return await ask();
  } catch (error) {
    if (failedWith(error, "cancelled")) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { problems: [], warnings: [`${warning} (${reason})`] };
  }
}

/**
 * @param who the publisher by the cloud's name
 * @param where scope of the missing rights: `account 111111111111`, `gs://bucket`
 * @param cure what to grant, and to whom
 */
export function missingRights(
  who: string,
  where: string,
  missing: readonly Permission[],
  cure: string,
): string {
  const each = missing.map(({ name, calls }) => `${name} (${calls.join(", ")})`);
  return `${who} may not, on ${where}: ${each.join("; ")}; ${cure}`;
}

/** A right needed now is a problem; one for deletions only is a warning; an optional one is ignored. */
export function sortRights(
  denied: readonly Permission[],
  say: (some: readonly Permission[]) => string,
): Rights {
  const missing = denied.filter(({ optional }) => optional === undefined);
  const later = missing.filter(({ purposes }) => !purposes.some((purpose) => NOW.has(purpose)));
  const now = missing.filter((permission) => !later.includes(permission));
  return {
    problems: now.length > 0 ? [say(now)] : [],
    warnings: later.length > 0 ? [`deleting what is published will be refused: ${say(later)}`] : [],
  };
}

const NOW = new Set(["publish", "share", "point", "place", "boot check", "sign"]);

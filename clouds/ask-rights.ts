/** Asking a cloud beforehand which rights the publisher lacks. It only ever helps: when it fails, that is one sentence. */
import { failedWith } from "./failure";
import type { Permission } from "./permissions";
import { BRISK, type RetryPolicy } from "./retry";

/** Two tries of ten seconds: the work itself does not wait for an answer that it can do without. */
export const ASKING: RetryPolicy = { ...BRISK, attempts: 2, timeout: 10_000 };

export interface Rights {
  /** Without which the publication fails. */
  readonly problems: string[];
  /** Without which something fails later, or what could not be asked. */
  readonly warnings: string[];
}

/** @throws {CloudFailure} `cancelled`, and nothing else */
export async function askRights(ask: () => Promise<Rights>): Promise<Rights> {
  try {
    return await ask();
  } catch (error) {
    if (failedWith(error, "cancelled")) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problems: [],
      warnings: [
        `which rights are missing could not be asked, so a missing one shows only when it is used (${reason})`,
      ],
    };
  }
}

/**
 * @param who as the cloud names the publisher
 * @param where what the rights are missing on: `account 111111111111`, `gs://bucket`
 * @param cure what to give, and to whom
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

/** What is needed now is a problem; what only a deletion needs will be missed later; what is optional is not missed. */
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

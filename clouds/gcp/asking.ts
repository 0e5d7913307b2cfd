/** Preflight checks that, if they cannot be made, do not stop the publication. */
import { CloudFailure } from "../failure";

export interface Findings {
  /** Each with its cure; any of them means that the publication would fail. */
  readonly problems: readonly string[];
  /** Checks that could not be made. */
  readonly warnings: readonly string[];
}

/**
 * @param ask returns the problems
 * @param judge converts a failed query to a problem or a warning
 * @throws {CloudFailure} `cancelled`, and no other cloud failure
 */
export async function asking(
  ask: () => Promise<readonly string[]>,
  judge: (failure: CloudFailure) => { readonly problem?: string; readonly warning?: string },
): Promise<Findings> {
  try {
    return { problems: await ask(), warnings: [] };
  } catch (error) {
    if (!(error instanceof CloudFailure) || error.kind === "cancelled") throw error;
    const { problem, warning } = judge(error);
    return {
      problems: problem === undefined ? [] : [problem],
      warnings: warning === undefined ? [] : [warning],
    };
  }
}

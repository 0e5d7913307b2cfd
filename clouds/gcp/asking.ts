/** Questions of the preflight whose failure stops nothing. */
import { CloudFailure } from "../failure";

export interface Findings {
  /** Each with its cure; any of them means that the publication would fail. */
  readonly problems: readonly string[];
  /** What could not be asked. */
  readonly warnings: readonly string[];
}

/**
 * @param ask answers with the problems
 * @param judge what a failure to ask says
 * @throws {CloudFailure} `cancelled`, and nothing else of a cloud
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

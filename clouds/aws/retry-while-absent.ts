import { failedWith } from "../failure";
import { wait } from "../retry";
import type { Session } from "./api/session";

/**
 * Milliseconds for which a new object may be reported as unknown: after RegisterImage, CopyImage and StartSnapshot
 * the endpoints disagree for up to two minutes (github.com/awslabs/coldsnap/issues/43); with a margin.
 */
export const ABSENT_LIMIT = 5 * 60_000;

const FIRST_POLL = 250;
const LONGEST_POLL = 10_000;

/**
 * Retries while the object is not visible, or is pending.
 *
 * @param limit milliseconds
 * @throws {CloudFailure} kind `absent` if it is still not visible
 */
export async function retryWhileAbsent<T>(
  session: Session,
  id: string,
  attempt: () => Promise<T>,
  limit = ABSENT_LIMIT,
): Promise<T> {
  let waited = 0;
  for (let pace = FIRST_POLL; ; pace = Math.min(LONGEST_POLL, pace * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (!failedWith(error, "absent") || waited + pace > limit) throw error;
      session.status(`${id} is not there yet`);
      await wait(session.policy, pace, session.signal);
      waited += pace;
    }
  }
}

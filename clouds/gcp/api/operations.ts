/** Changes of Compute Engine, which continue after the response to their request. */
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import { wait } from "../../retry";
import { computeEndpoint } from "./endpoints";
import { callGoogle, getGoogle, type GoogleSession } from "./session";

interface Operation {
  name: string;
  status: string;
  progress?: number;
  error?: { errors?: { code?: string; message?: string }[] };
  /** Of one that succeeds too (REST reference, globalOperations, `warnings[]`, read 2026-11-29). */
  warnings?: { code?: string; message?: string }[];
}

/** Six hours: an image of hundreds of GiB takes long, and the engine's own timeout, if set, ends it sooner. */
const OPERATION_LIMIT = 6 * 3_600_000;

/**
 * Sends a change to Compute Engine, and waits until it is done.
 *
 * @param accept statuses other than 2xx that count as success, and end the wait
 * @throws {CloudFailure} `refused`: the operation failed; `timeout`: it is not done after six hours
 */
export async function changeCompute(
  session: GoogleSession,
  what: string,
  project: string,
  method: "POST" | "PATCH" | "DELETE",
  url: string,
  json: object | undefined,
  accept: readonly number[] = [],
): Promise<void> {
  const answer = await callGoogle(session, what, { method, url, json, accept });
  if (accept.includes(answer.status)) return;
  let operation = jsonAnswer<Operation>(`${what} on Google Cloud`, answer.text);
  const self = `${computeEndpoint()}/projects/${encodeURIComponent(project)}/global/operations/${operation.name}`;
  let waited = 0;
  for (let pace = 250; operation.status !== "DONE"; pace = Math.min(5_000, pace * 1.5)) {
    if (waited > OPERATION_LIMIT)
      throw new CloudFailure("timeout", `${what} on Google Cloud: not done after 6 hours`);
    await wait(session.policy, pace, session.signal);
    waited += pace;
    session.status(`${operation.progress ?? 0} %, ${operation.status.toLowerCase()}: ${what}`);
    operation = await getGoogle<Operation>(session, `operations.get ${operation.name}`, self);
  }
  const [first] = operation.error?.errors ?? [];
  const warnings = (operation.warnings ?? []).map(({ code, message }) => `${code}: ${message}`);
  if (first)
    throw new CloudFailure(
      "refused",
      [`${what} on Google Cloud: ${first.code}: ${first.message}`, ...warnings].join("; "),
      { code: first.code },
    );
  for (const warning of warnings) session.warning?.(`${what}: Google warns: ${warning}`);
}

/**
 * Azure's asynchronous operations. There are two polling links: `Location` returns 202 until the end, and then the
 * response of the request itself; `Azure-AsyncOperation` returns 200 at once, with a status and, at the end, the
 * error's text. PUTs of galleries, definitions and versions return only the second
 * (learn.microsoft.com/azure/azure-resource-manager/management/async-operations; recordings of azure-cli,
 * test_gallery_e2e.yaml of 2023-06-25, both read 2026-11).
 */
import { CloudFailure } from "../../failure";
import { jsonAnswer } from "../../json-answer";
import { wait } from "../../retry";
import { type AzureAnswer, refusedByAzure } from "../failure";
import { type AzureRequest, type AzureSession, callAzure, linkOf } from "./session";

/** Two days: replications have taken more than one (github.com/Azure/azure-cli/issues/16632). */
export const OPERATION_LIMIT = 48 * 3_600_000;

/** If Azure sends no interval, as for the share action: short at first, then increasing. */
const FIRST_LOOK = 1_000;
const SLOWEST_LOOK = 15_000;

/**
 * Sends a request that may return "accepted", and waits for its completion.
 *
 * @returns the result's parsed body; `undefined` if there is none
 * @throws {CloudFailure} with the operation's own code and text if it failed
 */
export async function runOperation<T>(
  session: AzureSession,
  what: string,
  request: AzureRequest,
): Promise<T | undefined> {
  const begun = await callAzure(session, what, request);
  const text = (await finishOperation(session, what, begun)).body.toString("utf8");
  return text === "" ? undefined : jsonAnswer(`${what} on Azure`, text);
}

/**
 * Waits until the operation that a response started is done; a response without links is done already.
 *
 * @param progress shown between two polls, instead of "in progress"
 * @returns the last response
 */
export async function finishOperation(
  session: AzureSession,
  what: string,
  begun: AzureAnswer,
  progress: () => Promise<string> = () => Promise.resolve("in progress"),
): Promise<AzureAnswer> {
  const result = begun.headers.get("location");
  const status = begun.headers.get("azure-asyncoperation");
  // With 200 or 201, `Location` is the URL of the resource.
  const asksForResult = begun.status === 202 && result !== null;
  let link = asksForResult ? result : status;
  if (link === null) {
    if (begun.status !== 202) return begun;
    throw new CloudFailure("server", `${what} on Azure: accepted, without a link to follow`);
  }
  let answer = begun;
  let waited = 0;
  for (let look = FIRST_LOOK; ; look = Math.min(SLOWEST_LOOK, look * 1.5)) {
    const pace = Number(answer.headers.get("retry-after") ?? 0) * 1000 || look;
    await wait(session.policy, pace, session.signal);
    waited += pace;
    session.status(`${await progress()}: ${what}`);
    answer = await callAzure(session, what, { method: "GET", url: linkOf(link) });
    if (asksForResult ? answer.status !== 202 : isOver(what, answer)) return answer;
    if (asksForResult) link = answer.headers.get("location") ?? link;
    if (waited > OPERATION_LIMIT)
      throw new CloudFailure("timeout", `${what} on Azure: not done after 48 hours`);
  }
}

interface OperationStatus {
  readonly status?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** @throws {CloudFailure} for an operation that did not succeed */
function isOver(what: string, answer: AzureAnswer): boolean {
  if (answer.status === 202) return false;
  const text = answer.body.toString("utf8");
  const told: OperationStatus = text === "" ? {} : jsonAnswer(`${what} on Azure`, text);
  const { status = "Succeeded", error } = told;
  if (/^succeeded$/i.test(status)) return true;
  // Only these three are final (see the page above).
  if (!/^(failed|canceled)$/i.test(status)) return false;
  const body = Buffer.from(JSON.stringify({ error: { code: status, ...error } }));
  throw refusedByAzure(what, { ...answer, body });
}

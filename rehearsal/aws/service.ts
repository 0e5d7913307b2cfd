import { AwsError } from "./protocol/errors";
import type { RawRequest } from "./protocol/request";
import type { Call } from "./call";

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** Why nobody stands behind a request. */
export type AuthProblem =
  "no-signature" | "unknown-key" | "wrong-signature" | "expired" | "body-differs" | "region";

/** One web service of AWS: its way of writing requests, answers and errors down. */
export interface Service {
  /** The action that a request names; empty when it names none. */
  action(request: RawRequest): string;
  /** @throws AwsError for all that the service refuses. */
  answer(request: RawRequest, action: string, call: Call): Promise<Answer>;
  refuse(error: unknown, requestId: string): Answer;
  /** The service's own words for a caller it does not believe. */
  unauthenticated(problem: AuthProblem): AwsError;
}

/** The parts of an error that a client is told; a mistake of our own becomes the service's internal error. */
export function failure(error: unknown, internalCode: string, internalStatus: number) {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError(internalCode, `The stand-in failed: ${message}`, internalStatus);
}

import { AwsError } from "./protocol/errors";
import type { RawRequest } from "./protocol/request";
import type { Call } from "./call";

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Buffer;
}

/** Reason of a failed authentication. */
export type AuthProblem =
  "no-signature" | "unknown-key" | "wrong-signature" | "expired" | "body-differs" | "region";

/** One web service of AWS: its encoding of requests, responses and errors. */
export interface Service {
  /** The request's action; empty if it names none. */
  action(request: RawRequest): string;
  /** @throws AwsError for everything the service refuses */
  answer(request: RawRequest, action: string, call: Call): Promise<Answer>;
  refuse(error: unknown, requestId: string): Answer;
  /** The service's error for a failed authentication. */
  unauthenticated(problem: AuthProblem): AwsError;
}

/** The parts of an error returned to a client; a bug of ours becomes the service's internal error. */
export function failure(error: unknown, internalCode: string, internalStatus: number) {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError(internalCode, `The stand-in failed: ${message}`, internalStatus);
}

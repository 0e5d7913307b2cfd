/** Google's errors by kind, in words: which call, Google's own reason and message, and the cure where one is known. */
import { CloudFailure, type FailureKind, statusKind, transportKind } from "../failure";

/** Reasons that say more than the status. cloud.google.com/storage/docs/json_api/v1/status-codes, read 2026-11. */
const REASONS: Readonly<Record<string, FailureKind>> = {
  rateLimitExceeded: "throttled",
  userRateLimitExceeded: "throttled",
  quotaExceeded: "refused",
  resourceNotReady: "busy",
  resourceInUseByAnotherResource: "busy",
  backendError: "server",
  internalError: "server",
  accessNotConfigured: "refused",
  // The token is for other services: whoever it belongs to may be allowed all of this.
  insufficientPermissions: "unauthenticated",
};

const CURES: Partial<Record<string, string>> = {
  authError: "log in again (`gcloud auth application-default login`), or set GOOGLE_OAUTH_ACCESS_TOKEN anew",
  insufficientPermissions:
    "log in again with the scope cloud-platform (`gcloud auth application-default login`)",
  forbidden: "give the publisher's account the role; docs/provider.md has the list",
  accessNotConfigured: "enable the API in the project: `gcloud services enable compute.googleapis.com`",
  quotaExceeded: "ask Google for a higher quota",
};

export interface GoogleAnswer {
  status: number;
  headers: Headers;
  text: string;
}

/** A refusal that came as an HTTP answer. */
export function refusedByGoogle(what: string, answer: GoogleAnswer): CloudFailure {
  const { reason, message } = readError(answer.text);
  const kind = REASONS[reason ?? ""] ?? statusKind(answer.status);
  const seconds = Number(answer.headers.get("retry-after"));
  const cure =
    CURES[reason ?? ""] ??
    (answer.status === 401 ? CURES.authError : answer.status === 403 ? CURES.forbidden : undefined);
  const said = [reason ?? `HTTP ${answer.status}`, message].filter(Boolean).join(": ");
  return new CloudFailure(kind, `${what} on Google Cloud: ${said}`, {
    code: reason ?? String(answer.status),
    retryAfter: seconds > 0 ? seconds * 1000 : undefined,
    cure,
  });
}

/** Whatever else was thrown on the way to an answer. */
export function explainGoogle(what: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/default credentials|could not refresh|invalid_grant|reauth/i.test(message)) return noToken(message);
  return new CloudFailure(transportKind(error) ?? "network", `${what} on Google Cloud: ${oneLine(message)}`);
}

/** Google cannot even be asked. */
export function noToken(why: string): CloudFailure {
  const cure = "run `gcloud auth application-default login`, or set GOOGLE_OAUTH_ACCESS_TOKEN";
  const said = `Google Cloud: no usable credentials (${oneLine(why).replace(/\.$/, "")})`;
  return new CloudFailure("unauthenticated", said, { cure });
}

function readError(text: string): { reason?: string; message: string } {
  try {
    const { error } = JSON.parse(text) as {
      error?: { message?: string; status?: string; errors?: { reason?: string }[] };
    };
    return { reason: error?.errors?.[0]?.reason ?? error?.status, message: oneLine(error?.message ?? "") };
  } catch {
    return { message: oneLine(text) };
  }
}

/** Without the id of an upload session, which is as good as a password. */
function oneLine(text: string): string {
  return text
    .replace(/upload_id=[^&\s"']+/g, "upload_id=…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
}

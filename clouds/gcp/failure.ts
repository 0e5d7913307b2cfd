/** Google's errors by kind, with a message: the call, Google's reason and message, and the cure if known. */
import { kindsByCode, type KnownCodes } from "../codes";
import { CloudFailure, failureKind, messageOf, transportFailure, type TransportFailure } from "../failure";
import { retryAfter } from "../retry-after";

/** Reason of an object under a hold. */
const HELD = "objectUnderActiveHold";

/**
 * Reasons more specific than the status: `errors[].reason` of the older APIs, or the reason of an ErrorInfo in
 * `details` of newer ones (google.aip.dev/193).
 */
export const KNOWN_CODES: readonly KnownCodes[] = [
  {
    // 403 of Compute and Cloud Storage: Google's code for too many requests, in addition to 429.
    kind: "throttled",
    codes: ["rateLimitExceeded", "userRateLimitExceeded"],
    source:
      "cloud.google.com/storage/docs/json_api/v1/status-codes; cloud.google.com/compute/api-quota (read 2026-11)",
  },
  {
    // A quota on objects, not on requests.
    kind: "refused",
    codes: ["quotaExceeded"],
    source: "cloud.google.com/compute/resource-usage (read 2026-11)",
  },
  {
    kind: "busy",
    codes: ["resourceInUseByAnotherResource", "resourceNotReady"],
    source: "cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-apis (read 2026-11)",
  },
  {
    // 403, like a missing permission. Documented for a hold, but not observed: see `isHeld`.
    kind: "refused",
    codes: ["retentionPolicyNotMet", HELD],
    source:
      "cloud.google.com/storage/docs/json_api/v1/status-codes, cloud.google.com/storage/docs/bucket-lock (read 2026-11-29)",
  },
  {
    kind: "server",
    codes: ["backendError", "internalError"],
    source: "cloud.google.com/storage/docs/json_api/v1/status-codes (read 2026-11)",
  },
  {
    kind: "refused",
    codes: ["accessNotConfigured", "SERVICE_DISABLED"],
    source: "cloud.google.com/apis/docs/getting-started; google.aip.dev/193 (read 2026-11)",
  },
  {
    // The token was issued for other services; its account may still have the permissions.
    kind: "unauthenticated",
    codes: ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"],
    source: "cloud.google.com/docs/authentication/troubleshoot-adc (read 2026-11)",
  },
];

const KINDS = kindsByCode(KNOWN_CODES);

const SCOPE_CURE = "log in again with the scope cloud-platform (`gcloud auth application-default login`)";
const API_CURE = "enable the API in the project: `gcloud services enable compute.googleapis.com`";

/** Cure for a missing permission. A user other than the publisher gets a different one (trust/strangers-cure.ts). */
export const RIGHTS_CURE = "give the publisher's account the role; docs/permissions.md has the list";

const CURES: Partial<Record<string, string>> = {
  insufficientPermissions: SCOPE_CURE,
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: SCOPE_CURE,
  forbidden: RIGHTS_CURE,
  accessNotConfigured: API_CURE,
  SERVICE_DISABLED: API_CURE,
  retentionPolicyNotMet:
    "wait until then, or take the bucket's retention policy away where it is not locked (`gcloud storage buckets update gs://BUCKET " +
    "--clear-retention-period`), and run the same command again",
  [HELD]:
    "release it if it may go (`gcloud storage objects update gs://BUCKET/OBJECT --no-temporary-hold --no-event-based-hold`), and run the " +
    "same command again",
  quotaExceeded: "ask Google for a higher quota",
};

/**
 * The source of the expired token and how to renew it, in the order in which tokens are looked for (credentials.ts).
 */
export function cureOfExpiry(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const again = "and run the same command again";
  if (env.GOOGLE_OAUTH_ACCESS_TOKEN)
    return `the token in GOOGLE_OAUTH_ACCESS_TOKEN is over or refused; Google's live an hour: set it anew (\`gcloud auth print-access-token\`), ${again}`;
  const key = ["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"].find(
    (name) => env[name],
  );
  if (key)
    return `the token for the key in ${key} is refused: look whether the key is still enabled, ${again}`;
  const file = env.GOOGLE_APPLICATION_CREDENTIALS;
  const whose = file
    ? `of ${file} (GOOGLE_APPLICATION_CREDENTIALS)`
    : "of the application default credentials";
  return `the token ${whose} is over or refused: log in again (\`gcloud auth application-default login\`), ${again}`;
}

export interface GoogleAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Instead of `text`, if the request was for binary data and succeeded. */
  bytes?: Buffer;
}

/** A refusal in an HTTP response. */
export function refusedByGoogle(what: string, answer: GoogleAnswer): CloudFailure {
  const told = readError(answer.text);
  const { message } = told;
  const reason = answer.status === 403 && isHeld(message) ? HELD : told.reason;
  const kind = failureKind(answer.status, KINDS.get(reason ?? ""));
  const cure =
    CURES[reason ?? ""] ??
    (answer.status === 401 ? cureOfExpiry() : answer.status === 403 ? CURES.forbidden : undefined);
  const said = [reason ?? `HTTP ${answer.status}`, message].filter(Boolean).join(": ");
  return new CloudFailure(kind, `${what} on Google Cloud: ${said}`, {
    code: reason ?? String(answer.status),
    retryAfter: retryAfter((name) => answer.headers.get(name)),
    cure,
  });
}

/**
 * Cloud Storage reports `forbidden` for an object under a hold, like for a missing permission; only the message
 * distinguishes them (a public client's record of production's answers of 2026-09-30; the same words:
 * googleapis/google-cloud-ruby, storage samples' tests).
 */
function isHeld(message: string): boolean {
  return /is under active (Temporary|Event-Based) hold/i.test(message);
}

/** Any other error thrown before a response was received. */
export function explainGoogle(what: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  const message = messageOf(error);
  if (/default credentials|could not refresh|invalid_grant|reauth/i.test(message)) return noToken(message);
  const { kind, cure }: TransportFailure = transportFailure(error) ?? { kind: "network" };
  return new CloudFailure(kind, `${what} on Google Cloud: ${oneLine(message)}`, { cure });
}

/**
 * Google's refusal of a key's assertion that is dated by a wrong clock, `invalid_grant` as well
 * (github.com/googleapis/google-api-php-client/issues/1429, 2018-05-31).
 */
const WRONG_CLOCK = /reasonable timeframe|iat and exp values/i;

/** No token, so no request to Google is possible. */
export function noToken(why: string): CloudFailure {
  const cure = WRONG_CLOCK.test(why)
    ? "this machine's clock is wrong: set it, and run the same command again"
    : "run `gcloud auth application-default login`, or set GOOGLE_OAUTH_ACCESS_TOKEN";
  const said = `Google Cloud: no usable credentials (${oneLine(why).replace(/\.$/, "")})`;
  return new CloudFailure("unauthenticated", said, { cure });
}

interface GoogleErrorBody {
  message?: string;
  status?: string;
  errors?: { reason?: string }[];
  details?: { "@type"?: string; reason?: string }[];
}

function readError(text: string): { reason?: string; message: string } {
  try {
    const { error, error_description: words = "" } = JSON.parse(text) as {
      error?: GoogleErrorBody | string;
      error_description?: string;
    };
    // The format of the token endpoint (RFC 6749, section 5.2).
    if (typeof error === "string") return { reason: error, message: oneLine(words) };
    const info = error?.details?.find((detail) => detail["@type"]?.endsWith("google.rpc.ErrorInfo"));
    // The newer reason, if known here, is more specific: SERVICE_DISABLED in addition to an old `forbidden`.
    const exact = info?.reason !== undefined && info.reason in CURES ? info.reason : undefined;
    const reason = exact ?? error?.errors?.[0]?.reason ?? info?.reason ?? error?.status;
    return { reason, message: oneLine(error?.message ?? "") };
  } catch {
    return { message: oneLine(text) };
  }
}

/** Without the id of an upload session, which is equivalent to a password. */
function oneLine(text: string): string {
  return text
    .replace(/upload_id=[^&\s"']+/g, "upload_id=…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
}

/**
 * What went wrong in a cloud, by kind. The kind alone decides whether a call is repeated; see `retry.ts`.
 */

export type FailureKind =
  /** The cloud asks for fewer requests. */
  | "throttled"
  /** The cloud failed by itself (5xx, or a refusal that it documents as passing). */
  | "server"
  /** The connection failed or broke. */
  | "network"
  /** No answer in time. */
  | "timeout"
  /** Credentials are missing, wrong or over: the cloud does not know who asks, so its answer says nothing of what was asked. */
  | "unauthenticated"
  /** The cloud knows who asks, and does not allow it. Repeating would look like a stall (coldsnap issue 216). */
  | "denied"
  /** The object does not exist, or cannot be seen yet. */
  | "absent"
  /** The object is used by something, or is in the wrong state. */
  | "busy"
  /** The call itself is wrong, a quota is reached, or anything else that will not pass by itself. */
  | "refused"
  /** Stopped by the user. */
  | "cancelled";

const PASSING: ReadonlySet<FailureKind> = new Set(["throttled", "server", "network", "timeout"]);

/** What is known of a failure beside its words. */
export interface FailureDetails {
  /** The cloud's own error code (`InvalidSnapshot.NotFound`), where it gave one. */
  code?: string;
  /** Milliseconds that the cloud asked to wait. */
  retryAfter?: number;
  /** What the user can do. It ends the message; who knows better in his place says another. */
  cure?: string;
}

/** A failed call, said in words fit for the user: never a signed header, never a URL with a signature. */
export class CloudFailure extends Error {
  override name = "CloudFailure";

  /** @param said what failed, where and why, without the cure */
  constructor(
    readonly kind: FailureKind,
    private readonly said: string,
    private readonly details: FailureDetails = {},
  ) {
    super(details.cure === undefined ? said : `${said}; ${details.cure}`);
  }

  get retryable(): boolean {
    return PASSING.has(this.kind);
  }

  get code(): string | undefined {
    return this.details.code;
  }

  get retryAfter(): number | undefined {
    return this.details.retryAfter;
  }

  get cure(): string | undefined {
    return this.details.cure;
  }

  /** The same failure with another cure. */
  curedBy(cure: string): CloudFailure {
    return new CloudFailure(this.kind, this.said, { ...this.details, cure });
  }

  /** The same failure with something that is worth knowing of it, before the cure: `gave up after 8 tries`. */
  noting(remark: string, kind: FailureKind = this.kind): CloudFailure {
    return new CloudFailure(kind, `${this.said} (${remark})`, this.details);
  }
}

/** True for a {@link CloudFailure} of one of these kinds. */
export function failedWith(error: unknown, ...kinds: FailureKind[]): error is CloudFailure {
  return error instanceof CloudFailure && kinds.includes(error.kind);
}

/** Node's codes for a connection that failed or broke; `EPIPE` and `ECONNRESET` are the ones seen in long uploads. */
const NETWORK_CODES = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ENETDOWN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EAI_AGAIN",
  "ENOTFOUND",
  "ERR_STREAM_PREMATURE_CLOSE",
  "UND_ERR_SOCKET",
]);
const TIMEOUT_CODES = new Set([
  "ETIMEDOUT",
  "ESOCKETTIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
]);

interface Thrown {
  code?: unknown;
  name?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: readonly unknown[];
}

/** Kind of a failure below HTTP, or `undefined` when the error is of another sort. Looks at causes too. */
export function transportKind(error: unknown): "network" | "timeout" | undefined {
  // By shape, not by class: SDKs wrap errors, and an error of another realm is no instance of this one's Error.
  for (let inner = error, depth = 0; typeof inner === "object" && inner !== null && depth < 5; depth++) {
    const { code, name, message, cause, errors } = inner as Thrown;
    if (typeof code === "string" && NETWORK_CODES.has(code)) return "network";
    if ((typeof code === "string" && TIMEOUT_CODES.has(code)) || name === "TimeoutError") return "timeout";
    if (/socket hang up|aborted by the server|other side closed/i.test(String(message))) return "network";
    inner = cause ?? errors?.[0];
  }
  return undefined;
}

/**
 * Kind of a refusal. 429 asks for fewer requests on every cloud, whatever the code says: Azure's Compute says
 * OperationNotAllowed then, which means something else under any other status
 * (github.com/hashicorp/terraform-provider-azurerm/issues/19146, 2022-11-04).
 *
 * @param known what the error code says
 */
export function failureKind(status: number | undefined, known: FailureKind | undefined): FailureKind {
  return status === 429 ? "throttled" : (known ?? statusKind(status));
}

/** Kind of an HTTP status that no error code explains better; what is not known to pass is a refusal. */
function statusKind(status: number | undefined): FailureKind {
  if (status === undefined) return "refused";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "denied";
  if (status === 404) return "absent";
  if (status === 408) return "timeout";
  if (status === 409 || status === 412) return "busy";
  return status >= 500 ? "server" : "refused";
}

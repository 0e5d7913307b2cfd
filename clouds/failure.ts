/** Kinds of cloud failures. The kind alone decides whether a call is retried; see `retry.ts`. */

export type FailureKind =
  /** The cloud asks for fewer requests. */
  | "throttled"
  /** An internal failure of the cloud (5xx, or an error documented as transient). */
  | "server"
  /** The connection failed or broke. */
  | "network"
  /** No answer in time. */
  | "timeout"
  /** Credentials are missing, wrong or expired: the answer implies nothing about the object. */
  | "unauthenticated"
  /** The identity is known, and not authorised. Retrying would look like a hang (coldsnap issue 216). */
  | "denied"
  /** The object does not exist, or is not visible yet. */
  | "absent"
  /** The object is in use, or in the wrong state. */
  | "busy"
  /** The call itself is invalid, a quota is reached, or another permanent failure. */
  | "refused"
  /** Stopped by the user. */
  | "cancelled";

const PASSING: ReadonlySet<FailureKind> = new Set(["throttled", "server", "network", "timeout"]);

/** Details of a failure, apart from its message. */
interface FailureDetails {
  /** The cloud's error code (`InvalidSnapshot.NotFound`), if any. */
  code?: string;
  /** Milliseconds that the cloud asked to wait. */
  retryAfter?: number;
  /** Advice to the user. Appended to the message; a caller with more context may replace it. */
  cure?: string;
}

/** A failed call, with a message for the user: never a signed header, never a URL with a signature. */
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

  /** The same failure with a remark before the cure: `gave up after 8 tries`. */
  noting(remark: string, kind: FailureKind = this.kind): CloudFailure {
    return new CloudFailure(kind, `${this.said} (${remark})`, this.details);
  }
}

/** True for a {@link CloudFailure} of one of these kinds. */
export function failedWith(error: unknown, ...kinds: FailureKind[]): error is CloudFailure {
  return error instanceof CloudFailure && kinds.includes(error.kind);
}

/** Node's codes of failed or broken connections; `EPIPE` and `ECONNRESET` have been seen in long uploads. */
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

/**
 * A certificate that is not trusted: trying again gives the same one. Node's codes (nodejs.org/api/tls.html, X509
 * certificate error codes, and ERR_TLS_CERT_ALTNAME_INVALID; read 2026-11-29).
 */
const CERTIFICATE_CODES = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

const UNRESOLVED =
  "this machine does not find that name: look at its network and DNS, at HTTPS_PROXY, and whether region and endpoint are spelled right";
const UNREACHABLE =
  "nothing answers there: look at this machine's network, firewall and HTTPS_PROXY, and at the endpoint if one is set";

const CURES: Readonly<Record<string, string>> = {
  ENOTFOUND: UNRESOLVED,
  EAI_AGAIN: UNRESOLVED,
  ECONNREFUSED: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETDOWN: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  CERT_HAS_EXPIRED:
    "the certificate of that endpoint is over, or this machine's clock is wrong: look at the clock first",
  CERT_NOT_YET_VALID:
    "the certificate of that endpoint is not valid yet, so this machine's clock is wrong: set it",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "another machine answers under that name: look at DNS, at HTTPS_PROXY, and at the endpoint if one is set",
};
const UNTRUSTED =
  "this machine does not trust who answers there: a proxy that opens TLS needs its certificate in NODE_EXTRA_CA_CERTS; else it is not " +
  "the cloud that answers";

interface Thrown {
  code?: unknown;
  name?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: readonly unknown[];
}

/** The message of an error's cause if it has one: `fetch` only says that it failed. By shape, as `transportFailure`. */
export function messageOf(error: unknown): string {
  const { message, cause } = (typeof error === "object" ? (error ?? {}) : {}) as Thrown;
  const inner = (typeof cause === "object" ? (cause ?? {}) : {}) as Thrown;
  const said = [inner.message, inner.code, message].find((each) => typeof each === "string" && each !== "");
  return typeof said === "string" ? said : String(error);
}

/** A failure below HTTP. */
export interface TransportFailure {
  /** `refused`: the certificate is not trusted. */
  readonly kind: "network" | "timeout" | "refused";
  readonly cure?: string | undefined;
}

/** A failure below HTTP, or `undefined` for another sort of error. Checks causes too. */
export function transportFailure(error: unknown): TransportFailure | undefined {
  // By shape, not by class: SDKs wrap errors, and an error of another realm is not an instance of this realm's Error.
  for (let inner = error, depth = 0; typeof inner === "object" && inner !== null && depth < 5; depth++) {
    const { code: told, name, message, cause, errors } = inner as Thrown;
    const code = typeof told === "string" ? told : "";
    if (CERTIFICATE_CODES.has(code)) return { kind: "refused", cure: CURES[code] ?? UNTRUSTED };
    if (NETWORK_CODES.has(code)) return { kind: "network", cure: CURES[code] };
    if (TIMEOUT_CODES.has(code) || name === "TimeoutError") return { kind: "timeout" };
    if (/socket hang up|aborted by the server|other side closed/i.test(String(message)))
      return { kind: "network" };
    inner = cause ?? errors?.[0];
  }
  return undefined;
}

/**
 * Kind of a refusal. 429 is throttling on every cloud, whatever the code: Azure's Compute sends OperationNotAllowed
 * with it, which has another meaning with any other status
 * (github.com/hashicorp/terraform-provider-azurerm/issues/19146, 2022-11-04).
 *
 * @param known the kind by error code
 */
export function failureKind(status: number | undefined, known: FailureKind | undefined): FailureKind {
  return status === 429 ? "throttled" : (known ?? statusKind(status));
}

/** Kind of an HTTP status without a known error code; unknown ones are permanent refusals. */
function statusKind(status: number | undefined): FailureKind {
  if (status === undefined) return "refused";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "denied";
  if (status === 404) return "absent";
  if (status === 408) return "timeout";
  if (status === 409 || status === 412) return "busy";
  return status >= 500 ? "server" : "refused";
}

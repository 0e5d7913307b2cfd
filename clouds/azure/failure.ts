/** Azure's errors by kind, with a message: the call, Azure's code and message, and the cure if known. */
import { kindsByCode, type KnownCodes } from "../codes";
import { CloudFailure, failureKind, messageOf, transportFailure, type TransportFailure } from "../failure";
import { retryAfter } from "../retry-after";
import { describeSignIn, type Environment, identityOf, IncompleteIdentity } from "./identity";

const BLOB_CODES =
  "learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and …/common-rest-api-error-codes (read 2026-11)";

/** Codes more specific than the status. 429 takes precedence over any code: see `failureKind`. */
export const KNOWN_CODES: readonly KnownCodes[] = [
  { kind: "throttled", codes: ["ServerBusy"], source: `503 of the blob service: ${BLOB_CODES}` },
  {
    kind: "throttled",
    codes: ["SubscriptionRequestsThrottled", "TooManyRequests"],
    source:
      "Resource Manager: github.com/MicrosoftDocs/azure-docs/issues/105248 (2023-02-14); github.com/Azure/migAz/issues/57 (2017-06-02)",
  },
  {
    // The state of the resource, or a quota: 409. With 429, Compute uses this code for throttling.
    kind: "busy",
    codes: ["OperationNotAllowed"],
    source:
      "learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-allowed and …/error-resource-quota (read 2026-11)",
  },
  {
    // 409 of a management lock, which remains until an administrator removes it.
    kind: "refused",
    codes: ["ScopeLocked"],
    source:
      "github.com/Azure/apiops/issues/606; learn.microsoft.com/azure/azure-resource-manager/management/lock-resources (both read 2026-11-29)",
  },
  {
    // "Operation could not be completed within the specified time": 500, repeatedly on a slow connection.
    kind: "timeout",
    codes: ["OperationTimedOut"],
    source: "github.com/Azure/azure-storage-azcopy/issues/2788 (2024-08-21)",
  },
  {
    // The received data does not match its checksum: it is sent again.
    kind: "network",
    codes: ["Md5Mismatch"],
    source: BLOB_CODES,
  },
  { kind: "server", codes: ["InternalError"], source: BLOB_CODES },
  {
    kind: "server",
    codes: ["RetryableError", "RetryableErrorDueToAnotherOperation"],
    source:
      "learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling, error code (read 2026-11-28)",
  },
  {
    // 403 of the blob service for an expired or damaged link or token.
    kind: "unauthenticated",
    codes: ["AuthenticationFailed"],
    source: BLOB_CODES,
  },
];

const KINDS = kindsByCode(KNOWN_CODES);

/** Cure for a missing permission. A user other than the publisher gets a different one (trust/strangers-cure.ts). */
export const RIGHTS_CURE = "give the publisher the role; docs/permissions.md has the list";

const CURES: Partial<Record<string, string>> = {
  AuthorizationFailed: RIGHTS_CURE,
  AuthenticationFailed: "log in again (`az login`)",
  ScopeLocked:
    "somebody locked that: look for the lock (`az lock list --output table`), take it away if it may go (`az lock delete --ids ID`), " +
    "and run the same command again",
  InvalidAuthenticationTokenTenant: "log in to the tenant of the subscription (`az login --tenant`)",
};

/**
 * Resource Manager's codes for an expired token (learn.microsoft.com/rest/api/azure, common error codes; read
 * 2026-11).
 */
const OVER: readonly string[] = ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"];

/** The source of the expired token and how to renew it. */
export function cureOfExpiry(env: Environment = process.env): string {
  const again = "and run the same command again";
  const { signIn } = identityOf(env);
  const whose = `the token of ${describeSignIn(signIn)} is over or refused`;
  switch (signIn.way) {
    case "secret":
      return `${whose}: look whether the secret in ARM_CLIENT_SECRET is still good, ${again}`;
    case "certificate":
      return `${whose}: look whether the certificate in ARM_CLIENT_CERTIFICATE_PATH is still good, ${again}`;
    case "oidc":
      return "token" in signIn.assertion
        ? `${whose}, and ARM_OIDC_TOKEN gives no other: set it anew, ${again}`
        : `${whose}, and its federated token gave no other: have that renewed, ${again}`;
    case "msi":
      return `${whose}: look whether the machine still has it, ${again}`;
    default:
      return `${whose}: log in again (\`az login\`), ${again}`;
  }
}

export interface AzureAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

/** A refusal in an HTTP response of Resource Manager (JSON) or the blob service (XML). */
export function refusedByAzure(what: string, { status, headers, body }: AzureAnswer): CloudFailure {
  const { code = headers.get("x-ms-error-code") ?? undefined, message } = readError(body.toString("utf8"));
  const kind = failureKind(status, KINDS.get(code ?? ""));
  const said = [code ?? `HTTP ${status}`, message].filter(Boolean).join(": ");
  return new CloudFailure(kind, `${what} on Azure: ${said}`, {
    code: code ?? String(status),
    retryAfter: retryAfter((name) => headers.get(name)),
    cure: OVER.includes(code ?? "") ? cureOfExpiry() : CURES[code ?? ""],
  });
}

/**
 * Entra's refusal of a certificate's or a workload's assertion, dated by a wrong clock or held for too long
 * (github.com/AzureAD/microsoft-authentication-library-for-dotnet/issues/4951, 2024-10-03; Azure/login/issues/180).
 */
const WRONG_CLOCK = /AADSTS700024|AADSTS50012/;

/** Any other error thrown before a response was received. */
export function explainAzure(what: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  const message = messageOf(error);
  if (error instanceof IncompleteIdentity) {
    return new CloudFailure("unauthenticated", `${what} on Azure: ${error.message}`);
  }
  const transport = transportFailure(error);
  if (error instanceof Error && transport === undefined && /Credential|Authentication/.test(error.name)) {
    const cure = WRONG_CLOCK.test(message)
      ? "this machine's clock is wrong, or the federated token is over: look at the clock first, and run the same command again"
      : "run `az login`, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET";
    const said = `${what} on Azure: no usable credentials (${oneLine(message)})`;
    return new CloudFailure("unauthenticated", said, { cure });
  }
  const { kind, cure }: TransportFailure = transport ?? { kind: "network" };
  return new CloudFailure(kind, `${what} on Azure: ${oneLine(message)}`, { cure });
}

interface AzureErrorBody {
  code?: string;
  message?: string;
  innererror?: { code?: string };
}

function readError(text: string): { code?: string; message: string } {
  try {
    const body = JSON.parse(text) as AzureErrorBody & { error?: AzureErrorBody };
    // Resource Manager wraps the error in `error`; some resource providers do not.
    const error = body.error ?? body;
    // A key vault returns Forbidden for all refusals, with the specific code in `innererror`.
    const inner = error.code === "Forbidden" ? error.innererror?.code : undefined;
    return { code: inner ?? error.code, message: oneLine(error.message ?? "") };
  } catch {
    const [, code] = /<Code>([^<]*)<\/Code>/.exec(text) ?? [];
    const [, message = ""] = /<Message>([^<]*)<\/Message>/.exec(text) ?? [];
    return { code, message: oneLine(message) };
  }
}

/** Without a link's signature, which is equivalent to a password. */
function oneLine(text: string): string {
  return text
    .replace(/\b(sig|se|sp|sr|si|sv)=[^&\s"']+/g, "$1=…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

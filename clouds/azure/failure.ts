/** Azure's errors by kind, in words: which call, Azure's own code and message, and the cure where one is known. */
import { kindsByCode, type KnownCodes } from "../codes";
import { CloudFailure, failureKind, transportKind } from "../failure";
import { retryAfter } from "../retry-after";
import { describeSignIn, type Environment, identityOf, IncompleteIdentity } from "./identity";

const BLOB_CODES =
  "learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and …/common-rest-api-error-codes (read 2026-11)";

/** Codes that say more than the status. 429 says more than any code: see `failureKind`. */
export const KNOWN_CODES: readonly KnownCodes[] = [
  { kind: "throttled", codes: ["ServerBusy"], source: `503 of the blob service: ${BLOB_CODES}` },
  {
    kind: "throttled",
    codes: ["SubscriptionRequestsThrottled", "TooManyRequests"],
    source:
      "Resource Manager: github.com/MicrosoftDocs/azure-docs/issues/105248 (2023-02-14); github.com/Azure/migAz/issues/57 (2017-06-02)",
  },
  {
    // The state of the thing, or a quota: 409. With 429 Compute throttles under this code.
    kind: "busy",
    codes: ["OperationNotAllowed"],
    source:
      "learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-allowed and …/error-resource-quota (read 2026-11)",
  },
  {
    // 409 of a management lock, which passes by nothing but somebody's taking it away.
    kind: "refused",
    codes: ["ScopeLocked"],
    source:
      "github.com/Azure/apiops/issues/606; learn.microsoft.com/azure/azure-resource-manager/management/lock-resources (both read 2026-11-29)",
  },
  {
    // "Operation could not be completed within the specified time": 500, again and again on a slow line.
    kind: "timeout",
    codes: ["OperationTimedOut"],
    source: "github.com/Azure/azure-storage-azcopy/issues/2788 (2024-08-21)",
  },
  {
    // What arrived is not what its checksum says: it is sent again.
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
    // 403 of the blob service to a link or token that is over or damaged.
    kind: "unauthenticated",
    codes: ["AuthenticationFailed"],
    source: BLOB_CODES,
  },
];

const KINDS = kindsByCode(KNOWN_CODES);

/** Of a right that is not there. Whoever is not the publisher is told another one (trust/strangers-cure.ts). */
export const RIGHTS_CURE = "give the publisher the role; docs/permissions.md has the list";

const CURES: Partial<Record<string, string>> = {
  AuthorizationFailed: RIGHTS_CURE,
  AuthenticationFailed: "log in again (`az login`)",
  ScopeLocked:
    "somebody locked that: look for the lock (`az lock list --output table`), take it away if it may go (`az lock delete --ids ID`), " +
    "and run the same command again",
  InvalidAuthenticationTokenTenant: "log in to the tenant of the subscription (`az login --tenant`)",
};

/** Resource Manager's words for a token that is over (learn.microsoft.com/rest/api/azure, common error codes; read 2026-11). */
const OVER: readonly string[] = ["ExpiredAuthenticationToken", "InvalidAuthenticationToken"];

/** Whose token is over, and how there is another. */
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

/** A refusal that came as an HTTP answer, of Resource Manager (JSON) or of the blob service (XML). */
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

/** Whatever else was thrown on the way to an answer. */
export function explainAzure(what: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (error instanceof IncompleteIdentity) {
    return new CloudFailure("unauthenticated", `${what} on Azure: ${error.message}`);
  }
  if (error instanceof Error && /Credential|Authentication/.test(error.name)) {
    const cure = "run `az login`, or set ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET";
    const said = `${what} on Azure: no usable credentials (${oneLine(message)})`;
    return new CloudFailure("unauthenticated", said, { cure });
  }
  return new CloudFailure(transportKind(error) ?? "network", `${what} on Azure: ${oneLine(message)}`);
}

interface AzureErrorBody {
  code?: string;
  message?: string;
  innererror?: { code?: string };
}

function readError(text: string): { code?: string; message: string } {
  try {
    const body = JSON.parse(text) as AzureErrorBody & { error?: AzureErrorBody };
    // Resource Manager wraps it; some resource providers do not.
    const error = body.error ?? body;
    // A key vault says Forbidden to everything that it forbids, and inside which.
    const inner = error.code === "Forbidden" ? error.innererror?.code : undefined;
    return { code: inner ?? error.code, message: oneLine(error.message ?? "") };
  } catch {
    const [, code] = /<Code>([^<]*)<\/Code>/.exec(text) ?? [];
    const [, message = ""] = /<Message>([^<]*)<\/Message>/.exec(text) ?? [];
    return { code, message: oneLine(message) };
  }
}

/** Without a link's signature, which is as good as a password. */
function oneLine(text: string): string {
  return text
    .replace(/\b(sig|se|sp|sr|si|sv)=[^&\s"']+/g, "$1=…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

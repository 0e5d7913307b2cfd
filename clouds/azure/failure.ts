/** Azure's errors by kind, in words: which call, Azure's own code and message, and the cure where one is known. */
import { CloudFailure, type FailureKind, statusKind, transportKind } from "../failure";

/** Codes that say more than the status. learn.microsoft.com/rest/api/storageservices/blob-service-error-codes, 2026-11. */
const CODES: Readonly<Record<string, FailureKind>> = {
  ServerBusy: "throttled",
  TooManyRequests: "throttled",
  OperationNotAllowed: "busy",
  OperationTimedOut: "timeout",
  Md5Mismatch: "network",
  InternalError: "server",
  // The blob service says 403 to a link or token that is over or damaged.
  AuthenticationFailed: "unauthenticated",
  RetryableError: "server",
};

const CURES: Partial<Record<string, string>> = {
  AuthorizationFailed: "give the publisher the role; docs/provider.md has the list",
  AuthenticationFailed: "log in again (`az login`)",
  InvalidAuthenticationToken: "log in again (`az login`)",
  ExpiredAuthenticationToken: "log in again (`az login`)",
  InvalidAuthenticationTokenTenant: "log in to the tenant of the subscription (`az login --tenant`)",
};

export interface AzureAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

/** A refusal that came as an HTTP answer, of Resource Manager (JSON) or of the blob service (XML). */
export function refusedByAzure(what: string, { status, headers, body }: AzureAnswer): CloudFailure {
  const { code = headers.get("x-ms-error-code") ?? undefined, message } = readError(body.toString("utf8"));
  const kind = CODES[code ?? ""] ?? statusKind(status);
  const said = [code ?? `HTTP ${status}`, message].filter(Boolean).join(": ");
  const seconds = Number(headers.get("retry-after"));
  return new CloudFailure(kind, `${what} on Azure: ${said}`, {
    code: code ?? String(status),
    retryAfter: seconds > 0 ? seconds * 1000 : undefined,
    cure: CURES[code ?? ""],
  });
}

/** Whatever else was thrown on the way to an answer. */
export function explainAzure(what: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  if (error instanceof Error && /Credential|Authentication/.test(error.name)) {
    const cure = "run `az login`, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET";
    const said = `${what} on Azure: no usable credentials (${oneLine(message)})`;
    return new CloudFailure("unauthenticated", said, { cure });
  }
  return new CloudFailure(transportKind(error) ?? "network", `${what} on Azure: ${oneLine(message)}`);
}

function readError(text: string): { code?: string; message: string } {
  try {
    const { error } = JSON.parse(text) as {
      error?: { code?: string; message?: string; innererror?: { code?: string } };
    };
    // A key vault says Forbidden to everything that it forbids, and inside which.
    const inner = error?.code === "Forbidden" ? error.innererror?.code : undefined;
    return { code: inner ?? error?.code, message: oneLine(error?.message ?? "") };
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

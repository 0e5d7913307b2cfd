/** AWS errors by kind, with a message: the call, the region, AWS's code and message, and the cure if known. */
import {
  CloudFailure,
  type FailureKind,
  failureKind,
  transportFailure,
  type TransportFailure,
} from "../failure";
import { retryAfter } from "../retry-after";
import { kindOfCode } from "./codes";
import { cureOfExpiry, EXPIRED_CODES } from "./renew";

/** Cure for a missing permission. A user other than the publisher gets a different one (trust/strangers-cure.ts). */
export const RIGHTS_CURE = "let the publisher's role do this; docs/permissions.md has the policy";

/**
 * Cures by code. Quotas and network: Amazon EC2 API reference, Error codes (read 2026-11); the rest are codes of
 * codes.ts, with its sources.
 */
const CURES: Readonly<Record<string, string>> = {
  CredentialsProviderError:
    "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`",
  TokenProviderError: "run `aws sso login` again",
  InvalidSignatureException: "check AWS_SECRET_ACCESS_KEY and this machine's clock",
  SignatureDoesNotMatch: "check AWS_SECRET_ACCESS_KEY and this machine's clock",
  InvalidClientTokenId:
    "check AWS_ACCESS_KEY_ID; a key of another partition (aws-cn, aws-us-gov) is not known here",
  UnrecognizedClientException: "check AWS_ACCESS_KEY_ID; it may also be that the region is not opted in",
  AuthFailure: "check the credentials, and that the region is opted in for the account",
  OptInRequired: "opt in to the region (AWS console, Account, AWS Regions) or leave it out of the config",
  UnauthorizedOperation: RIGHTS_CURE,
  AccessDenied: RIGHTS_CURE,
  AccessDeniedException: RIGHTS_CURE,
  ServiceQuotaExceededException:
    "ask AWS for a higher quota (Service Quotas, Amazon EBS), or wait for pending snapshots",
  SnapshotLimitExceeded: "ask AWS for a higher quota (Service Quotas, Amazon EBS), or delete old snapshots",
  "InvalidSubnetID.NotFound": "name a subnet of the home region in imprimatur:aws.bootCheck.subnetId",
  VPCIdNotSpecified:
    "there is no default VPC: name a subnet of the home region in imprimatur:aws.bootCheck.subnetId",
  InstanceLimitExceeded: "ask AWS for a higher quota (Service Quotas, Amazon EC2), or name a smaller type",
  VcpuLimitExceeded: "ask AWS for a higher quota (Service Quotas, Amazon EC2), or name a smaller type",
  InsufficientInstanceCapacity:
    "name another type in imprimatur:aws.bootCheck.instanceType, or run it again later",
  PendingSnapshotLimitExceeded: "wait until other snapshots are complete, then run it again",
};

/**
 * Codes of a request that is dated by a wrong clock: `SignatureDoesNotMatch` of STS and `InvalidSignatureException` of
 * the JSON services, "Signature expired: … is now earlier than …" (github.com/aws/aws-sdk-js/issues/401, /527);
 * `RequestExpired` and `AuthFailure` of EC2 (its API reference, common client errors; aws/aws-sdk-java/issues/519).
 * `RequestTimeTooSkewed` is S3's.
 */
const SKEWED: readonly string[] = [
  "AuthFailure",
  "InvalidSignatureException",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
];
const SKEW_CURE = "this machine's clock differs from AWS's by more than four minutes: set it";

interface SdkError extends Error {
  Code?: string;
  Reason?: string;
  /** `clockSkewCorrected`: the next request is dated by AWS's clock. */
  $metadata?: { httpStatusCode?: number; clockSkewCorrected?: boolean };
  $response?: { headers?: Record<string, string>; statusCode?: number };
}

/**
 * @param what the call and its object, in the user's terms: `PutSnapshotBlock snap-1, block 7`
 * @param where the region
 */
export function explainAws(what: string, where: string, error: unknown): CloudFailure {
  if (error instanceof CloudFailure) return error;
  if (!(error instanceof Error)) return new CloudFailure("refused", `${what} in ${where}: ${String(error)}`);
  const sdk = error as SdkError;
  const status = sdk.$metadata?.httpStatusCode ?? sdk.$response?.statusCode;
  const code = sdk.$metadata || sdk.name !== "Error" ? (sdk.Code ?? sdk.name) : undefined;
  const transport = transportFailure(error);
  // The SDK has measured the difference from the answer's Date, and dates the next request by it (errorHandler of
  // AwsSdkSigV4Signer in @aws-sdk/core 3.981, read 2026-11-29); its own retries, which rely on that, are off.
  const isSkewed = sdk.$metadata?.clockSkewCorrected === true && SKEWED.includes(code ?? "");
  const kind = isSkewed
    ? "server"
    : failureKind(status, kindOfCode(code, sdk.Reason, error.message) ?? transport?.kind);
  const codes = [code, sdk.Reason].filter((part) => part && part !== "Error").join("/");
  const headers = sdk.$response?.headers ?? {};
  return new CloudFailure(
    kind,
    `${what} in ${where}: ${codes ? `${codes}: ` : ""}${readable(error.message)}`,
    {
      code,
      retryAfter: retryAfter((name) => headers[name]),
      cure: isSkewed ? SKEW_CURE : cureOf(kind, code, transport),
    },
  );
}

function cureOf(kind: FailureKind, code = "", transport: TransportFailure | undefined): string | undefined {
  if (transport?.kind === kind) return transport.cure;
  if (kind === "network") return undefined;
  return EXPIRED_CODES.includes(code) ? cureOfExpiry() : CURES[code];
}

/** One line, without the encoded authorisation blob and without signatures in URLs. */
function readable(message: string): string {
  // The SDK's placeholder when the cloud sends no message.
  if (message === "UnknownError") return "no reason given";
  return message
    .replace(/\s*Encoded authorization failure message: \S+/, "")
    .replace(/(X-Amz-[A-Za-z-]+=)[^&\s]+/g, "$1…")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

/** AWS's error codes by kind. Every group names its source; do not add a code without one. */
import { kindsByCode, type KnownCodes } from "../codes";
import type { FailureKind } from "../failure";

const EC2_REFERENCE = "Amazon EC2 API reference, Error codes";
const COMMON = "Common errors, which each JSON service's API reference lists";

export const KNOWN_CODES: readonly KnownCodes[] = [
  {
    kind: "throttled",
    codes: [
      "BandwidthLimitExceeded",
      "EC2ThrottledException",
      "RequestLimitExceeded",
      "RequestThrottled",
      "RequestThrottledException",
      "SlowDown",
      "ThrottledException",
      "Throttling",
      "ThrottlingException",
      "TooManyRequestsException",
    ],
    source: "the SDK's own list: @smithy/core 3.41.0, THROTTLING_ERROR_CODES (read 2026-11-28)",
  },
  {
    kind: "throttled",
    codes: ["ConcurrentLimitExceededException"],
    source: "EBS direct's model, 400 there: @aws-sdk/client-ebs 3.1138.0 (read 2026-11-28)",
  },
  {
    // SSM, 400: changes of parameters within the same moment, as when several pointers move. The SDK does not retry it.
    kind: "throttled",
    codes: ["TooManyUpdates"],
    source:
      "recorded: github.com/airbnb/streamalert/issues/682 (2017-12-06); @aws-sdk/client-ssm 3.1169.0 (read 2026-11-29)",
  },
  {
    kind: "throttled",
    codes: ["SnapshotCreationPerVolumeRateExceeded"],
    source: `${EC2_REFERENCE} (read 2026-11)`,
  },
  {
    kind: "server",
    codes: ["InternalError", "InternalFailure", "ServiceUnavailable", "Unavailable"],
    source: `${EC2_REFERENCE}, server errors (read 2026-11)`,
  },
  {
    kind: "server",
    // An earlier write of the same block, which timed out here, is still in progress there: the next attempt
    // overwrites it.
    codes: ["InternalServerException", "CONFLICTING_BLOCK_UPDATE"],
    source:
      "EBS direct's model and ValidationExceptionReason: @aws-sdk/client-ebs 3.1138.0 (read 2026-11-28)",
  },
  {
    kind: "timeout",
    codes: ["RequestTimeout", "RequestTimeoutException"],
    source: "the SDK's own list: @smithy/core 3.41.0, TRANSIENT_ERROR_CODES (read 2026-11-28)",
  },
  {
    kind: "timeout",
    codes: ["WRITE_REQUEST_TIMEOUT"],
    source: "EBS direct's ValidationExceptionReason: @aws-sdk/client-ebs 3.1138.0 (read 2026-11-28)",
  },
  {
    kind: "unauthenticated",
    codes: ["AuthFailure", "Blocked", "InvalidClientTokenId", "OptInRequired", "RequestExpired"],
    source: `${EC2_REFERENCE}, common client errors (read 2026-11)`,
  },
  {
    kind: "unauthenticated",
    codes: [
      "ExpiredToken",
      "ExpiredTokenException",
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
      "UnrecognizedClientException",
    ],
    source: `${COMMON} (read 2026-11)`,
  },
  {
    kind: "unauthenticated",
    codes: ["CredentialsProviderError", "TokenProviderError"],
    source: "names of the SDK's own errors: @smithy/core 3.41.0, property provider (read 2026-11-28)",
  },
  { kind: "denied", codes: ["UnauthorizedOperation"], source: `${EC2_REFERENCE} (read 2026-11)` },
  { kind: "denied", codes: ["AccessDenied", "AccessDeniedException"], source: `${COMMON} (read 2026-11)` },
  {
    kind: "absent",
    codes: [
      "InvalidAMIID.NotFound",
      "InvalidAMIID.Unavailable",
      "InvalidInstanceID.NotFound",
      "InvalidSnapshot.NotFound",
    ],
    source: `${EC2_REFERENCE} (read 2026-11); recorded of snapshots and images in cloud-custodian's placebo data (2022)`,
  },
  {
    kind: "absent",
    codes: ["ResourceNotFoundException"],
    source:
      "recorded of a snapshot too young to be known: github.com/awslabs/coldsnap/issues/43 (2021-02-01)",
  },
  {
    kind: "absent",
    codes: ["ParameterNotFound"],
    source:
      "recorded: github.com/localstack/localstack tests/aws/services/ssm/test_ssm.snapshot.json (2024-07-16)",
  },
  {
    kind: "busy",
    codes: ["IncorrectInstanceState", "IncorrectState", "InvalidSnapshot.InUse"],
    source: `${EC2_REFERENCE} (read 2026-11)`,
  },
  {
    kind: "busy",
    // 409 in the model, 503 on the reference page of StartSnapshot; not an outage in either case.
    codes: ["ConflictException"],
    source: "EBS direct's model: @aws-sdk/client-ebs 3.1138.0 (read 2026-11-28)",
  },
];

/** Refusals distinguished only by their message from others with the same code. */
const BY_WORDS: readonly { code: string; words: RegExp; kind: FailureKind }[] = [
  {
    // The body arrived too slowly; a retry succeeds: github.com/nanovms/ops/pull/1268 (read 2026-11-28).
    code: "ValidationException",
    words: /failed to read block data/i,
    kind: "timeout",
  },
  {
    // The block was corrupted in transit: "The value passed in as x-amz-Checksum does not match the computed
    // checksum", recorded by a public Go test suite of EBS direct (read 2026-11-28). Retried, like Azure's
    // Md5Mismatch.
    code: "InvalidSignatureException",
    words: /x-amz-checksum/i,
    kind: "network",
  },
];

const KINDS = kindsByCode(KNOWN_CODES);

/** @param reason the reason field of EBS direct, more specific than the code */
export function kindOfCode(
  code: string | undefined,
  reason: string | undefined,
  message: string,
): FailureKind | undefined {
  const said = BY_WORDS.find((each) => each.code === code && each.words.test(message));
  return said?.kind ?? KINDS.get(reason ?? "") ?? KINDS.get(code ?? "");
}

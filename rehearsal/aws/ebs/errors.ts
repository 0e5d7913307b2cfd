/**
 * Refusals of EBS direct. Codes, reasons and messages as recorded from the real service by a public Go test suite
 * (`snapshot` package over aws-sdk-go-v2/service/ebs, its client switchable between the real service and a fake; read
 * 2026-11-28); statuses are those of the service's model (@aws-sdk/client-ebs 3.1138.0).
 */
import { AwsError } from "../protocol/errors";

/** A request that EBS direct rejects; the reason is one of ValidationExceptionReason. */
export function invalid(reason: string, message: string): AwsError {
  return new AwsError("ValidationException", message, 400, reason);
}

/**
 * A value that violates the service's model (an enum, a range, a pattern): refused with neither message nor reason.
 */
export function malformed(): AwsError {
  return new AwsError("ValidationException", "", 400);
}

/** An id that the service never issues. */
export function invalidSnapshotId(id: string): AwsError {
  return invalid(
    "INVALID_SNAPSHOT_ID",
    `Value (${id}) for parameter snapshotId is invalid. Expected: 'snap-...'.`,
  );
}

/** The data does not match its checksum. 403 is inferred: the status of this code in other services. */
export function otherChecksum(computed: string, expected: string): AwsError {
  return new AwsError(
    "InvalidSignatureException",
    `The value passed in as x-amz-Checksum does not match the computed checksum. Computed checksum: ${computed} expected checksum: ${expected}`,
    403,
  );
}

export function noSnapshot(id: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `The snapshot '${id}' does not exist.`,
    404,
    "SNAPSHOT_NOT_FOUND",
  );
}

export function denied(id: string): AwsError {
  return new AwsError(
    "AccessDeniedException",
    `You do not have permission to access the snapshot '${id}'.`,
    403,
    "UNAUTHORIZED_ACCOUNT",
  );
}

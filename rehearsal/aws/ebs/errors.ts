import { AwsError } from "../protocol/errors";

/** A request that EBS direct finds wrong; the reason is one of ValidationExceptionReason. */
export function invalid(reason: string, message: string): AwsError {
  return new AwsError("ValidationException", message, 400, reason);
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

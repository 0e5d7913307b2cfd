/**
 * Responses of AWS's services to common failures, each in its own form. Codes and statuses: Amazon EC2 API reference,
 * Error codes; the models of EBS direct, SSM, KMS, IAM and STS in their SDK clients (3.1138.0 and later); KMS
 * Developer Guide, "Throttling requests"; Service Quotas API reference, GetServiceQuota; "Common errors" of each
 * reference. The models were read in 2026-11; values only in a reference are from memory, without a date.
 */
import { AwsError } from "./protocol/errors";
import type { RawRequest } from "./protocol/request";

/** Throttling of a region or account: clients back off and retry. */
export function throttled(service: string): AwsError {
  switch (service) {
    case "ec2":
      return new AwsError("RequestLimitExceeded", "Request limit exceeded.", 503);
    case "ebs":
      return new AwsError("RequestThrottledException", "Rate exceeded", 400, "ACCOUNT_THROTTLED");
    case "servicequotas":
      return new AwsError(
        "TooManyRequestsException",
        "Due to throttling, the request was denied. Slow down the rate of request calls, or request an increase for this quota.",
      );
    case "kms":
      return new AwsError(
        "ThrottlingException",
        "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
      );
    case "sts":
    case "iam":
      return new AwsError("Throttling", "Rate exceeded");
    default:
      return new AwsError("ThrottlingException", "Rate exceeded");
  }
}

const INTERNAL: Readonly<Record<string, string>> = {
  ec2: "InternalError",
  ebs: "InternalServerException",
  ssm: "InternalServerError",
  kms: "KMSInternalException",
  iam: "ServiceFailure",
  servicequotas: "ServiceException",
};

/** An internal failure: 503 is "try later", every other status an internal error. */
export function failed(service: string, status = 500): AwsError {
  if (status !== 503)
    return new AwsError(INTERNAL[service] ?? "InternalFailure", "An internal error has occurred", status);
  return service === "ec2"
    ? new AwsError("Unavailable", "The server is overloaded and can't handle the request.", 503)
    : new AwsError(
        "ServiceUnavailable",
        "The request has failed due to a temporary failure of the server.",
        503,
      );
}

/** Expired credentials. 403 of EBS direct is inferred: the status of its signature errors. */
export function expired(service: string): AwsError {
  if (service === "ec2") return new AwsError("RequestExpired", "Request has expired.");
  const message = "The security token included in the request is expired";
  if (service === "sts" || service === "iam") return new AwsError("ExpiredToken", message, 403);
  return new AwsError("ExpiredTokenException", message, service === "ebs" ? 403 : 400);
}

/** A new object is not known yet to the endpoint that answers. */
export function absent(service: string, action: string, request: RawRequest): AwsError {
  const id = (prefix: string) => named(prefix, request);
  if (service === "ebs")
    return new AwsError(
      "ResourceNotFoundException",
      `The snapshot '${id("snap")}' does not exist.`,
      404,
      "SNAPSHOT_NOT_FOUND",
    );
  if (service === "ssm") return new AwsError("ParameterNotFound", "");
  if (service !== "ec2") return new AwsError("NotFoundException", "There is no such thing.");
  if (/Snapshot/.test(action))
    return new AwsError("InvalidSnapshot.NotFound", `The snapshot '${id("snap")}' does not exist.`);
  if (/Instance|ConsoleOutput/.test(action))
    return new AwsError("InvalidInstanceID.NotFound", `The instance ID '${id("i")}' does not exist`);
  return new AwsError("InvalidAMIID.NotFound", `The image id '[${id("ami")}]' does not exist`);
}

/** In use, or in the wrong state. */
export function conflict(service: string, action: string, request: RawRequest): AwsError {
  if (service === "ebs")
    return new AwsError("ConflictException", "Another request is being carried out.", 409);
  // Without a word: test/contract/, ssm/put/too-many.
  if (service === "ssm") return new AwsError("TooManyUpdates", "");
  return /Snapshot/.test(action)
    ? new AwsError("InvalidSnapshot.InUse", `The snapshot ${named("snap", request)} is currently in use`)
    : new AwsError("IncorrectState", `${named("ami", request)} is not in a state in which it can be changed`);
}

/** The id in the request, for the message. */
function named(prefix: string, { path, body }: RawRequest): string {
  const text = `${path} ${body.length < 4096 ? body.toString("latin1") : ""}`;
  return new RegExp(`\\b${prefix}-[0-9a-f]{8,17}\\b`).exec(text)?.[0] ?? `${prefix}-?`;
}

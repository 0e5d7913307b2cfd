/**
 * An error that a client of AWS is shown: code, HTTP status and message as the real service words them.
 * How it is written down (XML or JSON) is the service's business.
 */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** EBS direct tells the finer reason in a field of its own. */
    readonly reason?: string,
  ) {
    super(message);
  }
}

/** A region's or account's word for "too fast": clients back off and repeat. */
export function throttled(service: string): AwsError {
  if (service === "ec2") return new AwsError("RequestLimitExceeded", "Request limit exceeded.", 503);
  if (service === "ebs") {
    return new AwsError("RequestThrottledException", "Rate exceeded", 400, "ACCOUNT_THROTTLED");
  }
  return new AwsError(service === "sts" ? "Throttling" : "ThrottlingException", "Rate exceeded");
}

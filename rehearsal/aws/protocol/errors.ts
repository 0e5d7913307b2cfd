/**
 * An error returned to a client: code, HTTP status and message as in the real service. The service encodes it (XML or
 * JSON).
 */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
    /** EBS direct returns a detailed reason in a separate field. */
    readonly reason?: string,
  ) {
    super(message);
  }
}

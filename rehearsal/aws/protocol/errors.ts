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

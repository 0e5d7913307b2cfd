/** A refused or failed call, in the Go SDK's words; `code` is AWS's own. */
export class CloudError extends Error {
  override name = "CloudError";
  constructor(
    message: string,
    readonly code = "",
  ) {
    super(message);
  }
}

/** Awaits a call and converts its failure. */
export async function asked<T>(service: string, operation: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { name, message, $metadata } = error as {
      name?: string;
      message?: string;
      $metadata?: { httpStatusCode?: number; requestId?: string };
    };
    const code = name ?? "Error";
    const status = $metadata?.httpStatusCode;
    const how = status
      ? `https response error StatusCode: ${status}, RequestID: ${$metadata?.requestId ?? ""}, api error ${code}: ${message ?? ""}`
      : `request send failed, ${message || code}`;
    throw new CloudError(`operation error ${service}: ${operation}, ${how}`, code);
  }
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof CloudError && codes.includes(error.code);
}

/** Prefixes a failure with the action in progress. */
export async function during<T>(doing: string, body: Promise<T>): Promise<T> {
  try {
    return await body;
  } catch (error) {
    const code = error instanceof CloudError ? error.code : "";
    throw new CloudError(`${doing}: ${error instanceof Error ? error.message : String(error)}`, code);
  }
}

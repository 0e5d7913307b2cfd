/** An error in the form of Google's JSON APIs. */
export class GoogleError extends Error {
  override name = "GoogleError";
  constructor(
    readonly code: number,
    /** `errors[0].reason`, evaluated by client libraries (`notFound`, `conditionNotMet`, …). */
    readonly reason: string,
    message: string,
    readonly extra: {
      /** Location of the error, in Cloud Storage and authentication. */
      locationType?: string;
      location?: string;
      /** Response headers that belong to it. */
      headers?: Record<string, string>;
      /** `error.details`, of the kind `google.rpc.*`. */
      details?: object[];
    } = {},
  ) {
    super(message);
  }

  /**
   * The body: https://cloud.google.com/apis/design/errors, with the older `errors` list that both APIs still include.
   */
  body(): object {
    const { locationType, location, details } = this.extra;
    return {
      error: {
        code: this.code,
        message: this.message,
        errors: [
          {
            message: this.message,
            domain: domainOf(this.reason),
            reason: this.reason,
            locationType,
            location,
          },
        ],
        status: STATUS[this.code] ?? "UNKNOWN",
        details,
      },
    };
  }
}

const STATUS: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ALREADY_EXISTS",
  410: "NOT_FOUND",
  412: "FAILED_PRECONDITION",
  416: "OUT_OF_RANGE",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
};

function domainOf(reason: string): string {
  return reason === "rateLimitExceeded" || reason === "quotaExceeded" ? "usageLimits" : "global";
}

/** 400: Compute's message about an invalid field. */
export function invalidField(field: string, value: string, why: string): GoogleError {
  return new GoogleError(400, "invalid", `Invalid value for field '${field}': '${value}'. ${why}`);
}

export function invalid(message: string): GoogleError {
  return new GoogleError(400, "invalid", message);
}

/** 404 for a Compute resource, named by its path without host. */
export function resourceNotFound(resource: string): GoogleError {
  return new GoogleError(404, "notFound", `The resource '${resource}' was not found`);
}

/** 403 of Compute's permission check, which precedes the existence check. */
export function permissionRequired(permission: string, resource: string): GoogleError {
  return new GoogleError(403, "forbidden", `Required '${permission}' permission for '${resource}'`);
}

/** 412 of Cloud Storage, for every kind of precondition. */
export function preconditionFailed(): GoogleError {
  return new GoogleError(
    412,
    "conditionNotMet",
    "At least one of the pre-conditions you specified did not hold.",
    {
      locationType: "header",
      location: "If-Match",
    },
  );
}

/** 501: a feature of the real API that the stand-in lacks; an error is better than pretending. */
export function notRehearsed(what: string): GoogleError {
  return new GoogleError(501, "notImplemented", `${what} is not part of the rehearsed Google Cloud`);
}

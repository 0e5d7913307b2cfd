/**
 * Responses of Google's services to common failures. cloud.google.com/storage/docs/json_api/v1/status-codes;
 * cloud.google.com/compute/api-quota ("403 rateLimitExceeded" of Compute Engine);
 * cloud.google.com/compute/docs/troubleshooting/troubleshooting-using-apis; google.aip.dev/193. From memory, without
 * a date, where this project has no other record.
 */
import { GoogleError } from "./errors";

export const SERVICES = ["compute", "storage", "cloudkms", "cloudresourcemanager", "orgpolicy"] as const;
type ServiceName = (typeof SERVICES)[number];

/** The service of a path; undefined for paths that only a rehearsal has. */
export function serviceOf(path: string): ServiceName | undefined {
  if (path.startsWith("/rehearsal/")) return undefined;
  if (path.startsWith("/compute/")) return "compute";
  if (path.startsWith("/v2/")) return "orgpolicy";
  if (/^\/v1\/projects\/[^/]+\/locations\//.test(path)) return "cloudkms";
  if (/^\/v[13]\/projects\//.test(path)) return "cloudresourcemanager";
  return "storage";
}

export const THROTTLES = ["403", "429", "user"] as const;

/** @param as its HTTP status; `user`: 403 for one user's rate. Default: the service's own */
export function throttled(service: string, as?: (typeof THROTTLES)[number]): GoogleError {
  switch (as ?? (service === "compute" ? "403" : "429")) {
    // The message that the Terraform provider recognises: `is403QuotaExceededPerMinuteError`, google-beta/transport/
    // error_retry_predicates.go ("As of February 2022 GCE seems to have added extra quota enforcement on reads").
    case "403":
      return new GoogleError(
        403,
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service 'compute.googleapis.com' for consumer 'project_number:123456789012'.",
      );
    case "user":
      return new GoogleError(403, "userRateLimitExceeded", "User Rate Limit Exceeded");
    default:
      return new GoogleError(
        429,
        "rateLimitExceeded",
        "The rate of requests exceeds the limit. Please reduce your request rate.",
      );
  }
}

export function failed(status: number): GoogleError {
  if (status === 500) return new GoogleError(500, "backendError", "Internal error encountered.");
  return new GoogleError(status, "backendError", "We encountered an internal error. Please try again.");
}

export function expired(): GoogleError {
  return new GoogleError(401, "authError", "Invalid Credentials", {
    locationType: "header",
    location: "Authorization",
    headers: { "WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
  });
}

export const denied = () => new GoogleError(403, "forbidden", "The caller does not have permission");

export function absent(service: string, path: string): GoogleError {
  const name = path.replace(/^\/(compute|storage)\/v1\//, "").replace(/^\//, "");
  return new GoogleError(
    404,
    "notFound",
    service === "storage" ? `No such object: ${name}` : `The resource '${name}' was not found`,
  );
}

export function conflict(service: string, path: string): GoogleError {
  if (service === "storage")
    return new GoogleError(409, "conflict", "The bucket you tried to delete is not empty.");
  const name = path.replace(/^\/compute\/v1\//, "");
  return new GoogleError(
    400,
    "resourceInUseByAnotherResource",
    `The resource '${name}' is already being used by another resource`,
  );
}

/**
 * Responses of Azure's services to common failures. Compute throttles with a code that has another meaning elsewhere:
 * recorded in terraform-provider-azurerm#19146 (2022-11-04, without Retry-After) and aks-engine#2295 (2019-11-10);
 * Resource Manager has a code of its own (MicrosoftDocs/azure-docs#105248, 2023-02-14). Headers:
 * learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling and
 * …/virtual-machines/troubleshooting-throttling-errors. Blob service: learn.microsoft.com/rest/api/storageservices,
 * common and blob-service error codes. Key vault: learn.microsoft.com/azure/key-vault/general/rest-error-codes.
 * Values without a date are from memory of these pages.
 */
import type { Answer } from "./arm/http";

export const SERVICES = ["compute", "resources", "vault", "storage"] as const;
export type ServiceName = (typeof SERVICES)[number];

/** The service of a request to Resource Manager's or the vault's address. */
export function serviceOf(path: string): ServiceName {
  if (path.startsWith("/keys/")) return "vault";
  return /\/providers\/Microsoft\.Compute\//i.test(path) ? "compute" : "resources";
}

interface Words {
  status: number;
  code: string;
  message: string;
  more?: object;
  headers?: Record<string, string>;
}

/** @param retryAfter seconds, or a date; 0: no header */
export function throttled(service: ServiceName, method: string, retryAfter: number | string): Words {
  const asks: Record<string, string> = retryAfter === 0 ? {} : { "retry-after": String(retryAfter) };
  switch (service) {
    case "storage":
      return {
        status: 503,
        code: "ServerBusy",
        message: "The server is currently unable to receive requests. Please retry your request.",
      };
    case "vault":
      return {
        status: 429,
        code: "Throttled",
        message:
          "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
        headers: asks,
      };
    case "resources": {
      const left = method === "GET" ? "reads" : method === "DELETE" ? "deletes" : "writes";
      return {
        status: 429,
        code: "SubscriptionRequestsThrottled",
        message:
          "Number of requests for this subscription and operation exceeded the backend storage limit. Please try again later.",
        headers: { ...asks, [`x-ms-ratelimit-remaining-subscription-${left}`]: "0" },
      };
    }
    case "compute": {
      const group = "HighCostGet3Min";
      const counts = { operationGroup: group, allowedRequestCount: 162, measuredRequestCount: 191 };
      return {
        status: 429,
        code: "OperationNotAllowed",
        message:
          "The server rejected the request because too many requests have been received for this subscription.",
        more: {
          details: [{ code: "TooManyRequests", target: group, message: JSON.stringify(counts) }],
          innererror: { internalErrorCode: "TooManyRequestsReceived" },
        },
        headers: { ...asks, "x-ms-ratelimit-remaining-resource": `Microsoft.Compute/${group};0` },
      };
    }
  }
}

export function failed(service: ServiceName, status: number): Words {
  if (service === "storage") {
    return status === 503
      ? throttled("storage", "", 0)
      : {
          status,
          code: "InternalError",
          message: "The server encountered an internal error. Please retry the request.",
        };
  }
  if (status === 503)
    return {
      status,
      code: "ServiceUnavailable",
      message: "The service is temporarily unavailable. Please retry later.",
    };
  if (status === 504)
    return {
      status,
      code: "GatewayTimeout",
      message:
        "The gateway did not receive a response from 'Microsoft.Compute' within the specified time period.",
    };
  return service === "compute"
    ? {
        status,
        code: "InternalExecutionError",
        message: "An internal execution error occurred. Please retry later.",
      }
    : {
        status,
        code: "InternalServerError",
        message: "There was an unhandled error. Please try again later.",
      };
}

export function expired(service: ServiceName): Words {
  if (service === "storage")
    return {
      status: 403,
      code: "AuthenticationFailed",
      message:
        "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.",
    };
  if (service === "vault")
    return {
      status: 401,
      code: "Unauthorized",
      message: "AKV10000: Error validating token: the token is expired.",
    };
  const then = new Date(Date.now() - 60_000).toUTCString();
  return {
    status: 401,
    code: "ExpiredAuthenticationToken",
    message: `The access token expiry UTC time '${then}' is earlier than current UTC time '${new Date().toUTCString()}'.`,
    headers: {
      "www-authenticate":
        'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token"',
    },
  };
}

export function denied(service: ServiceName): Words {
  if (service === "storage")
    return {
      status: 403,
      code: "AuthorizationPermissionMismatch",
      message: "This request is not authorized to perform this operation using this permission.",
    };
  if (service === "vault")
    return {
      status: 403,
      code: "Forbidden",
      message: "Caller is not authorized to perform action on resource.",
      more: { innererror: { code: "ForbiddenByRbac" } },
    };
  return {
    status: 403,
    code: "AuthorizationFailed",
    message:
      "The client does not have authorization to perform this action over this scope or the scope is invalid. If access was recently granted, please refresh your credentials.",
  };
}

export function absent(service: ServiceName, path: string): Words {
  const [name = ""] = path.split("/").slice(-1);
  if (service === "storage")
    return { status: 404, code: "BlobNotFound", message: "The specified blob does not exist." };
  if (service === "vault")
    return { status: 404, code: "KeyNotFound", message: `A key with name ${name} was not found.` };
  return { status: 404, code: "ResourceNotFound", message: `The Resource '${name}' was not found.` };
}

export function conflict(service: ServiceName, method: string): Words {
  if (service === "storage")
    return {
      status: 412,
      code: "LeaseIdMissing",
      message: "There is currently a lease on the blob and no lease ID was specified in the request.",
    };
  return method === "DELETE"
    ? {
        status: 409,
        code: "CannotDeleteResource",
        message: "Can not delete resource before nested resources are deleted.",
      }
    : { status: 409, code: "Conflict", message: "Another operation is in progress on this resource." };
}

/** In the form of Resource Manager and the vault. */
export function answerOf({ status, code, message, more = {}, headers }: Words): Answer {
  return { status, body: { error: { code, message, ...more } }, ...(headers && { headers }) };
}

export type { Words };

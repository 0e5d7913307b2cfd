/**
 * Errors in the form of Azure Resource Manager: `{ error: { code, message, target, details } }`. Codes and messages
 * follow the public service; where no public record of a message was found, only the code is reliable.
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
 */

export interface ErrorBody {
  code: string;
  message: string;
  target?: string;
  details?: ErrorBody[];
}

export class ArmError extends Error {
  override name = "ArmError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: { target?: string; details?: ErrorBody[]; headers?: Record<string, string> } = {},
  ) {
    super(message);
  }

  get body(): ErrorBody {
    const { target, details } = this.more;
    return { code: this.code, message: this.message, ...(target && { target }), ...(details && { details }) };
  }
}

export const notFound = (kind: string, name: string, group: string) =>
  new ArmError(
    404,
    "ResourceNotFound",
    `The Resource '${kind}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );

export const parentNotFound = (kind: string, path: string) =>
  new ArmError(
    404,
    "ParentResourceNotFound",
    `Can not perform requested operation on nested resource. Parent resource '${path}' not found.`,
    { target: kind },
  );

export const invalid = (target: string, message: string) =>
  new ArmError(400, "InvalidParameter", message, { target });

export const conflict = (message: string, target?: string) =>
  new ArmError(409, "Conflict", message, target ? { target } : {});

export const notAllowed = (message: string, target?: string) =>
  new ArmError(409, "OperationNotAllowed", message, target ? { target } : {});

/** Features of Azure that the rehearsal lacks: an error is better than pretending. */
export const notRehearsed = (what: string, target: string, cure: string) =>
  new ArmError(501, "NotImplemented", `${what} is not part of the rehearsed Azure: ${cure}.`, { target });

export const propertyChange = (property: string) =>
  new ArmError(409, "PropertyChangeNotAllowed", `Changing property '${property}' is not allowed.`, {
    target: property,
  });

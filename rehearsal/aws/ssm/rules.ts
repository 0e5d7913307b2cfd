import { AwsError } from "../protocol/errors";

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function checkName(name: string): void {
  if (
    !/^[A-Za-z0-9_.\-/]{1,1011}$/.test(name) ||
    (name.includes("/") && !name.startsWith("/")) ||
    name.endsWith("/")
  ) {
    throw invalid(
      "Parameter name must be a fully qualified name: only a mix of letters, numbers and the following 4 symbols .-_/ are allowed, beginning with a forward slash if it contains one.",
    );
  }
  if (/^\/?(aws|ssm)/i.test(name)) {
    throw name.startsWith("/aws")
      ? new AwsError("AccessDeniedException", "No access to reserved parameter name: " + name)
      : invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  }
  if (name.split("/").length > 16) {
    throw new AwsError(
      "HierarchyLevelLimitExceededException",
      "A hierarchy can have a maximum of 15 levels.",
    );
  }
}

export function checkValue(
  value: string,
  type: string,
  tier: string,
  dataType: string,
  pattern: string | undefined,
): void {
  if (value === "") throw invalid("The value of a parameter must not be empty.");
  const most = tier === "Standard" ? 4096 : 8192;
  if (Buffer.byteLength(value) > most) {
    throw invalid(`${tier} tier parameters support a maximum parameter value of ${most} characters.`);
  }
  if (!["String", "StringList", "SecureString"].includes(type)) {
    throw new AwsError("UnsupportedParameterType", `The parameter type ${type} is not supported.`);
  }
  if (!["text", "aws:ec2:image", "aws:ssm:integration"].includes(dataType)) {
    throw invalid(
      `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
    );
  }
  if (dataType === "aws:ec2:image" && type !== "String") {
    throw invalid("A parameter of data type aws:ec2:image must be of type String.");
  }
  if (pattern !== undefined && !new RegExp(pattern).test(value)) {
    throw new AwsError(
      "ParameterPatternMismatchException",
      "The parameter value doesn't match the allowed pattern.",
    );
  }
}

import type { ParameterStringFilter } from "@aws-sdk/client-ssm";
import { AwsError } from "../protocol/errors";
import type { Parameter } from "../state/records";
import { invalid } from "./rules";

export function filter(parameters: Parameter[], filters: ParameterStringFilter[] | undefined): Parameter[] {
  return (filters ?? []).reduce((left, { Key: key = "", Option: option = "Equals", Values: values = [] }) => {
    return left.filter((parameter) => {
      const actual = filterValue(parameter, key);
      if (actual === undefined) return false;
      if (key === "Path") return values.some((value) => actual.startsWith(`${value.replace(/\/$/, "")}/`));
      switch (option) {
        case "Equals":
          return values.length === 0 || values.includes(actual);
        case "BeginsWith":
          return values.some((value) => actual.startsWith(value));
        case "Contains":
          return values.some((value) => actual.includes(value));
        default:
          throw new AwsError("InvalidFilterOption", `The filter option ${option} is not valid for ${key}.`);
      }
    });
  }, parameters);
}

function filterValue(parameter: Parameter, key: string): string | undefined {
  switch (key) {
    case "Name":
    case "Path":
      return parameter.name;
    case "Type":
      return parameter.type;
    case "Tier":
      return parameter.tier;
    case "DataType":
      return parameter.dataType;
    default:
      if (key.startsWith("tag:")) return parameter.tags[key.slice("tag:".length)];
      throw new AwsError("InvalidFilterKey", `The following filter key is not valid: ${key}.`);
  }
}

export function page(
  parameters: Parameter[],
  wanted: { MaxResults?: number; NextToken?: string },
  most: number,
) {
  const size = wanted.MaxResults ?? most;
  if (size < 1 || size > most) throw invalid(`MaxResults must be between 1 and ${most}.`);
  const after = wanted.NextToken === undefined ? "" : Buffer.from(wanted.NextToken, "base64url").toString();
  const rest = parameters
    .filter((parameter) => parameter.name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const items = rest.slice(0, size);
  return {
    items,
    NextToken: rest.length > size ? Buffer.from(items.at(-1)!.name).toString("base64url") : undefined,
  };
}

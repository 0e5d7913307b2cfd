import type {
  AddTagsToResourceRequest,
  DeleteParameterRequest,
  DeleteParametersRequest,
  DescribeParametersRequest,
  GetParameterRequest,
  GetParametersByPathRequest,
  GetParametersRequest,
  ListTagsForResourceRequest,
  ParameterStringFilter,
  PutParameterRequest,
  RemoveTagsFromResourceRequest,
} from "@aws-sdk/client-ssm";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Parameter } from "../state/records";
import { findParameter, keyOf, listParameters, lookUp } from "./find-parameter";

export const parameterActions = {
  PutParameter(input: PutParameterRequest, call: Call) {
    const name = input.Name!;
    checkName(name);
    const before = lookUp(name, call);
    if (before && input.Overwrite !== true) {
      throw new AwsError(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
      );
    }
    if (input.Overwrite === true && (input.Tags ?? []).length > 0) {
      throw invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
      );
    }
    const type = input.Type ?? before?.type;
    if (type === undefined) throw invalid("A parameter type is required when you create a parameter.");
    const tier = input.Tier ?? before?.tier ?? "Standard";
    const dataType = input.DataType ?? before?.dataType ?? "text";
    checkValue(input.Value!, type, tier, dataType, input.AllowedPattern);
    const now = call.world.now();
    const version = (before?.versions.at(-1)?.version ?? 0) + 1;
    const isImage = dataType === "aws:ec2:image";
    const parameter: Parameter = {
      name,
      region: call.region,
      owner: call.account.id,
      type,
      tier,
      dataType,
      description: input.Description ?? before?.description,
      allowedPattern: input.AllowedPattern ?? before?.allowedPattern,
      tags: before?.tags ?? Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key!, tag.Value!])),
      versions: [
        ...(before?.versions ?? []),
        ...(isImage ? [] : [{ version, value: input.Value!, at: now }]),
      ],
      checking: isImage
        ? { value: input.Value!, at: call.world.after("parameterChecked"), since: now }
        : undefined,
    };
    call.world.parameters.set(keyOf(name, call), parameter);
    return { Version: version, Tier: tier };
  },

  GetParameter(input: GetParameterRequest, call: Call) {
    return { Parameter: select(input.Name!, call) };
  },

  GetParameters(input: GetParametersRequest, call: Call) {
    const found: object[] = [];
    const missing: string[] = [];
    for (const name of input.Names!) {
      try {
        found.push(select(name, call));
      } catch {
        missing.push(name);
      }
    }
    return { Parameters: found, InvalidParameters: missing };
  },

  GetParametersByPath(input: GetParametersByPathRequest, call: Call) {
    if (!input.Path!.startsWith("/")) {
      throw invalid(
        'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
      );
    }
    const prefix = input.Path!.endsWith("/") ? input.Path! : `${input.Path}/`;
    const found = listParameters(call)
      .filter((parameter) => parameter.name.startsWith(prefix))
      .filter((parameter) => input.Recursive === true || !parameter.name.slice(prefix.length).includes("/"));
    const { items, NextToken } = page(filter(found, input.ParameterFilters), input, 10);
    return { Parameters: items.map((parameter) => describe(parameter, call)), NextToken };
  },

  DescribeParameters(input: DescribeParametersRequest, call: Call) {
    if (input.Shared === true) throw invalid("Shared parameters are not supported here");
    if ((input.Filters ?? []).length > 0)
      throw invalid("Use ParameterFilters; Filters are not supported here");
    const { items, NextToken } = page(filter(listParameters(call), input.ParameterFilters), input, 50);
    return {
      Parameters: items.map((parameter) => ({
        Name: parameter.name,
        ARN: arn(parameter),
        Type: parameter.type,
        LastModifiedDate: parameter.versions.at(-1)!.at / 1000,
        LastModifiedUser: `arn:aws:iam::${call.account.id}:user/${call.account.name}`,
        Description: parameter.description,
        AllowedPattern: parameter.allowedPattern,
        Version: parameter.versions.at(-1)!.version,
        Tier: parameter.tier,
        Policies: [],
        DataType: parameter.dataType,
      })),
      NextToken,
    };
  },

  DeleteParameter(input: DeleteParameterRequest, call: Call) {
    findParameter(input.Name!, call);
    call.world.parameters.delete(keyOf(input.Name!, call));
    return {};
  },

  DeleteParameters(input: DeleteParametersRequest, call: Call) {
    const known = input.Names!.filter((name) => lookUp(name, call));
    for (const name of known) call.world.parameters.delete(keyOf(name, call));
    return {
      DeletedParameters: known,
      InvalidParameters: input.Names!.filter((name) => !known.includes(name)),
    };
  },

  AddTagsToResource(input: AddTagsToResourceRequest, call: Call) {
    const parameter = tagged(input, call);
    const tags = {
      ...parameter.tags,
      ...Object.fromEntries(input.Tags!.map((tag) => [tag.Key!, tag.Value!])),
    };
    if (Object.keys(tags).length > 50)
      throw new AwsError("TooManyTagsError", "A parameter has at most 50 tags.");
    call.world.parameters.set(keyOf(parameter.name, call), { ...parameter, tags });
    return {};
  },

  RemoveTagsFromResource(input: RemoveTagsFromResourceRequest, call: Call) {
    const parameter = tagged(input, call);
    const tags = Object.fromEntries(
      Object.entries(parameter.tags).filter(([key]) => !input.TagKeys!.includes(key)),
    );
    call.world.parameters.set(keyOf(parameter.name, call), { ...parameter, tags });
    return {};
  },

  ListTagsForResource(input: ListTagsForResourceRequest, call: Call) {
    const { tags } = tagged(input, call);
    return { TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
} satisfies Actions;

function checkName(name: string): void {
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

function checkValue(
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

/** By name, `name:version` or ARN. */
function select(selector: string, call: Call) {
  const path = /^arn:aws:ssm:[^:]*:\d*:parameter(\/?.+)$/.exec(selector)?.[1] ?? selector;
  const [name = "", version] = path.split(":");
  const parameter = findParameter(name, call);
  if (version !== undefined && !parameter.versions.some((entry) => String(entry.version) === version)) {
    throw new AwsError(
      "ParameterVersionNotFound",
      `Systems Manager could not find version ${version} of ${name}.`,
    );
  }
  return describe(parameter, call, version);
}

function describe(parameter: Parameter, _call: Call, version?: string) {
  const entry =
    version === undefined
      ? parameter.versions.at(-1)!
      : parameter.versions.find((candidate) => String(candidate.version) === version)!;
  return {
    Name: parameter.name,
    Type: parameter.type,
    Value: entry.value,
    Version: entry.version,
    Selector: version === undefined ? undefined : `:${version}`,
    LastModifiedDate: entry.at / 1000,
    ARN: arn(parameter),
    DataType: parameter.dataType,
  };
}

function arn(parameter: Parameter): string {
  const path = parameter.name.startsWith("/") ? parameter.name : `/${parameter.name}`;
  return `arn:aws:ssm:${parameter.region}:${parameter.owner}:parameter${path}`;
}

function tagged(input: { ResourceType?: string; ResourceId?: string }, call: Call): Parameter {
  if (input.ResourceType !== "Parameter") {
    throw new AwsError(
      "InvalidResourceType",
      `The resource type ${String(input.ResourceType)} is not supported here.`,
    );
  }
  const parameter = lookUp(input.ResourceId!, call);
  if (!parameter)
    throw new AwsError("InvalidResourceId", `The resource ID "${input.ResourceId}" is not valid.`);
  return parameter;
}

function filter(parameters: Parameter[], filters: ParameterStringFilter[] | undefined): Parameter[] {
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

function page(parameters: Parameter[], wanted: { MaxResults?: number; NextToken?: string }, most: number) {
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

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

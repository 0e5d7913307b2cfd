import type {
  DeleteParameterRequest,
  DeleteParametersRequest,
  DescribeParametersRequest,
  GetParameterRequest,
  GetParametersByPathRequest,
  GetParametersRequest,
  PutParameterRequest,
} from "@aws-sdk/client-ssm";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Parameter } from "../state/records";
import { findParameter, keyOf, listParameters, lookUp } from "./find-parameter";
import { filter, page } from "./listing";
import { checkName, checkValue, invalid } from "./rules";

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
    checkValue(input.Value!, type, tier, dataType, input.AllowedPattern || undefined);
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
    return { Parameters: items.map((parameter) => describe(parameter)), NextToken };
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
} satisfies Actions;

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
  return describe(parameter, version);
}

function describe(parameter: Parameter, version?: string) {
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

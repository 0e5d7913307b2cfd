/** The calls of SSM on parameters that hold an image, over the official client. */
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { parameterTags } from "./parameter-tags";
import { tagList } from "./snapshot-api";

export interface ParameterValue {
  readonly value: string;
  readonly arn: string;
}

export interface ParameterApi {
  /** Rejects with ParameterNotFound; so does a new one whose first value AWS has not checked yet. */
  get(name: string, signal: AbortSignal): Promise<ParameterValue>;
  description(name: string, signal: AbortSignal): Promise<string>;
  /** `undefined`: there is no such parameter. */
  tags(name: string, signal: AbortSignal): Promise<Record<string, string> | undefined>;
  /** Makes a parameter for an AMI's id; rejects with ParameterAlreadyExists. */
  create(given: NewParameter, signal: AbortSignal): Promise<unknown>;
  /** Another value and description; the data type stays. Accepted before AWS has checked that the value is an AMI. */
  overwrite(given: Omit<NewParameter, "tags">, signal: AbortSignal): Promise<unknown>;
  addTags(name: string, tags: Record<string, string>, signal: AbortSignal): Promise<unknown>;
  removeTags(name: string, keys: readonly string[], signal: AbortSignal): Promise<unknown>;
  delete(name: string, signal: AbortSignal): Promise<unknown>;
}

export interface NewParameter {
  readonly name: string;
  /** Id of an AMI of the region. */
  readonly value: string;
  readonly description: string;
  readonly tags: Record<string, string>;
}

export function parameterApi(client: SSMClient): ParameterApi {
  return {
    async get(Name, abortSignal) {
      const { Parameter } = await client.send(new GetParameterCommand({ Name }), { abortSignal });
      return { value: Parameter?.Value ?? "", arn: Parameter?.ARN ?? "" };
    },
    async description(name, abortSignal) {
      const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [name] }];
      const command = new DescribeParametersCommand({ ParameterFilters });
      return (await client.send(command, { abortSignal })).Parameters?.[0]?.Description ?? "";
    },
    tags: (name, abortSignal) => parameterTags(client, name, abortSignal),
    create: ({ name, value, description, tags }, abortSignal) =>
      client.send(
        new PutParameterCommand({
          Name: name,
          Value: value,
          Description: description,
          Type: "String",
          // AWS checks that the value is an image of the region, and lets `resolve:ssm:` read it.
          DataType: "aws:ec2:image",
          Tags: tagList(tags),
        }),
        { abortSignal },
      ),
    // Tags are refused beside Overwrite (SSM API reference, PutParameter, read 2026-11).
    overwrite: ({ name, value, description }, abortSignal) =>
      client.send(
        new PutParameterCommand({
          Name: name,
          Value: value,
          Description: description,
          Type: "String",
          DataType: "aws:ec2:image",
          Overwrite: true,
        }),
        { abortSignal },
      ),
    addTags: (ResourceId, tags, abortSignal) =>
      client.send(
        new AddTagsToResourceCommand({ ResourceType: "Parameter", ResourceId, Tags: tagList(tags) }),
        { abortSignal },
      ),
    removeTags: (ResourceId, keys, abortSignal) =>
      client.send(
        new RemoveTagsFromResourceCommand({ ResourceType: "Parameter", ResourceId, TagKeys: [...keys] }),
        { abortSignal },
      ),
    delete: (Name, abortSignal) => client.send(new DeleteParameterCommand({ Name }), { abortSignal }),
  };
}

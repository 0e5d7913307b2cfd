import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  RemoveTagsFromResourceRequest,
} from "@aws-sdk/client-ssm";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Parameter } from "../state/records";
import { keyOf, lookUp } from "./find-parameter";

export const tagActions = {
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

import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
  TagSpecification,
} from "@aws-sdk/client-ec2";
import type { Actions, Call } from "../call";
import { AwsError } from "../protocol/errors";
import type { Made } from "../state/records";
import type { Table } from "../../store/journal";
import { applyFilters, checkFilters } from "./filters";
import { ownImage } from "./find-image";
import { ownSnapshot } from "./find-snapshot";
import { page } from "./pages";

type Tags = Readonly<Record<string, string>>;

const MOST_TAGS = 50;

/** Tags in EC2's list form. */
export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Tags given to a new resource by the creating call; specifications for other resource types are refused. */
export function tagsFor(
  type: string,
  specifications: TagSpecification[] | undefined,
  allowed: readonly string[],
): Tags {
  const tags: Record<string, string> = {};
  for (const specification of specifications ?? []) {
    const given: string = specification.ResourceType ?? "";
    if (!allowed.includes(given)) {
      throw new AwsError(
        "InvalidParameterValue",
        `'${given}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (given === type) Object.assign(tags, readTags(specification.Tags));
  }
  checkCount(tags);
  return tags;
}

export const tagActions = {
  CreateTags(input: CreateTagsRequest, call: Call) {
    const added = readTags(input.Tags);
    for (const { table, record } of owned(input.Resources, call)) {
      const tags = { ...record.tags, ...added };
      checkCount(tags);
      table.set(call.world.key(record), { ...record, tags });
    }
    return {};
  },

  DeleteTags(input: DeleteTagsRequest, call: Call) {
    for (const { table, record } of owned(input.Resources, call)) {
      const tags = Object.fromEntries(
        Object.entries(record.tags).filter(
          ([key, value]) =>
            input.Tags !== undefined &&
            !input.Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value)),
        ),
      );
      table.set(call.world.key(record), { ...record, tags });
    }
    return {};
  },

  DescribeTags(input: DescribeTagsRequest, call: Call): DescribeTagsResult {
    checkFilters(input.Filters, ["key", "resource-id", "resource-type", "value"]);
    const { images, snapshots, volumes, instances } = call.world;
    const kinds = { image: images, snapshot: snapshots, volume: volumes, instance: instances };
    const all = Object.entries(kinds).flatMap(([ResourceType, table]) =>
      [...(table as Table<Made>).values()]
        .filter((record) => record.owner === call.account.id && record.region === call.region)
        .flatMap((record) =>
          tagList(record.tags).map((tag) => ({ ...tag, ResourceId: record.id, ResourceType })),
        ),
    );
    const wanted = applyFilters(all, input.Filters, (tag) => (filter) => {
      if (filter === "key") return [tag.Key!];
      if (filter === "value") return [tag.Value!];
      if (filter === "resource-id") return [tag.ResourceId];
      if (filter === "resource-type") return [tag.ResourceType];
      return tag.Key === filter.slice("tag:".length) ? [tag.Value!] : [];
    });
    const { items, NextToken } = page(wanted, input, (tag) => `${tag.ResourceId} ${tag.Key}`, 5);
    return { Tags: items as DescribeTagsResult["Tags"], NextToken };
  },
} satisfies Actions;

function owned(ids: string[] | undefined, call: Call): { table: Table<Made>; record: Made }[] {
  const { images, snapshots, volumes, instances } = call.world;
  return (ids ?? []).map((id) => {
    if (id.startsWith("ami-")) return { table: images, record: ownImage(id, call) };
    if (id.startsWith("snap-")) return { table: snapshots, record: ownSnapshot(id, call) };
    for (const table of [volumes, instances] as Table<Made>[]) {
      const record = table.get(`${call.region}/${id}`);
      if (record?.owner === call.account.id) return { table, record };
    }
    throw new AwsError("InvalidID", `The ID '${id}' is not valid`);
  });
}

function readTags(list: Tag[] | undefined): Tags {
  const tags: Record<string, string> = {};
  for (const { Key: key = "", Value: value = "" } of list ?? []) {
    if (key === "" || key.length > 128) {
      throw new AwsError(
        "InvalidParameterValue",
        `Tag keys must be between 1 and 128 characters long: '${key}'`,
      );
    }
    if (value.length > 256) {
      throw new AwsError(
        "InvalidParameterValue",
        `Tag value exceeds the maximum length of 256 characters: '${value}'`,
      );
    }
    if (/^aws:/i.test(key)) {
      throw new AwsError(
        "InvalidParameterValue",
        `Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
    if (key in tags) {
      throw new AwsError("InvalidParameterValue", `Duplicate tag key '${key}' specified.`);
    }
    tags[key] = value;
  }
  return tags;
}

function checkCount(tags: Tags): void {
  if (Object.keys(tags).length > MOST_TAGS) {
    throw new AwsError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.");
  }
}

import { CreateTagsCommand, DeleteTagsCommand, type EC2Client, type Tag } from "@aws-sdk/client-ec2";
import type { Call, Properties } from "../../../plugin/resource";
import type { Schema } from "../bridge/schema";
import { waitFor } from "../bridge/wait";
import { asked, CloudError } from "./errors";
import { asObject } from "../properties";
import type { Session } from "./session";

export type Tags = Record<string, string>;

/** The two tag properties of every tagged resource. */
export const TAGS: Schema = {
  tags: { type: "map", by: "optional" },
  tagsAll: { type: "map", by: "provider" },
};

/** `tagsAll`: the provider's default tags merged with the resource's own. Absent while the tags are unknown. */
export function mergedTags(session: Session, inputs: Properties): Properties {
  const own = inputs.tags;
  if (own !== undefined && (own === null || typeof own !== "object")) return { tagsAll: own };
  return { tagsAll: { ...session.defaultTags, ...own } };
}

/**
 * The tags read, as `tags` (without those only from the provider's defaults) and `tagsAll`. AWS's own are omitted.
 */
export function splitTags(session: Session, found: Tags, known: Properties): Properties {
  const own = asObject(known.tags);
  const tagsAll = Object.fromEntries(Object.entries(found).filter(([key]) => !key.startsWith("aws:")));
  const tags = Object.fromEntries(
    Object.entries(tagsAll).filter(([key, value]) => key in own || session.defaultTags[key] !== value),
  );
  return { tags: Object.keys(tags).length > 0 || known.tags ? tags : undefined, tagsAll };
}

export function tagsOf(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** A new id is unknown to some of EC2's endpoints for a while (the real provider waits up to 5 minutes). */
const PROPAGATION_SECONDS = 300;

/** Tags an EC2 object; tolerates an id not known everywhere yet. */
export async function createTags(
  ec2: Pick<EC2Client, "send">,
  id: string,
  tags: Tags,
  call: Call,
): Promise<void> {
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  if (list.length === 0) return;
  await waitFor(call, { what: `tags of ${id}`, timeoutSeconds: PROPAGATION_SECONDS }, async () => {
    try {
      const command = new CreateTagsCommand({ Resources: [id], Tags: list });
      await asked("EC2", "CreateTags", ec2.send(command));
      return { done: true };
    } catch (error) {
      if (error instanceof CloudError && error.code.includes(".NotFound")) return { status: error.code };
      throw error;
    }
  });
}

/** Updates the tags of an EC2 object, changing only differences. */
export async function updateTags(
  ec2: Pick<EC2Client, "send">,
  id: string,
  before: Tags,
  after: Tags,
  call: Call,
): Promise<void> {
  const { removed, changed } = tagChanges(before, after);
  if (removed.length > 0) {
    const command = new DeleteTagsCommand({ Resources: [id], Tags: removed.map((Key) => ({ Key })) });
    await asked("EC2", "DeleteTags", ec2.send(command));
  }
  await createTags(ec2, id, changed, call);
}

export function tagChanges(before: Tags, after: Tags): { removed: string[]; changed: Tags } {
  return {
    removed: Object.keys(before).filter((key) => !(key in after)),
    changed: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
  };
}

import { DeleteTagsCommand, DescribeTagsCommand } from "@aws-sdk/client-ec2";
import type { Call, Properties } from "../../../plugin/resource";
import type { BridgedResource, ReadCall } from "../bridge/resource";
import type { Schema } from "../bridge/schema";
import { waitFor } from "../bridge/wait";
import { text } from "../properties";
import { asked, CloudError, during } from "./errors";
import { ownRegion, REGION, splitImportId } from "./region";
import type { Session } from "./session";
import { createTags } from "./tags";

const PROPERTIES: Schema = {
  ...REGION,
  key: { type: "string", by: "required", replaces: true },
  resourceId: { type: "string", by: "required", replaces: true },
  value: { type: "string", by: "required" },
};

const PROPAGATION_SECONDS = 300;

/** `aws:ec2/tag:Tag`: one tag on an object managed elsewhere. */
export function tag(session: () => Session): BridgedResource {
  return {
    schema: { properties: PROPERTIES },
    effective: (inputs) => ownRegion(session(), inputs),
    async create(inputs, call) {
      const id = `${text(inputs, "resourceId")},${text(inputs, "key")}`;
      await during(`creating EC2 Tag (${id})`, put(session(), inputs, call));
      return { id };
    },
    read: (id, known, call) => during(`reading EC2 Tag (${id})`, readTag(session(), id, known, call)),
    identify: (importId) => splitImportId(session(), importId),
    async update(id, old, inputs, call) {
      await during(`updating EC2 Tag (${id})`, put(session(), { ...inputs, region: old.region }, call));
    },
    async delete(id, old) {
      const { resourceId, key } = parseId(id);
      const command = new DeleteTagsCommand({
        Resources: [resourceId],
        Tags: [{ Key: key, Value: text(old, "value") }],
      });
      const answer = asked("EC2", "DeleteTags", session().ec2(text(old, "region")).send(command));
      await during(`deleting EC2 Tag (${id})`, answer);
    },
  };
}

function put(session: Session, inputs: Properties, call: Call): Promise<void> {
  const tags = { [text(inputs, "key")]: text(inputs, "value") };
  return createTags(session.ec2(text(inputs, "region")), text(inputs, "resourceId"), tags, call);
}

async function readTag(
  session: Session,
  id: string,
  known: Properties,
  call: ReadCall,
): Promise<Properties | undefined> {
  const { resourceId, key } = parseId(id);
  const region = text(known, "region");
  const look = async () => {
    const command = new DescribeTagsCommand({
      Filters: [
        { Name: "resource-id", Values: [resourceId] },
        { Name: "key", Values: [key] },
      ],
    });
    const answer = await asked("EC2", "DescribeTags", session.ec2(region).send(command));
    return answer.Tags?.find(({ Key }) => Key === key);
  };
  const found = call.fresh
    ? await waitFor(call, { what: `tag ${id}`, timeoutSeconds: PROPAGATION_SECONDS }, async () => {
        const done = await look();
        return done ? { done } : { status: "not found" };
      })
    : await look();
  return found && { region, resourceId, key, value: found.Value ?? "" };
}

function parseId(id: string): { resourceId: string; key: string } {
  const comma = id.indexOf(",");
  if (comma < 1) throw new CloudError(`unexpected format for ID (${id}), expected RESOURCE-ID,KEY`);
  return { resourceId: id.slice(0, comma), key: id.slice(comma + 1) };
}

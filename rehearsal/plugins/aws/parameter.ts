import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  ListTagsForResourceCommand,
  type ParameterTier,
  type ParameterType,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { UNKNOWN } from "../../../facts/engine";
import type { Properties, State } from "../../../plugin/resource";
import type { BridgedResource, ReadCall } from "../bridge/resource";
import { isZero, type Schema } from "../bridge/schema";
import { waitFor } from "../bridge/wait";
import { asTexts, text } from "../properties";
import { asked, during, hasCode } from "./errors";
import { ownRegion, REGION, splitImportId } from "./region";
import type { Session } from "./session";
import { mergedTags, splitTags, tagChanges, type Tags, TAGS, tagsOf } from "./tags";

/*
 * Rules: hashicorp/terraform-provider-aws, internal/service/ssm/parameter.go, version 6.
 */

type Ssm = Pick<SSMClient, "send">;

const upTo = (name: string, least: number, most: number) => (value: string) =>
  value.length >= least && value.length <= most
    ? undefined
    : `expected length of ${name} to be in the range (${least} - ${most}), got ${value}`;

const PROPERTIES: Schema = {
  ...REGION,
  ...TAGS,
  allowedPattern: { type: "string", by: "optional", refuse: upTo("allowed_pattern", 0, 1024) },
  arn: { type: "string", by: "either" },
  dataType: {
    type: "string",
    by: "either",
    oneOf: ["aws:ec2:image", "aws:ssm:integration", "text"],
    replaces: true,
  },
  description: { type: "string", by: "optional", refuse: upTo("description", 0, 1024) },
  hasValueWo: { type: "bool", by: "cloud" },
  insecureValue: { type: "string", by: "either" },
  keyId: { type: "string", by: "either" },
  name: {
    type: "string",
    by: "required",
    replaces: true,
    refuse: upTo("name", 1, 2048),
    autoname: { maxLength: 2048 },
  },
  overwrite: { type: "bool", by: "optional", writeOnly: true },
  tier: {
    type: "string",
    by: "either",
    oneOf: ["Standard", "Advanced", "Intelligent-Tiering"],
    // AWS chooses one of the two others, and the resource accepts either.
    same: (_before, after) => after === "Intelligent-Tiering",
  },
  type: { type: "string", by: "either", oneOf: ["String", "StringList", "SecureString"] },
  value: { type: "string", by: "either" },
  version: { type: "int", by: "cloud" },
};

/**
 * AWS validates an `aws:ec2:image` value before it shows a new parameter, which the create waits for. An update is
 * read at once, and keeps the old value in the state while the new one is validated (`resourceParameterRead`: it
 * retries `d.IsNewResource()` only).
 */
const VALIDATION_SECONDS = 120;

/**
 * `aws:ssm/parameter:Parameter`: a named value, for an image id the one that `resolve:ssm:` reads. Write-only values
 * are not supported.
 */
export function parameter(session: () => Session): BridgedResource {
  return {
    schema: { properties: PROPERTIES, exactlyOneOf: [["insecureValue", "value"]] },
    effective: (inputs) => ({ ...ownRegion(session(), inputs), ...mergedTags(session(), inputs) }),
    adjustPlan: planVersion,
    async create(inputs) {
      const name = text(inputs, "name");
      const ssm = session().ssm(text(inputs, "region"));
      // PutParameter refuses tags together with Overwrite, so they are set in a separate call.
      const tags = asTexts(inputs.tagsAll);
      const overwrite = inputs.overwrite === true;
      const put = putParameter(ssm, inputs, overwrite, overwrite ? {} : tags);
      await during(`creating SSM Parameter (${name})`, put);
      if (overwrite) await during(`setting SSM Parameter (${name}) tags`, changeTags(ssm, name, {}, tags));
      return { id: name };
    },
    read: (id, known, call) =>
      during(`reading SSM Parameter (${id})`, readParameter(session(), id, known, call)),
    identify: (importId) => splitImportId(session(), importId),
    async update(id, old, inputs) {
      const ssm = session().ssm(text(old, "region"));
      if (hasNewVersion(old, inputs)) {
        const description = text(inputs, "description");
        const chosen = {
          ...{ type: old.type, tier: old.tier, ...inputs, dataType: undefined },
          description: description === text(old, "description") ? undefined : description,
        };
        await during(
          `updating SSM Parameter (${id})`,
          putParameter(ssm, chosen, inputs.overwrite !== false, {}),
        );
      }
      const changed = changeTags(ssm, id, asTexts(old.tagsAll), asTexts(inputs.tagsAll));
      await during(`updating tags for SSM (Systems Manager) Parameter (${id})`, changed);
    },
    async delete(id, old) {
      const command = new DeleteParameterCommand({ Name: text(old, "name") });
      try {
        const answer = asked("SSM", "DeleteParameter", session().ssm(text(old, "region")).send(command));
        await during(`deleting SSM Parameter (${id})`, answer);
      } catch (error) {
        if (!hasCode(error, "ParameterNotFound")) throw error;
      }
    },
  };
}

/** True if anything but tags differs: that is a new version of the parameter. */
function hasNewVersion(old: Properties, inputs: Properties): boolean {
  const optional = ["allowedPattern", "description"].some((key) => text(old, key) !== text(inputs, key));
  const either = ["insecureValue", "keyId", "tier", "type", "value"];
  return optional || either.some((key) => !isZero(inputs[key]) && inputs[key] !== old[key]);
}

/** A new value or description creates a new version; the two kinds of value exclude each other. */
function planVersion(planned: Properties, old: State | undefined): Properties {
  if (!old) return { ...planned, version: UNKNOWN };
  const changed = (key: string) => planned[key] !== old.outputs[key];
  return ["value", "insecureValue", "description"].some(changed) ? { ...planned, version: UNKNOWN } : planned;
}

async function putParameter(ssm: Ssm, inputs: Properties, overwrite: boolean, tags: Tags): Promise<void> {
  const given = (key: string) => text(inputs, key) || undefined;
  const command = new PutParameterCommand({
    Name: text(inputs, "name"),
    Value: given("insecureValue") ?? text(inputs, "value"),
    Type: given("type") as ParameterType | undefined,
    // Sent even if empty (`resourceParameterCreate`).
    AllowedPattern: text(inputs, "allowedPattern"),
    DataType: given("dataType"),
    Description: given("description"),
    KeyId: inputs.type === "SecureString" ? given("keyId") : undefined,
    Tier: given("tier") as ParameterTier | undefined,
    Overwrite: overwrite,
    Tags:
      Object.keys(tags).length > 0 ? Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) : undefined,
  });
  await asked("SSM", "PutParameter", ssm.send(command));
}

async function changeTags(ssm: Ssm, name: string, before: Tags, after: Tags): Promise<void> {
  const target = { ResourceType: "Parameter" as const, ResourceId: name };
  const { removed, changed } = tagChanges(before, after);
  if (removed.length > 0) {
    const command = new RemoveTagsFromResourceCommand({ ...target, TagKeys: removed });
    await asked("SSM", "RemoveTagsFromResource", ssm.send(command));
  }
  if (Object.keys(changed).length === 0) return;
  const Tags = Object.entries(changed).map(([Key, Value]) => ({ Key, Value }));
  await asked("SSM", "AddTagsToResource", ssm.send(new AddTagsToResourceCommand({ ...target, Tags })));
}

async function readParameter(
  session: Session,
  id: string,
  known: Properties,
  call: ReadCall,
): Promise<Properties | undefined> {
  const region = text(known, "region");
  const ssm = session.ssm(region);
  const found =
    call.fresh && known.dataType === "aws:ec2:image"
      ? await waitFor(call, { what: `parameter ${id}`, timeoutSeconds: VALIDATION_SECONDS }, async () => {
          const done = await getParameter(ssm, id);
          return done ? { done } : { status: "being validated" };
        })
      : await getParameter(ssm, id);
  if (!found) return undefined;
  const filter = { Key: "Name", Option: "Equals", Values: [id] };
  const details = await asked(
    "SSM",
    "DescribeParameters",
    ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] })),
  );
  const [detail] = details.Parameters ?? [];
  if (!detail) return undefined;
  const tags = await asked(
    "SSM",
    "ListTagsForResource",
    ssm.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: id })),
  );
  const insecure = !isZero(known.insecureValue) && found.Type !== "SecureString";
  return {
    ...known,
    region,
    allowedPattern: detail.AllowedPattern ?? "",
    arn: found.ARN ?? "",
    dataType: detail.DataType ?? "",
    description: detail.Description ?? "",
    hasValueWo: false,
    insecureValue: insecure ? (found.Value ?? "") : "",
    keyId: detail.KeyId ?? "",
    name: found.Name ?? id,
    tier: detail.Tier ?? "",
    type: found.Type ?? "",
    value: insecure ? "" : (found.Value ?? ""),
    version: found.Version ?? 0,
    ...splitTags(session, tagsOf(tags.TagList), known),
  };
}

async function getParameter(ssm: Ssm, name: string) {
  try {
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    return (await asked("SSM", "GetParameter", ssm.send(command))).Parameter;
  } catch (error) {
    if (hasCode(error, "ParameterNotFound")) return undefined;
    throw error;
  }
}

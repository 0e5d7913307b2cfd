import {
  DescribeImageAttributeCommand,
  type LaunchPermission,
  ModifyImageAttributeCommand,
} from "@aws-sdk/client-ec2";
import type { Properties } from "../../../plugin/resource";
import type { BridgedResource, Made } from "../bridge/resource";
import type { Schema } from "../bridge/schema";
import { text } from "../properties";
import { asked, CloudError, during, hasCode } from "./errors";
import { patiently } from "./image";
import { ownRegion, REGION, splitImportId } from "./region";
import type { Session } from "./session";

const replaces = true;

const arn = (value: string) =>
  /^arn:aws(-[a-z]+)*:[a-z0-9-]+:[a-z0-9-]*:\d*:.+$/.test(value) ? undefined : `"${value}" is an invalid ARN`;

const PROPERTIES: Schema = {
  ...REGION,
  accountId: { type: "string", by: "optional", replaces },
  group: { type: "string", by: "optional", oneOf: ["all"], replaces },
  imageId: { type: "string", by: "required", replaces },
  organizationArn: { type: "string", by: "optional", refuse: arn, replaces },
  organizationalUnitArn: { type: "string", by: "optional", refuse: arn, replaces },
};

/** `aws:ec2/amiLaunchPermission:AmiLaunchPermission`: one grantee of one image. Immutable. */
export function amiLaunchPermission(session: () => Session): BridgedResource {
  return {
    schema: {
      properties: PROPERTIES,
      exactlyOneOf: [["accountId", "group", "organizationArn", "organizationalUnitArn"]],
    },
    effective: (inputs) => ownRegion(session(), inputs),
    async create(inputs) {
      const id = permissionId(inputs);
      await during(
        `creating AMI Launch Permission (${id})`,
        modify(session(), text(inputs, "region"), id, "Add"),
      );
      return { id };
    },
    async read(id, known, call) {
      const region = text(known, "region");
      const parts = parseId(id);
      const look = () => isGranted(session(), region, parts.imageId, parts.permission);
      const looked = call.fresh ? patiently(call, parts.imageId, look) : look().catch(absentImage);
      const found = await during(`reading AMI Launch Permission (${id})`, looked);
      return found ? { region, imageId: parts.imageId, ...outputsOf(parts.permission) } : undefined;
    },
    identify: (importId) => fromImportId(splitImportId(session(), importId)),
    async delete(id, old) {
      try {
        const removed = modify(session(), text(old, "region"), id, "Remove");
        await during(`deleting AMI Launch Permission (${id})`, removed);
      } catch (error) {
        if (!hasCode(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) throw error;
      }
    },
  };
}

function permissionId(inputs: Properties): string {
  const image = text(inputs, "imageId");
  const given = (key: string) => text(inputs, key);
  if (given("accountId")) return `${image}-${given("accountId")}`;
  if (given("group")) return `${image}-group-${given("group")}`;
  if (given("organizationArn")) return `${image}-org-${given("organizationArn")}`;
  return `${image}-ou-${given("organizationalUnitArn")}`;
}

interface Parts {
  readonly imageId: string;
  readonly permission: LaunchPermission;
}

function parseId(id: string): Parts {
  const [, imageId = "", rest = ""] = /^([^-]+-[^-]+)-(.+)$/.exec(id) ?? [];
  const [, kind, value] = /^(group|org|ou)-(.+)$/.exec(rest) ?? [];
  if (kind === "group") return { imageId, permission: { Group: value as "all" } };
  if (kind === "org") return { imageId, permission: { OrganizationArn: value } };
  if (kind === "ou") return { imageId, permission: { OrganizationalUnitArn: value } };
  if (imageId && rest && !rest.includes("-")) return { imageId, permission: { UserId: rest } };
  throw new CloudError(
    `unexpected format for ID (${id}), expected IMAGE-ID-ACCOUNT-ID or IMAGE-ID-group-GROUP-NAME or ` +
      "IMAGE-ID-org-ORGANIZATION-ARN or IMAGE-ID-ou-ORGANIZATIONAL-UNIT-ARN",
  );
}

function outputsOf(permission: LaunchPermission): Properties {
  return {
    accountId: permission.UserId ?? "",
    group: permission.Group ?? "",
    organizationArn: permission.OrganizationArn ?? "",
    organizationalUnitArn: permission.OrganizationalUnitArn ?? "",
  };
}

/** An import names the grantee first: `123456789012/ami-1234`, `all/ami-1234`, `arn:…/ami-1234`. */
function fromImportId({ id, known }: { id: string; known: Properties }): Made {
  const [, grantee = "", imageId = ""] = /^(.+)\/([^/]+)$/.exec(id) ?? [];
  const inputs: Properties = { imageId };
  if (/^\d{12}$/.test(grantee)) inputs.accountId = grantee;
  else if (/^arn:[^:]+:organizations:.*:organization\//.test(grantee)) inputs.organizationArn = grantee;
  else if (/^arn:[^:]+:organizations:.*:ou\//.test(grantee)) inputs.organizationalUnitArn = grantee;
  else if (grantee && !grantee.startsWith("arn:")) inputs.group = grantee;
  else {
    throw new CloudError(
      `unexpected format for ID (${id}), expected ` +
        "[ACCOUNT-ID|GROUP-NAME|ORGANIZATION-ARN|ORGANIZATIONAL-UNIT-ARN]/IMAGE-ID",
    );
  }
  return { id: permissionId(inputs), known };
}

async function modify(session: Session, region: string, id: string, how: "Add" | "Remove"): Promise<void> {
  const { imageId, permission } = parseId(id);
  const command = new ModifyImageAttributeCommand({
    Attribute: "launchPermission",
    ImageId: imageId,
    LaunchPermission: { [how]: [permission] },
  });
  await asked("EC2", "ModifyImageAttribute", session.ec2(region).send(command));
}

async function isGranted(
  session: Session,
  region: string,
  imageId: string,
  wanted: LaunchPermission,
): Promise<boolean> {
  const command = new DescribeImageAttributeCommand({ Attribute: "launchPermission", ImageId: imageId });
  const answer = await asked("EC2", "DescribeImageAttribute", session.ec2(region).send(command));
  const key = JSON.stringify(outputsOf(wanted));
  return (answer.LaunchPermissions ?? []).some((one) => JSON.stringify(outputsOf(one)) === key);
}

function absentImage(error: unknown): false {
  if (hasCode(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) return false;
  throw error;
}

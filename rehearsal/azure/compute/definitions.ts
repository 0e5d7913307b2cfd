import { z } from "zod";
import { parseBody } from "../arm/body";
import { conflict, invalid, notFound, parentNotFound, propertyChange } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import {
  newTracked,
  patchMembers,
  placed,
  readOnly,
  requireIdle,
  trackedBody,
  trackedMembers,
} from "../arm/tracked";
import type { Worker } from "../arm/work";
import {
  accepted,
  type Cloud,
  computeId,
  contentsOf,
  groupOf,
  keyOf,
  SECONDS,
  subscriptionOf,
} from "../cloud";
import type { Definition } from "../state";
import { requireEmpty } from "./galleries";

const TYPE = "galleries/images";
const IN_GALLERY =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/galleries/{gallery}/images";
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcompute */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9])?$/;
/** Publisher, offer and SKU of an identifier: https://learn.microsoft.com/azure/virtual-machines/shared-image-galleries#image-definitions */
const identifierPart = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[A-Za-z0-9_.-]+$/)
    .regex(/[^.]$/);

const range = z.strictObject({ min: z.int().positive().optional(), max: z.int().positive().optional() });
/** https://learn.microsoft.com/rest/api/compute/gallery-images/create-or-update#galleryimagefeature */
const FEATURES: Readonly<Record<string, RegExp>> = {
  SecurityType:
    /^(None|Standard|TrustedLaunch|TrustedLaunchSupported|ConfidentialVM|ConfidentialVMSupported|TrustedLaunchAndConfidentialVmSupported)$/,
  IsAcceleratedNetworkSupported: /^(true|false)$/i,
  IsHibernateSupported: /^(true|false)$/i,
  DiskControllerTypes: /^(SCSI|NVMe|SCSI, ?NVMe|NVMe, ?SCSI)$/,
};

const changeable = {
  description: z.string().optional(),
  eula: z.string().optional(),
  privacyStatementUri: z.url().optional(),
  releaseNoteUri: z.url().optional(),
  endOfLifeDate: z.iso.datetime({ offset: true }).optional(),
  recommended: z.strictObject({ vCPUs: range.optional(), memory: range.optional() }).optional(),
  disallowed: z.strictObject({ diskTypes: z.array(z.string()).optional() }).optional(),
  features: z
    .array(z.strictObject({ name: z.string(), value: z.string(), startsAtVersion: z.string().optional() }))
    .superRefine((features, context) => {
      for (const { name, value } of features) {
        if (!FEATURES[name])
          context.addIssue(
            `The feature '${name}' is not known; known are ${Object.keys(FEATURES).join(", ")}.`,
          );
        else if (!FEATURES[name].test(value))
          context.addIssue(`The value '${value}' of feature '${name}' is not supported.`);
      }
    })
    .optional(),
  allowUpdateImage: z.boolean().optional(),
};
const propertiesSchema = z.strictObject({
  ...changeable,
  identifier: z.strictObject({
    publisher: identifierPart(128),
    offer: identifierPart(64),
    sku: identifierPart(64),
  }),
  osType: z.enum(["Linux", "Windows"]),
  osState: z.enum(["Generalized", "Specialized"]),
  hyperVGeneration: z.enum(["V1", "V2"]).default("V1"),
  architecture: z.enum(["x64", "Arm64"]).default("x64"),
  purchasePlan: z
    .strictObject({
      name: z.string().optional(),
      publisher: z.string().optional(),
      product: z.string().optional(),
    })
    .optional(),
  provisioningState: readOnly.transform(() => undefined),
});
const definitionSchema = z.strictObject({ ...trackedMembers, properties: propertiesSchema });
const definitionPatchSchema = z.strictObject({
  ...patchMembers,
  properties: propertiesSchema.partial().optional(),
});
type Properties = z.infer<typeof propertiesSchema>;

/** What can never change, the features apart: those need `allowUpdateImage`. */
const FIXED = [
  "identifier",
  "osType",
  "osState",
  "hyperVGeneration",
  "architecture",
  "purchasePlan",
] as const;

const definitionBody = ({ properties, ...definition }: Definition) =>
  trackedBody({ ...definition }, TYPE, { ...properties });

export function findDefinition(cloud: Cloud, id: string): Definition {
  const definition = contentsOf(cloud).definitions[keyOf(id)];
  if (definition) return definition;
  throw notFound("Microsoft.Compute/galleries", id.split("/").slice(8).join("/"), groupOf(id));
}

export function definitionRoutes(cloud: Cloud): Route[] {
  const { galleries, definitions, versions } = contentsOf(cloud);
  const galleryIdOf = ({ params }: ArmRequest) => computeId(params, "galleries", params.gallery ?? "");
  const idOf = (request: ArmRequest) => `${galleryIdOf(request)}/images/${request.params.definition ?? ""}`;
  const family = "galleries" as const;
  const requireGallery = (request: ArmRequest) => {
    if (galleries[keyOf(galleryIdOf(request))]) return;
    throw parentNotFound(TYPE, `galleries/${request.params.gallery}`);
  };
  const settle = (request: ArmRequest, definition: Definition, status: number): Promise<Answer> => {
    const operation = cloud.work.begin(subscriptionOf(definition.id), definition.location);
    cloud.work.add({ kind: "definition.settle", resource: definition.id }, SECONDS.definition, operation);
    return accepted(cloud, request, operation, "capsOperations", {
      pending: { status, body: definitionBody(definition) },
      done: () => ({ status, body: definitionBody(definition) }),
    });
  };

  const put = (request: ArmRequest): Promise<Answer> => {
    requireGallery(request);
    const id = idOf(request);
    const name = request.params.definition ?? "";
    if (!NAME.test(name)) {
      throw invalid(
        "galleryImageName",
        `The gallery image name '${name}' is invalid. It has 1 to 80 letters, digits, periods, underscores and hyphens, and begins and ends with a letter or a digit.`,
      );
    }
    const wanted = parseBody(definitionSchema, request.body, "GalleryImage");
    const existing = definitions[keyOf(id)];
    const location = placed(existing, wanted.location, TYPE);
    const properties = wanted.properties;
    requireSensible(properties);
    if (existing) {
      requireIdle(existing);
      requireUnchanged(existing.properties as Properties, properties);
    }
    requireUnique(definitions, id, properties);
    const definition: Definition = {
      ...(existing ?? newTracked(id, location, undefined)),
      tags: wanted.tags,
      properties,
      provisioningState: existing ? "Updating" : "Creating",
    };
    definitions[keyOf(id)] = definition;
    return settle(request, definition, existing ? 200 : 201);
  };

  const patch = (request: ArmRequest): Promise<Answer> => {
    const definition = findDefinition(cloud, idOf(request));
    requireIdle(definition);
    const { tags, properties } = parseBody(definitionPatchSchema, request.body, "GalleryImageUpdate");
    const given = sentOnly(request.body, properties ?? {});
    requireUnchanged(definition.properties as Properties, {
      ...(definition.properties as Properties),
      ...given,
    });
    if (tags) definition.tags = tags;
    definition.properties = { ...definition.properties, ...given };
    definition.provisioningState = "Updating";
    return settle(request, definition, 200);
  };

  const remove = (request: ArmRequest): Promise<Answer> | Answer => {
    const definition = definitions[keyOf(idOf(request))];
    if (!definition) return { status: 204 };
    requireEmpty(definition.id, versions);
    definition.provisioningState = "Deleting";
    const operation = cloud.work.begin(subscriptionOf(definition.id), definition.location);
    cloud.work.add({ kind: "definition.delete", resource: definition.id }, SECONDS.delete, operation);
    return accepted(cloud, request, operation, "capsOperations", {
      pending: { status: 202 },
      done: () => ({ status: 200 }),
    });
  };

  const list = (request: ArmRequest): Answer => {
    requireGallery(request);
    const prefix = `${keyOf(galleryIdOf(request))}/images/`;
    const value = Object.entries(definitions).filter(([key]) => key.startsWith(prefix));
    return { status: 200, body: { value: value.map(([, definition]) => definitionBody(definition)) } };
  };

  const one = `${IN_GALLERY}/{definition}`;
  return [
    {
      method: "GET",
      path: one,
      family,
      handle: (request) => ({ status: 200, body: definitionBody(findDefinition(cloud, idOf(request))) }),
    },
    { method: "PUT", path: one, family, handle: put },
    { method: "PATCH", path: one, family, handle: patch },
    { method: "DELETE", path: one, family, handle: remove },
    { method: "GET", path: IN_GALLERY, family, handle: list },
  ];
}

/** In a PATCH only what was sent counts: the schema's defaults are for a PUT. */
function sentOnly(body: unknown, parsed: Partial<Properties>): Partial<Properties> {
  const sent = (body as { properties?: Record<string, unknown> } | undefined)?.properties ?? {};
  return Object.fromEntries(
    Object.entries(parsed).filter(([key]) => key in sent && key !== "provisioningState"),
  );
}

function requireSensible(properties: Properties): void {
  const feature = (name: string) => properties.features?.find((each) => each.name === name)?.value;
  const security = feature("SecurityType");
  if (properties.hyperVGeneration === "V1" && security && !["None", "Standard"].includes(security)) {
    throw invalid("features", `The feature SecurityType '${security}' needs hyperVGeneration V2.`);
  }
  if (properties.hyperVGeneration === "V1" && feature("DiskControllerTypes")?.includes("NVMe")) {
    throw invalid("features", "The feature DiskControllerTypes with NVMe needs hyperVGeneration V2.");
  }
  if (properties.architecture === "Arm64" && properties.hyperVGeneration === "V1") {
    throw invalid("architecture", "An image of architecture Arm64 needs hyperVGeneration V2.");
  }
}

function requireUnchanged(before: Properties, after: Properties): void {
  for (const property of FIXED) {
    if (JSON.stringify(before[property]) !== JSON.stringify(after[property]))
      throw propertyChange(`galleryImage.properties.${property}`);
  }
  if (
    JSON.stringify(before.features ?? []) !== JSON.stringify(after.features ?? []) &&
    !after.allowUpdateImage
  ) {
    throw propertyChange("galleryImage.properties.features");
  }
}

function requireUnique(
  definitions: Record<string, Definition>,
  id: string,
  { identifier }: Properties,
): void {
  const same = (other: Definition) =>
    keyOf(other.id) !== keyOf(id) &&
    keyOf(other.id.split("/images/")[0] ?? "") === keyOf(id.split("/images/")[0] ?? "") &&
    keyOf(JSON.stringify(other.properties.identifier)) === keyOf(JSON.stringify(identifier));
  const taken = Object.values(definitions).find(same);
  if (!taken) return;
  const { publisher, offer, sku } = identifier;
  throw conflict(
    `The gallery image identifier with publisher '${publisher}', offer '${offer}' and sku '${sku}' is already used by gallery image '${taken.name}' in the same gallery.`,
    "identifier",
  );
}

export function definitionWorkers(cloud: Cloud): Record<string, Worker> {
  const { definitions } = contentsOf(cloud);
  return {
    "definition.settle": async ({ resource }) => {
      const definition = definitions[keyOf(resource)];
      if (!definition) return;
      definition.provisioningState = "Succeeded";
      return definitionBody(definition);
    },
    "definition.delete": async ({ resource }) => {
      delete definitions[keyOf(resource)];
    },
  };
}

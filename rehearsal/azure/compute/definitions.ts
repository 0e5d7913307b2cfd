import { parseBody } from "../arm/body";
import { invalid, notFound, parentNotFound } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import { newTracked, placed, requireIdle, trackedBody } from "../arm/tracked";
import type { Worker } from "../arm/work";
import { accepted, type Cloud, computeId, contentsOf, groupOf, keyOf, subscriptionOf } from "../cloud";
import type { Definition } from "../state";
import { childDeleted, requireEmpty } from "./emptied";
import {
  definitionPatchSchema,
  definitionSchema,
  NAME,
  type Properties,
  requireSensible,
  requireShareable,
  requireUnchanged,
  requireUnique,
  withDefaults,
} from "./definition-rules";

const TYPE = "galleries/images";
const IN_GALLERY =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/galleries/{gallery}/images";
const definitionBody = ({ properties, ...definition }: Definition) =>
  trackedBody({ ...definition }, TYPE, { ...properties });

function findDefinition(cloud: Cloud, id: string): Definition {
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
    cloud.work.add(
      { kind: "definition.settle", resource: definition.id },
      cloud.work.seconds("definition"),
      operation,
    );
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
    const version = request.query.get("api-version") ?? "";
    const properties = withDefaults(wanted.properties, version, existing?.properties);
    requireSensible(properties);
    requireShareable(properties, galleries[keyOf(galleryIdOf(request))]?.permissions ?? "Private");
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
    requireEmpty(cloud, definition.id, versions);
    definition.provisioningState = "Deleting";
    const operation = cloud.work.begin(subscriptionOf(definition.id), definition.location);
    cloud.work.add(
      { kind: "definition.delete", resource: definition.id },
      cloud.work.seconds("delete"),
      operation,
    );
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

/** A PATCH uses only what was sent: the schema's defaults are for a PUT. */
function sentOnly(body: unknown, parsed: Partial<Properties>): Partial<Properties> {
  const sent = (body as { properties?: Record<string, unknown> } | undefined)?.properties ?? {};
  return Object.fromEntries(
    Object.entries(parsed).filter(([key]) => key in sent && key !== "provisioningState"),
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
      childDeleted(cloud, resource);
    },
  };
}

import { parseBody } from "../arm/body";
import { invalid, notAllowed, notFound } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import { newTracked, placed, requireIdle, trackedBody } from "../arm/tracked";
import type { Worker } from "../arm/work";
import { accepted, type Cloud, computeId, contentsOf, groupOf, keyOf, subscriptionOf } from "../cloud";
import type { Gallery } from "../state";
import { requireEmpty } from "./emptied";
import { isShared, share, shareWorker } from "./sharing";
import { applyProfile, galleryPatchSchema, gallerySchema } from "./gallery-profile";

const TYPE = "galleries";
const PRIVATE = { permissions: "Private" } as const;
const IN_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/galleries";
/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftcompute */
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.]{0,78}[A-Za-z0-9])?$/;

/**
 * The progress of sharing is not returned: no response has a `sharingStatus`, and a private gallery has a profile
 * only on request (recordings of azure-cli: test_gallery_e2e.yaml, test_shared_gallery.yaml, 2023-06-25; community,
 * 2026-05-12).
 */
function galleryBody(gallery: Gallery, query: URLSearchParams) {
  const { community, permissions, groups } = gallery;
  const withGroups = /^SharingProfile\/Groups$/i.test(query.get("$expand") ?? "") || query.has("$select");
  const info = community && {
    publisherUri: community.publisherUri,
    publisherContact: community.publisherContact,
    eula: community.eula,
    publicNamePrefix: community.publicNamePrefix,
    communityGalleryEnabled: community.enabled,
    // Exists before sharing: https://learn.microsoft.com/azure/virtual-machines/create-gallery#community
    publicNames: [community.publicName],
  };
  return trackedBody(gallery, TYPE, {
    ...(gallery.description !== undefined && { description: gallery.description }),
    identifier: { uniqueName: gallery.uniqueName },
    ...((permissions !== "Private" || withGroups) && {
      sharingProfile: {
        permissions,
        ...(info && { communityGalleryInfo: info }),
        ...(withGroups && { groups }),
      },
    }),
  });
}

const succeeded = (body: ReturnType<typeof galleryBody>) => ({
  ...body,
  properties: { ...body.properties, provisioningState: "Succeeded" },
});

function findGallery(cloud: Cloud, id: string): Gallery {
  const gallery = contentsOf(cloud).galleries[keyOf(id)];
  if (gallery) return gallery;
  throw notFound("Microsoft.Compute/galleries", id.split("/").at(-1) ?? "", groupOf(id));
}

export function galleryRoutes(cloud: Cloud): Route[] {
  const { galleries, definitions } = contentsOf(cloud);
  const idOf = ({ params }: ArmRequest) => computeId(params, TYPE, params.gallery ?? "");
  const family = "galleries" as const;

  const settle = (request: ArmRequest, gallery: Gallery, status: number): Promise<Answer> => {
    const operation = cloud.work.begin(subscriptionOf(gallery.id), gallery.location);
    cloud.work.add(
      { kind: "gallery.settle", resource: gallery.id },
      cloud.work.seconds("gallery"),
      operation,
    );
    const body = () => galleryBody(gallery, request.query);
    return accepted(cloud, request, operation, "capsOperations", {
      // An update is complete in its first response (azure-cli, test_update_gallery_permissions.yaml, 2023-05-25).
      pending: { status, body: status === 200 ? succeeded(body()) : body() },
      done: () => ({ status, body: body() }),
    });
  };

  const put = (request: ArmRequest): Promise<Answer> => {
    const id = idOf(request);
    const name = request.params.gallery ?? "";
    if (!NAME.test(name)) {
      throw invalid(
        "galleryName",
        `The gallery name '${name}' is invalid. A gallery's name has 1 to 80 letters, digits, periods and underscores, and begins and ends with a letter or a digit.`,
      );
    }
    const wanted = parseBody(gallerySchema, request.body, "Gallery");
    const existing = galleries[keyOf(id)];
    if (existing) requireIdle(existing);
    const gallery: Gallery = existing ?? {
      ...newTracked(id, placed(undefined, wanted.location, TYPE), undefined),
      uniqueName: `${subscriptionOf(id)}-${name.toUpperCase()}`,
      permissions: "Private",
      groups: [],
    };
    placed(existing, wanted.location, TYPE);
    const profile = wanted.properties?.sharingProfile;
    const absent = existing && cloud.faults.absentProfileMeans === "private" ? PRIVATE : {};
    applyProfile(gallery, profile ?? absent, !existing);
    gallery.tags = wanted.tags;
    gallery.description = wanted.properties?.description;
    gallery.provisioningState = existing ? "Updating" : "Creating";
    galleries[keyOf(id)] = gallery;
    return settle(request, gallery, existing ? 200 : 201);
  };

  const patch = (request: ArmRequest): Promise<Answer> => {
    const gallery = findGallery(cloud, idOf(request));
    requireIdle(gallery);
    const { tags, properties } = parseBody(galleryPatchSchema, request.body, "GalleryUpdate");
    if (properties?.sharingProfile) applyProfile(gallery, properties.sharingProfile, false);
    if (tags) gallery.tags = tags;
    if (properties?.description !== undefined) gallery.description = properties.description;
    gallery.provisioningState = "Updating";
    return settle(request, gallery, 200);
  };

  const remove = (request: ArmRequest): Promise<Answer> | Answer => {
    const gallery = galleries[keyOf(idOf(request))];
    if (!gallery) return { status: 204 };
    requireEmpty(cloud, gallery.id, definitions);
    if (isShared(gallery)) {
      throw notAllowed(
        `Gallery ${gallery.name} is shared and cannot be deleted. Reset its sharing first (POST share with operationType Reset).`,
      );
    }
    gallery.provisioningState = "Deleting";
    const operation = cloud.work.begin(subscriptionOf(gallery.id), gallery.location);
    cloud.work.add({ kind: "gallery.delete", resource: gallery.id }, cloud.work.seconds("delete"), operation);
    return accepted(cloud, request, operation, "capsOperations", {
      pending: { status: 202 },
      done: () => ({ status: 200 }),
    });
  };

  const list = (prefix: string, query: URLSearchParams): Answer => ({
    status: 200,
    body: {
      value: Object.values(galleries)
        .filter(({ id }) => keyOf(id).startsWith(keyOf(prefix)))
        .map((gallery) => galleryBody(gallery, query)),
    },
  });

  const one = `${IN_GROUP}/{gallery}`;
  return [
    {
      method: "GET",
      path: one,
      family,
      query: ["$select", "$expand"],
      handle: (request) => ({
        status: 200,
        body: galleryBody(findGallery(cloud, idOf(request)), request.query),
      }),
    },
    { method: "PUT", path: one, family, handle: put },
    { method: "PATCH", path: one, family, handle: patch },
    { method: "DELETE", path: one, family, handle: remove },
    {
      method: "POST",
      path: `${one}/share`,
      family,
      handle: (request) => share(cloud, request, findGallery(cloud, idOf(request))),
    },
    {
      method: "GET",
      path: IN_GROUP,
      family,
      handle: ({ params, query }) => list(`${computeId(params, TYPE)}/`, query),
    },
    {
      method: "GET",
      path: "/subscriptions/{subscription}/providers/Microsoft.Compute/galleries",
      family,
      handle: ({ params, query }) => list(`/subscriptions/${params.subscription}/`, query),
    },
  ];
}

export function galleryWorkers(cloud: Cloud): Record<string, Worker> {
  const { galleries } = contentsOf(cloud);
  return {
    "gallery.settle": async ({ resource }) => {
      const gallery = galleries[keyOf(resource)];
      if (!gallery) return;
      gallery.provisioningState = "Succeeded";
      return galleryBody(gallery, new URLSearchParams());
    },
    "gallery.delete": async ({ resource }) => {
      delete galleries[keyOf(resource)];
    },
    "gallery.share": shareWorker(cloud),
  };
}

import { randomUUID } from "node:crypto";
import { parseBody } from "../arm/body";
import { invalid, notAllowed, notFound, parentNotFound, propertyChange } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import { displayName } from "../arm/locations";
import { newTracked, placed, requireIdle } from "../arm/tracked";
import { accepted, type Cloud, computeId, contentsOf, groupOf, keyOf, subscriptionOf } from "../cloud";
import type { Definition, Operation, Version } from "../state";
import { changeRegions, startReplication } from "./replication";
import { versionBody } from "./version-body";
import {
  type PublishingProfile,
  type SafetyProfile,
  versionPatchSchema,
  versionSchema,
} from "./version-schema";
import { heldByDefault, published, requireSource, requireVersionName, safetyOf } from "./version-rules";

const TYPE = "galleries/images/versions";
const IN_DEFINITION =
  "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/galleries/{gallery}/images/{definition}/versions";

export function versionRoutes(cloud: Cloud): Route[] {
  const { definitions, versions } = contentsOf(cloud);
  const definitionIdOf = ({ params }: ArmRequest) =>
    `${computeId(params, "galleries", params.gallery ?? "")}/images/${params.definition ?? ""}`;
  const idOf = (request: ArmRequest) => `${definitionIdOf(request)}/versions/${request.params.version ?? ""}`;
  const family = "galleries" as const;

  const find = (request: ArmRequest): Version => {
    const version = versions[keyOf(idOf(request))];
    if (version) return version;
    throw notFound(
      "Microsoft.Compute/galleries",
      idOf(request).split("/").slice(8).join("/"),
      groupOf(idOf(request)),
    );
  };
  const requireDefinition = (request: ArmRequest): Definition => {
    const definition = definitions[keyOf(definitionIdOf(request))];
    if (definition) return definition;
    throw parentNotFound(TYPE, `galleries/${request.params.gallery}/images/${request.params.definition}`);
  };
  const answer = (
    request: ArmRequest,
    version: Version,
    operation: Operation,
    status: number,
  ): Promise<Answer> =>
    accepted(cloud, request, operation, "capsOperations", {
      pending: { status, body: versionBody(version) },
      done: () => ({ status, body: versionBody(version) }),
    });

  const put = (request: ArmRequest): Promise<Answer> => {
    const definition = requireDefinition(request);
    const id = idOf(request);
    requireVersionName(request.params.version ?? "");
    const wanted = parseBody(versionSchema, request.body, "GalleryImageVersion");
    const existing = versions[keyOf(id)];
    const location = placed(existing, wanted.location, TYPE);
    const { publishingProfile = {}, storageProfile, safetyProfile = {} } = wanted.properties;
    const operation = cloud.work.begin(subscriptionOf(id), location);
    if (existing) {
      requireIdle(existing);
      const { source, osDiskImage } = storageProfile;
      const given = source?.id ?? osDiskImage?.source?.id;
      // An update may omit the source (azure-cli, test_gallery_e2e.yaml, 2023-06-25).
      if (given !== undefined && keyOf(given) !== keyOf(existing.source)) {
        throw propertyChange("galleryImageVersion.properties.storageProfile");
      }
      existing.tags = wanted.tags;
      update(cloud, existing, publishingProfile, safetyProfile, operation);
      return answer(request, existing, operation, 200);
    }
    const source = storageProfile.source?.id ?? storageProfile.osDiskImage?.source?.id;
    if (source === undefined)
      throw invalid("storageProfile", "Exactly one of source.id and osDiskImage.source.id must be given.");
    const sizeBytes = requireSource(cloud, source, location, definition);
    const api = request.query.get("api-version") ?? "";
    const made = heldByDefault(api, safetyProfile, publishingProfile);
    const version: Version = {
      ...newTracked(id, location, wanted.tags),
      publishedDate: new Date().toISOString(),
      storageProfile,
      source,
      sizeBytes,
      container: `version-${randomUUID()}`,
      hostCaching: storageProfile.osDiskImage?.hostCaching ?? "ReadWrite",
      replicas: {},
      ...published(location, made.publishing),
      safety: safetyOf(made.safety),
    };
    versions[keyOf(id)] = version;
    startReplication(cloud, version, operation);
    return answer(request, version, operation, 201);
  };

  const patch = (request: ArmRequest): Promise<Answer> => {
    const version = find(request);
    requireIdle(version);
    const { tags, properties = {} } = parseBody(
      versionPatchSchema,
      request.body,
      "GalleryImageVersionUpdate",
    );
    const operation = cloud.work.begin(subscriptionOf(version.id), version.location);
    if (tags) version.tags = tags;
    const profile: PublishingProfile = {
      targetRegions: version.regions as PublishingProfile["targetRegions"],
      excludeFromLatest: version.excludeFromLatest,
      endOfLifeDate: version.endOfLifeDate,
      replicaCount: version.replicaCount,
      ...properties.publishingProfile,
    };
    update(cloud, version, profile, { ...version.safety, ...properties.safetyProfile }, operation);
    return answer(request, version, operation, 200);
  };

  const remove = (request: ArmRequest): Promise<Answer> | Answer => {
    const version = versions[keyOf(idOf(request))];
    if (!version) return { status: 204 };
    if (
      version.safety.blockDeletionBeforeEndOfLife &&
      !(version.endOfLifeDate && Date.parse(version.endOfLifeDate) <= Date.now())
    ) {
      throw notAllowed(
        `Gallery image version ${version.name} cannot be deleted before its end of life (${version.endOfLifeDate ?? "none is set"}): its safetyProfile.blockDeletionBeforeEndOfLife is true.`,
      );
    }
    version.provisioningState = "Deleting";
    const operation = cloud.work.begin(subscriptionOf(version.id), version.location);
    cloud.work.add(
      { kind: "version.delete", resource: version.id },
      cloud.work.seconds("deleteVersion"),
      operation,
    );
    return accepted(cloud, request, operation, "capsOperations", {
      pending: { status: 202 },
      done: () => ({ status: 200 }),
    });
  };

  const get = (request: ArmRequest): Answer => {
    const expand = request.query.get("$expand");
    if (expand !== null && !/^(ReplicationStatus|UefiSettings)$/i.test(expand)) {
      throw invalid(
        "$expand",
        `The value '${expand}' of parameter '$expand' is invalid; known are ReplicationStatus and UefiSettings.`,
      );
    }
    return { status: 200, body: versionBody(find(request), request.query) };
  };

  const list = (request: ArmRequest): Answer => {
    requireDefinition(request);
    const prefix = `${keyOf(definitionIdOf(request))}/versions/`;
    const value = Object.entries(versions).filter(([key]) => key.startsWith(prefix));
    return { status: 200, body: { value: value.map(([, version]) => versionBody(version)) } };
  };

  const one = `${IN_DEFINITION}/{version}`;
  return [
    { method: "GET", path: one, family, query: ["$expand"], handle: get },
    { method: "PUT", path: one, family, handle: put },
    { method: "PATCH", path: one, family, handle: patch },
    { method: "DELETE", path: one, family, handle: remove },
    { method: "GET", path: IN_DEFINITION, family, handle: list },
  ];
}

function update(
  cloud: Cloud,
  version: Version,
  profile: PublishingProfile,
  safety: SafetyProfile,
  operation: Operation,
): void {
  const wanted = published(version.location, profile);
  for (const region of wanted.regions) {
    const before = version.regions.find(({ name }) => name === region.name);
    if (before && before.storageAccountType !== region.storageAccountType) {
      throw propertyChange(
        "galleryImageVersion.properties.publishingProfile.targetRegions.storageAccountType",
      );
    }
  }
  if (wanted.replicationMode !== version.replicationMode) {
    throw propertyChange("galleryImageVersion.properties.publishingProfile.replicationMode");
  }
  const { regions, ...rest } = wanted;
  const removed = version.regions.filter(({ name }) => !regions.some((region) => region.name === name));
  if (removed.length > 0 && !version.safety.allowDeletionOfReplicatedLocations) {
    throw notAllowed(
      `Gallery image version ${version.name} cannot be removed from ${removed.map(({ name }) => displayName(name)).join(", ")}: its safetyProfile.allowDeletionOfReplicatedLocations is false.`,
      "publishingProfile.targetRegions",
    );
  }
  Object.assign(version, rest, { safety: safetyOf(safety) });
  changeRegions(cloud, version, regions, operation);
}

import { randomUUID } from "node:crypto";
import { GIB } from "../../../facts/units";
import { VHD_FOOTER_SIZE } from "../../../facts/vhd";
import { parseBody } from "../arm/body";
import { ArmError, invalid, notAllowed, notRehearsed, propertyChange } from "../arm/errors";
import type { Answer, ArmRequest, Route } from "../arm/http";
import { newTracked, placed, requireIdle } from "../arm/tracked";
import type { Worker } from "../arm/work";
import { accepted, type Cloud, computeId, contentsOf, keyOf, subscriptionOf } from "../cloud";
import type { Disk } from "../state";
import { accessRoutes, accessWorkers } from "./access";
import { diskBody, findDisk, gib } from "./disk-body";
import { type DiskBody, diskPatchSchema, diskSchema } from "./disk-schema";
import { findImage } from "./image-reference";

const TYPE = "disks";
const IN_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute/disks";
const NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,78}[A-Za-z0-9_])?$/;

export function diskRoutes(cloud: Cloud): Route[] {
  const { disks } = contentsOf(cloud);
  const idOf = ({ params }: ArmRequest) => computeId(params, TYPE, params.disk ?? "");
  const family = "disks" as const;

  const put = async (request: ArmRequest): Promise<Answer> => {
    const id = idOf(request);
    const name = request.params.disk ?? "";
    if (!NAME.test(name)) {
      throw invalid(
        "disk",
        `The resource name '${name}' is invalid. A disk's name has 1 to 80 letters, digits, _, - and ., and begins and ends with a letter, a digit or _.`,
      );
    }
    requireRehearsed(request.body);
    const wanted = parseBody(diskSchema, request.body, "Disk");
    const existing = disks[keyOf(id)];
    const location = placed(existing, wanted.location, TYPE);
    const disk = existing ? changed(existing, wanted) : created(cloud, request, id, location, wanted);
    disks[keyOf(id)] = disk;
    const operation = cloud.work.begin(subscriptionOf(id), location);
    cloud.work.add(
      { kind: existing ? "disk.update" : "disk.create", resource: id },
      cloud.work.seconds("disk"),
      operation,
    );
    return accepted(cloud, request, operation, "DiskOperations", {
      pending: { status: 202, body: diskBody(disk) },
      done: () => ({ status: 200, body: diskBody(disk) }),
    });
  };

  const patch = async (request: ArmRequest): Promise<Answer> => {
    const disk = findDisk(cloud, idOf(request));
    requireIdle(disk);
    const wanted = parseBody(diskPatchSchema, request.body, "DiskUpdate");
    requireGrowth(disk, wanted.properties?.diskSizeGB);
    if (wanted.tags) disk.tags = wanted.tags;
    if (wanted.sku) disk.sku = wanted.sku.name;
    disk.properties = { ...disk.properties, ...wanted.properties };
    disk.provisioningState = "Updating";
    const operation = cloud.work.begin(subscriptionOf(disk.id), disk.location);
    cloud.work.add({ kind: "disk.update", resource: disk.id }, cloud.work.seconds("disk"), operation);
    return accepted(cloud, request, operation, "DiskOperations", {
      pending: { status: 202, body: diskBody(disk) },
      done: () => ({ status: 200, body: diskBody(disk) }),
    });
  };

  const remove = async (request: ArmRequest): Promise<Answer> => {
    const disk = disks[keyOf(idOf(request))];
    if (!disk) return { status: 204 };
    if (disk.diskState === "ActiveSAS") {
      throw notAllowed(
        `There is an active shared access signature outstanding for disk ${disk.name}. Call EndGetAccess before attaching or deleting the disk. Learn more here: aka.ms/revokedisksas.`,
      );
    }
    disk.provisioningState = "Deleting";
    const operation = cloud.work.begin(subscriptionOf(disk.id), disk.location);
    cloud.work.add({ kind: "disk.delete", resource: disk.id }, cloud.work.seconds("delete"), operation);
    return accepted(cloud, request, operation, "DiskOperations", {
      pending: { status: 202 },
      done: () => ({ status: 200 }),
    });
  };

  const list = (prefix: string): Answer => ({
    status: 200,
    body: {
      value: Object.values(disks)
        .filter(({ id }) => keyOf(id).startsWith(keyOf(prefix)))
        .map(diskBody),
    },
  });

  return [
    {
      method: "GET",
      path: `${IN_GROUP}/{disk}`,
      family,
      handle: (request) => ({ status: 200, body: diskBody(findDisk(cloud, idOf(request))) }),
    },
    { method: "PUT", path: `${IN_GROUP}/{disk}`, family, handle: put },
    { method: "PATCH", path: `${IN_GROUP}/{disk}`, family, handle: patch },
    { method: "DELETE", path: `${IN_GROUP}/{disk}`, family, handle: remove },
    { method: "GET", path: IN_GROUP, family, handle: ({ params }) => list(`${computeId(params, TYPE)}/`) },
    {
      method: "GET",
      path: "/subscriptions/{subscription}/providers/Microsoft.Compute/disks",
      family,
      handle: ({ params }) => list(`/subscriptions/${params.subscription}/`),
    },
    ...accessRoutes(cloud, IN_GROUP, idOf),
  ];
}

function created(cloud: Cloud, request: ArmRequest, id: string, location: string, wanted: DiskBody): Disk {
  const { creationData, diskSizeGB, ...properties } = wanted.properties;
  const uniqueId = randomUUID();
  const disk: Disk = {
    ...newTracked(id, location, wanted.tags),
    uniqueId,
    diskState: creationData.createOption === "Upload" ? "ReadyToUpload" : "Unattached",
    sizeBytes: 0,
    container: `disk-${uniqueId}`,
    sku: wanted.sku?.name ?? "Standard_LRS",
    ...(wanted.zones && { zones: wanted.zones }),
    properties: { ...properties, creationData },
  };
  switch (creationData.createOption) {
    case "Upload":
      return { ...disk, sizeBytes: creationData.uploadSizeBytes - VHD_FOOTER_SIZE };
    case "Empty":
      if (diskSizeGB === undefined)
        throw invalid("diskSizeGB", "Required parameter 'diskSizeGB' is missing (null).");
      return { ...disk, sizeBytes: diskSizeGB * GIB };
    case "FromImage": {
      const reference = creationData.galleryImageReference ?? creationData.imageReference;
      if (!reference)
        throw invalid(
          "creationData.imageReference",
          "Required parameter 'creationData.imageReference' is missing (null).",
        );
      const { version, definition } = findImage(cloud, request.caller, reference, location);
      const { osType, hyperVGeneration, architecture } = definition.properties;
      requireGrowth({ ...disk, sizeBytes: version.sizeBytes }, diskSizeGB);
      return {
        ...disk,
        sizeBytes: version.sizeBytes,
        properties: {
          osType,
          hyperVGeneration,
          supportedCapabilities: { architecture },
          ...disk.properties,
          source: version.id,
        },
      };
    }
  }
}

/** Options of Azure not used for publishing (`DiskCreateOption` of @azure/arm-compute 24.1). */
const UNREHEARSED = [
  ..."Attach Copy CopyFromSanSnapshot CopyStart Import ImportSecure Restore UploadPreparedSecure".split(" "),
];

function requireRehearsed(body: unknown): void {
  const { properties } = (body ?? {}) as { properties?: { creationData?: { createOption?: unknown } } };
  const option = String(properties?.creationData?.createOption);
  if (!UNREHEARSED.includes(option)) return;
  throw notRehearsed(
    `The createOption '${option}' of a disk`,
    "creationData.createOption",
    "disks are made with Upload, Empty or FromImage",
  );
}

/** A PUT on an existing disk changes its mutable properties; its source is immutable. */
function changed(existing: Disk, wanted: DiskBody): Disk {
  requireIdle(existing);
  const { creationData, diskSizeGB, ...properties } = wanted.properties;
  if (JSON.stringify(sentOf(creationData)) !== JSON.stringify(sentOf(existing.properties.creationData)))
    throw propertyChange("creationData");
  if (wanted.zones && JSON.stringify(wanted.zones) !== JSON.stringify(existing.zones))
    throw propertyChange("zones");
  requireGrowth(existing, diskSizeGB);
  return {
    ...existing,
    tags: wanted.tags,
    sku: wanted.sku?.name ?? existing.sku,
    provisioningState: "Updating",
    properties: { ...existing.properties, ...properties },
  };
}

/** A client that sends a response back sends the image under both names. */
function sentOf(creationData: unknown): unknown {
  const { imageReference, ...rest } = creationData as {
    imageReference?: unknown;
    galleryImageReference?: unknown;
  };
  return rest.galleryImageReference === undefined ? { ...rest, imageReference } : rest;
}

/** A disk never shrinks, and growing one is not supported. */
function requireGrowth(disk: Disk, diskSizeGB: number | undefined): void {
  if (diskSizeGB === undefined || diskSizeGB === gib(disk.sizeBytes)) return;
  if (diskSizeGB < gib(disk.sizeBytes)) {
    throw new ArmError(
      409,
      "ResizeDiskError",
      `New size ${diskSizeGB} GB of disk ${disk.name} cannot be less than its current size ${gib(disk.sizeBytes)} GB.`,
      { target: "diskSizeGB" },
    );
  }
  throw notRehearsed(
    `Growing disk ${disk.name} from ${gib(disk.sizeBytes)} GB to ${diskSizeGB} GB`,
    "diskSizeGB",
    "images are published at their own size",
  );
}

export function diskWorkers(cloud: Cloud): Record<string, Worker> {
  const contents = contentsOf(cloud);
  const fill = async (disk: Disk): Promise<void> => {
    const { createOption } = disk.properties.creationData as DiskBody["properties"]["creationData"];
    if (createOption === "Upload")
      return cloud.blobs.createHole(disk.container, disk.sizeBytes + VHD_FOOTER_SIZE);
    if (createOption === "Empty") return cloud.blobs.createBlankDisk(disk.container, disk.sizeBytes);
    const version = contents.versions[keyOf(String(disk.properties.source))];
    delete disk.properties.source;
    if (version) return cloud.blobs.copy(version.container, disk.container);
    disk.provisioningState = "Failed";
    throw new ArmError(
      404,
      "GalleryImageNotFound",
      `The gallery image of disk ${disk.name} was deleted while the disk was created.`,
    );
  };
  return {
    "disk.create": async ({ resource }) => {
      const disk = contents.disks[keyOf(resource)];
      if (!disk) return;
      await fill(disk);
      disk.provisioningState = "Succeeded";
      return diskBody(disk);
    },
    "disk.update": async ({ resource }) => {
      const disk = contents.disks[keyOf(resource)];
      if (!disk) return;
      disk.provisioningState = "Succeeded";
      return diskBody(disk);
    },
    "disk.delete": async ({ resource }) => {
      const disk = contents.disks[keyOf(resource)];
      if (!disk) return;
      await cloud.blobs.remove(disk.container);
      delete contents.disks[keyOf(resource)];
    },
    ...accessWorkers(cloud),
  };
}

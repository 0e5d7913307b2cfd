import fs from "node:fs";
import type { DiskReference, Disks } from "../disks";
import { GoogleError, invalidField, permissionRequired, resourceNotFound } from "../errors";
import type { Identity } from "../identities";
import { BUCKET_ROLES, IMAGE_ROLES, isAllowed, type Policy } from "../permissions";
import { nearestMultiRegion } from "../places";
import type { SettingsStore } from "../settings";
import { denied } from "../storage/access";
import type { StoredObject } from "../storage/object";
import type { ObjectStore } from "../storage/object-store";
import { computeTime } from "../time";
import type { Table } from "../../store/journal";
import { ArchiveRefusal, readArchive } from "./archive";
import { isWithdrawn } from "./deprecation";
import { describeImage, imageSource, type Image, type ImageRequest } from "./image";
import { imagePath, parseArchiveLink, parseGlobalLink } from "./links";
import { numericId, OperationFailure, type Operations, type Run, type Work } from "./operations";
import { EMPTY_POLICY } from "./policy";

const GIB = 1024 ** 3;

/** All images, and the work of the operations on them. */
export class Images {
  private serial = 0;

  constructor(
    private readonly table: Table<Image>,
    private readonly disks: Disks,
    private readonly objects: ObjectStore,
    operations: Operations,
    private readonly settings: SettingsStore,
    /** Milliseconds until a policy is in force. */
    private readonly policyDelay: number,
  ) {
    const images = [...table.values()];
    for (const image of images) this.serial = Math.max(this.serial, image.serial);
    disks.restore(images.flatMap(({ disk }) => (disk ? [disk] : [])));
    operations.register(
      "insert",
      (work, run) => this.performInsert(work, run),
      (work) => this.abandon(work),
    );
    operations.register("delete", async (work) => this.performDelete(work));
    operations.register("change", async (work) => this.performChange(work));
  }

  all(): IterableIterator<Image> {
    return this.table.values();
  }

  find(project: string, name: string): Image | undefined {
    return this.table.get(`${project}/${name}`);
  }

  /** The image of that name or id, once the caller is known to have the permission; a right comes before existence. */
  get(caller: Identity | undefined, project: string, name: string, permission: string): Image {
    const image =
      this.find(project, name) ??
      [...this.table.values()].find((one) => one.project === project && one.id === name);
    if (!isAllowed(caller, permission, this.access(project, image), IMAGE_ROLES))
      throw permissionRequired(permission, imagePath(project, name));
    if (!image) throw resourceNotFound(imagePath(project, name));
    return image;
  }

  /** What decides who may use an image of that project now; `undefined`: there is no such image. */
  access(project: string, image: Image | undefined): { project: string; policy: Policy } {
    const old = image?.oldPolicy;
    if (old && Date.now() < old.until) return { project, policy: old.policy };
    return { project, policy: image?.policy ?? EMPTY_POLICY };
  }

  /** Gives an image a new policy, which is read back at once and in force a little later. */
  setPolicy(image: Image, policy: Policy): void {
    const before = this.access(image.project, image).policy;
    this.set({ ...image, policy, oldPolicy: { policy: before, until: Date.now() + this.policyDelay } });
  }

  /** The newest image of a family that is ready and not deprecated: what users of the family get. */
  newestOf(project: string, family: string): Image | undefined {
    const candidates = [...this.table.values()].filter(
      (image) =>
        image.project === project &&
        image.family === family &&
        image.status === "READY" &&
        !isWithdrawn(image.deprecated),
    );
    return candidates.sort((a, b) => b.serial - a.serial)[0];
  }

  set(image: Image): void {
    this.table.set(`${image.project}/${image.name}`, image);
  }

  /** A new image, pending, and the work that makes it ready. */
  insert(
    caller: Identity,
    project: string,
    request: ImageRequest,
  ): { image: Image; work: Work; warnings?: { code: string; message: string }[] } {
    const described = describeImage(request);
    const source = imageSource(request);
    if (this.find(project, described.name)) {
      const path = imagePath(project, described.name);
      throw new GoogleError(409, "alreadyExists", `The resource '${path}' already exists`);
    }
    const held = [...this.table.values()].filter((image) => image.project === project).length;
    const { imageQuota } = this.settings.current;
    if (held >= imageQuota) {
      throw new GoogleError(
        403,
        "quotaExceeded",
        `Quota 'IMAGES' exceeded.  Limit: ${imageQuota.toFixed(1)} globally.`,
      );
    }
    if ("missing" in source)
      throw resourceNotFound(source.missing.replace(/^https:\/\/[^/]+\/compute\/v1\//, ""));
    const origin =
      "rawDisk" in source
        ? this.archive(caller, source.rawDisk)
        : this.sourceImage(caller, project, source.sourceImage);
    const { diskSizeGb } = request;
    const image: Image = {
      serial: ++this.serial,
      project,
      id: numericId(),
      creationTimestamp: computeTime(),
      status: "PENDING",
      ...described,
      ...origin.image,
      storageLocations:
        described.storageLocations.length > 0 ? described.storageLocations : origin.storageLocations,
      diskSizeGb: diskSizeGb ?? origin.image.diskSizeGb,
      policy: EMPTY_POLICY,
    };
    const { warnings } = origin;
    return {
      image,
      work: { kind: "insert", image: `${project}/${image.name}`, ...origin.work },
      ...(warnings ? { warnings } : {}),
    };
  }

  private archive(caller: Identity, link: string) {
    const field = "resource.rawDisk.source";
    const place = parseArchiveLink(link);
    if (!place) {
      // google-api-go-client issue 178
      throw invalidField(
        field,
        link,
        "The provided source location was not a valid Google Cloud Storage object reference.",
      );
    }
    const bucket = this.objects.buckets.get(place.bucket);
    // googlecodelabs/feedback issue 642
    if (!bucket)
      throw new GoogleError(404, "notFound", `The Cloud Storage bucket '${place.bucket}' is not found.`);
    if (!isAllowed(caller, "storage.objects.get", bucket, BUCKET_ROLES))
      throw denied(caller, "storage.objects.get");
    const object = this.objects.find(place.bucket, place.object);
    if (!object) throw archiveGone(place.bucket, place.object);
    // clearml/clearml-server issue 39
    if (!place.object.endsWith(".tar.gz"))
      throw invalidField(field, link, "The provided source is not a supported file.");
    return {
      image: { rawDisk: true, archiveSizeBytes: object.size, diskSizeGb: 0 },
      storageLocations: [nearestMultiRegion(bucket.location)],
      work: { archive: { ...place, generation: object.generation } },
      warnings: undefined,
    };
  }

  private sourceImage(caller: Identity, project: string, link: string) {
    const parsed = parseGlobalLink(link, "images", project);
    if (!parsed) throw invalidField("resource.sourceImage", link, "The URL is malformed.");
    const name = parsed.family ? this.newestOf(parsed.project, parsed.name)?.name : parsed.name;
    if (name === undefined) throw resourceNotFound(imagePath(parsed.project, `family/${parsed.name}`));
    const source = this.get(caller, parsed.project, name, "compute.images.useReadOnly");
    const path = imagePath(source.project, source.name);
    if (source.status !== "READY")
      throw new GoogleError(400, "resourceNotReady", `The resource '${path}' is not ready`);
    const state = source.deprecated?.state;
    if (state === "OBSOLETE" || state === "DELETED") {
      throw new GoogleError(
        400,
        "badRequest",
        `The resource '${path}' is ${state.toLowerCase()}. It cannot be used to create new resources.`,
      );
    }
    return {
      image: {
        archiveSizeBytes: source.archiveSizeBytes,
        diskSizeGb: source.diskSizeGb,
        sourceImage: `https://www.googleapis.com/compute/v1/${path}`,
        sourceImageId: source.id,
      },
      storageLocations: source.storageLocations,
      work: { source: `${source.project}/${source.name}` },
      warnings:
        state === "DEPRECATED"
          ? [
              {
                code: "DEPRECATED_RESOURCE_USED",
                message: `The resource '${path}' is deprecated.${replacementHint(source)}`,
              },
            ]
          : undefined,
    };
  }

  private async performInsert(work: Work, run: Run): Promise<void> {
    const image = this.table.get(work.image);
    if (!image)
      throw new OperationFailure(
        "RESOURCE_NOT_FOUND",
        "The image was deleted while it was created.",
        404,
        "NOT FOUND",
      );
    // A restart between the last block and the end of the operation finds the work done.
    const disk = image.disk ?? (await this.content(work, run));
    const least = disk.size / GIB;
    if (image.diskSizeGb !== 0 && image.diskSizeGb < least) {
      this.disks.drop(disk);
      throw new OperationFailure(
        "INVALID_FIELD_VALUE",
        `Invalid value for field 'resource.diskSizeGb': '${image.diskSizeGb}'. Requested disk size cannot be smaller than the image size (${least} GB)`,
      );
    }
    this.set({ ...image, status: "READY", disk, diskSizeGb: image.diskSizeGb || least });
  }

  private async content({ archive, source }: Work, run: Run): Promise<DiskReference> {
    if (archive) return this.importArchive(archive, run);
    if (source !== undefined) return this.copyDisk(source);
    throw new Error("an insert names neither an archive nor an image");
  }

  private async importArchive(archive: NonNullable<Work["archive"]>, run: Run): Promise<DiskReference> {
    const present = (): StoredObject => {
      const object = this.objects.find(archive.bucket, archive.object);
      if (object && object.generation === archive.generation) return object;
      const gone = archiveGone(archive.bucket, archive.object);
      throw new OperationFailure("RESOURCE_NOT_FOUND", gone.message, 404, "NOT FOUND");
    };
    const object = present();
    const stream = fs.createReadStream(this.objects.file(object), {
      highWaterMark: 256 * 1024,
      signal: run.signal,
    });
    let percent = 0;
    stream.on("data", () => {
      const now = Math.floor((stream.bytesRead / Math.max(1, object.size)) * 9) * 10;
      if (now > percent) run.report((percent = now));
    });
    stream.pause();
    try {
      return await this.disks.write(async (sink) => {
        const size = await readArchive(stream, sink);
        present();
        return size;
      });
    } catch (error) {
      if (error instanceof ArchiveRefusal) throw new OperationFailure("INVALID_USAGE", error.message);
      throw error;
    }
  }

  private copyDisk(key: string): DiskReference {
    const source = this.table.get(key);
    if (!source?.disk) {
      throw new OperationFailure(
        "RESOURCE_NOT_FOUND",
        `The source image '${key}' was not found`,
        404,
        "NOT FOUND",
      );
    }
    return this.disks.share(source.disk);
  }

  /** An image that could not be created disappears (rancher/os issue 1998): no image named so remains in the way. */
  private abandon(work: Work): void {
    this.table.delete(work.image);
  }

  private performDelete(work: Work): void {
    const image = this.table.get(work.image);
    if (image?.disk) this.disks.drop(image.disk);
    this.table.delete(work.image);
  }

  /** A change of plain fields; a field that is null goes. */
  private performChange(work: Work): void {
    const image = this.table.get(work.image);
    if (!image)
      throw new OperationFailure(
        "RESOURCE_NOT_FOUND",
        `The resource '${work.image}' was not found`,
        404,
        "NOT FOUND",
      );
    const fields = Object.entries({ ...image, ...work.fields }).filter(([, value]) => value !== null);
    this.set(Object.fromEntries(fields) as unknown as Image);
  }
}

function replacementHint({ deprecated }: Image): string {
  return deprecated?.replacement === undefined
    ? ""
    : ` A suggested replacement is '${deprecated.replacement}'.`;
}

/** zentralopensource/zentral issue 77 */
function archiveGone(bucket: string, object: string): GoogleError {
  const link = `https://www.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}`;
  return new GoogleError(
    404,
    "notFound",
    `The resource '${link}' of type 'Google Cloud Storage object' was not found.`,
  );
}

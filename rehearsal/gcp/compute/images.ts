import { GoogleError, invalidField, permissionRequired, resourceNotFound } from "../errors";
import type { Identity } from "../identities";
import { BUCKET_ROLES, IMAGE_ROLES, isAllowed, type Policy } from "../permissions";
import { nearestMultiRegion } from "../places";
import type { SettingsStore } from "../settings";
import { denied } from "../storage/access";
import type { ObjectStore } from "../storage/object-store";
import { computeTime } from "../time";
import type { Table } from "../../store/journal";
import { isWithdrawn } from "./deprecation";
import { describeImage, imageSource, type Image, type ImageRequest } from "./image";
import { imagePath, parseArchiveLink, parseGlobalLink } from "./links";
import { numericId, type Work } from "./operations";
import { EMPTY_POLICY } from "./policy";

/** All images: access, and the initial state of a new one. */
export class Images {
  private serial = 0;

  constructor(
    private readonly table: Table<Image>,
    private readonly objects: ObjectStore,
    private readonly settings: SettingsStore,
    /** Milliseconds until a policy is effective. */
    private readonly policyDelay: number,
  ) {
    for (const image of table.values()) this.serial = Math.max(this.serial, image.serial);
  }

  all(): IterableIterator<Image> {
    return this.table.values();
  }

  find(project: string, name: string): Image | undefined {
    return this.table.get(`${project}/${name}`);
  }

  /** The image of that name or id, after checking the caller's permission, which precedes existence. */
  get(caller: Identity | undefined, project: string, name: string, permission: string): Image {
    const image =
      this.find(project, name) ??
      [...this.table.values()].find((one) => one.project === project && one.id === name);
    if (!isAllowed(caller, permission, this.access(project, image), IMAGE_ROLES))
      throw permissionRequired(permission, imagePath(project, name));
    if (!image) throw resourceNotFound(imagePath(project, name));
    return image;
  }

  /** The access decision for an image of that project now; `undefined`: the image does not exist. */
  access(project: string, image: Image | undefined): { project: string; policy: Policy } {
    const old = image?.oldPolicy;
    if (old && Date.now() < old.until) return { project, policy: old.policy };
    return { project, policy: image?.policy ?? EMPTY_POLICY };
  }

  /** Sets an image's policy, visible at once and effective a little later. */
  setPolicy(image: Image, policy: Policy): void {
    const before = this.access(image.project, image).policy;
    this.set({ ...image, policy, oldPolicy: { policy: before, until: Date.now() + this.policyDelay } });
  }

  /** The newest image of a family that is ready and not deprecated: the family's current image. */
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

  remove(image: Image): void {
    this.table.delete(`${image.project}/${image.name}`);
  }

  /** A new pending image, and the work that completes it. */
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
      image: { rawDisk: true, archiveSizeBytes: 0, diskSizeGb: 0 },
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
}

function replacementHint({ deprecated }: Image): string {
  return deprecated?.replacement === undefined
    ? ""
    : ` A suggested replacement is '${deprecated.replacement}'.`;
}

/** The source object of an image does not exist (message: zentralopensource/zentral issue 77). */
export function archiveGone(bucket: string, object: string): GoogleError {
  const link = `https://www.googleapis.com/storage/v1/b/${bucket}/o/${encodeURIComponent(object)}`;
  return new GoogleError(
    404,
    "notFound",
    `The resource '${link}' of type 'Google Cloud Storage object' was not found.`,
  );
}

import { Disk } from "@pulumi/azure-native/compute/disk";
import { GalleryImageVersion } from "@pulumi/azure-native/compute/galleryImageVersion";
import * as pulumi from "@pulumi/pulumi";
import type { Audience } from "../../config/ledger";
import { TAG } from "../../facts/tags";
import { DiskContent } from "../../resources/azure/disk-content";
import { Preflight } from "../../resources/azure/preflight";
import { Verification } from "../../resources/azure/verification";
import { closedRegionsOf } from "../../resources/azure/region-closing";
import { VersionPublication } from "../../resources/azure/version-publication";
import type { RecordedObject } from "../../resources/record";
import { closingsOf } from "../../resources/closing";
import { type Closings, type PublishedRelease, type Table, textOrUndefined } from "../cloud";
import type { AzureGallery, GalleryMember } from "./gallery";
import type { AzurePlan, ImagePlan, VersionPlan } from "./plan";

interface AzureReleaseArgs {
  readonly plan: AzurePlan;
  readonly gallery: AzureGallery;
  /** By image name. */
  readonly closings: Closings;
  /** Dependencies before this release leaves "latest": its replacement enters it first. */
  readonly after: Promise<pulumi.Resource[]>;
  /** Dependencies before it is replicated or "latest" resolves to it. */
  readonly recorded?: Promise<pulumi.Resource[]> | undefined;
  /** Where it may be, and who may have it, by what the guard agreed to and by the stack file; absent: there is no guard. */
  readonly agreed?: { readonly to: pulumi.Output<Audience>; readonly wanted: Audience } | undefined;
}

/** A release's object for one architecture: a version in the gallery, or just its disk. */
interface VerifiedImage {
  readonly plan: ImagePlan;
  readonly id: pulumi.Output<string>;
  readonly verification: Verification;
  readonly publication?: VersionPublication;
}

/** Uploads over slow lines. */
const PATIENCE = { create: "6h", update: "6h" };

/**
 * A replication takes from 15 minutes to two hours, and once took more than a day
 * (github.com/Azure/azure-cli/issues/16632); azure-native's default is two hours. Deletion covers every region of the
 * version.
 */
const REPLICATION = { create: "48h", update: "48h", delete: "48h" };

/**
 * One release on Azure: checked, written to a managed disk, the disk read back, made a version, the version read
 * back, and only then published: replicated to the other regions, and included in "latest".
 *
 * A version in a shared gallery can be used by anyone as soon as it exists. So the disk is verified before its
 * version is created, and the version is created in the home region only and excluded from "latest" until it was read
 * back. The gallery itself is shared after every release has come that far (`AzureGallery.share`).
 *
 * Disk and content carry the protection. The version is never protected, because that would prevent its withdrawal:
 * in a shared gallery, a withdrawn release has no version, and neither has a staged one whose gallery is about to be
 * shared.
 */
export class AzureRelease extends pulumi.ComponentResource implements PublishedRelease, GalleryMember {
  readonly images: PublishedRelease["images"];
  readonly proof: PublishedRelease["proof"];
  readonly objects: PublishedRelease["objects"];
  readonly others: PublishedRelease["others"] = {};
  readonly verifications: readonly Verification[];
  readonly publications: readonly VersionPublication[];
  readonly preflight: Preflight;
  private readonly plan: AzurePlan;
  private readonly gallery: AzureGallery;
  private readonly closings: Closings;
  private readonly agreed: AzureReleaseArgs["agreed"];

  constructor(
    name: string,
    { plan, gallery, closings, after, recorded = Promise.resolve([]), agreed }: AzureReleaseArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("imprimatur:component:AzureRelease", name, {}, options);
    this.plan = plan;
    this.gallery = gallery;
    this.closings = closings;
    this.agreed = agreed;
    this.preflight = new Preflight(name, plan.preflight, { parent: this });
    const disks = plan.images.map((image) => this.upload(image, this.preflight));
    // No version of any architecture before all disks are verified.
    const before = disks.map(({ verification }) => verification);
    const versions = disks.map((disk) =>
      disk.plan.version ? this.register(disk, disk.plan.version, before) : disk,
    );
    this.verifications = versions.map(({ verification }) => verification);
    // Nor is any published before all versions are verified.
    const first = Promise.all([after, recorded]).then((lists) => lists.flat());
    const verified = versions.map((version) =>
      version.plan.version
        ? { ...version, publication: this.publish(version, version.plan.version, first) }
        : version,
    );
    this.publications = verified.flatMap(({ publication }) => publication ?? []);

    const table = (cell: (image: VerifiedImage) => pulumi.Output<string>): Table =>
      Object.fromEntries(verified.map((each) => [each.plan.architecture, cell(each)]));
    this.images = table(({ id }) => id);
    this.proof = table(({ verification }) => verification.level);
    this.objects = verified.map((image) => this.recordOf(image));
    this.registerOutputs({ images: this.images });
  }

  private recordOf({ plan, id, verification }: VerifiedImage): RecordedObject {
    const { architecture, definition, version, disk } = plan;
    const place = { cloud: "azure", region: this.plan.location, architecture } as const;
    const { level: proof } = verification;
    const identity = {
      uid: textOrUndefined(verification.uid),
      createdAt: textOrUndefined(verification.createdAt),
    };
    const facts = { ...place, account: id.apply(subscriptionOf), id, ...identity, proof };
    if (version === undefined) return { ...facts, kind: "disk", name: disk.diskName };
    const name = `${definition}/${version.name}`;
    return {
      ...facts,
      kind: "image",
      name,
      publicId: this.gallery.publicIdOf(definition, version.name, this.preflight),
    };
  }

  private upload(plan: ImagePlan, preflight: Preflight): VerifiedImage {
    const { location, protect } = this.plan;
    const { uploadSizeBytes, architecture, ...disk } = plan.disk;
    const managed = new Disk(
      plan.name,
      {
        resourceGroupName: this.gallery.resourceGroup,
        location,
        ...disk,
        osType: "Linux",
        supportedCapabilities: { architecture },
        creationData: { createOption: "Upload", uploadSizeBytes },
        sku: { name: "Standard_LRS" },
        tags: plan.tags,
      },
      {
        parent: this,
        dependsOn: preflight,
        protect,
        deleteBeforeReplace: true,
        // Other bytes replace the disk; a tag changed at Azure is restored in place.
        replacementTrigger: plan.tags[TAG.digest],
        // The disk's source is immutable, and a PUT with another is refused (`PropertyChangeNotAllowed`). Azure
        // computes the size in GB after the upload: not drift.
        ignoreChanges: ["creationData", "diskSizeGB"],
      },
    );
    const content = new DiskContent(
      plan.name,
      { diskId: managed.id, ...plan.content },
      { parent: this, protect, customTimeouts: PATIENCE },
    );
    const verification = this.verify(`${plan.name}-disk`, plan, content.writtenDiskId);
    return { plan, id: verification.verifiedId, verification };
  }

  private register(
    { plan, id }: VerifiedImage,
    version: VersionPlan,
    before: readonly Verification[],
  ): VerifiedImage {
    const { location } = this.plan;
    const { name, home } = version;
    const made = new GalleryImageVersion(
      plan.name,
      {
        resourceGroupName: this.gallery.resourceGroup,
        ...this.gallery.placeOf(plan.definition),
        galleryImageVersionName: this.agreedName(name),
        location,
        // A managed disk goes here; `storageProfile.source` is for images and virtual machines (REST examples,
        // 2024-03-03).
        storageProfile: { osDiskImage: { source: { id } } },
        publishingProfile: { targetRegions: [home], excludeFromLatest: true },
        // A region removed from the config is removed from the gallery. Since api-version 2026-03-03 Azure blocks the
        // deletion of a version for half a year by default (azure-cli, vm/_breaking_change.py, read 2026-11).
        safetyProfile: { allowDeletionOfReplicatedLocations: true, blockDeletionBeforeEndOfLife: false },
        tags: plan.tags,
      },
      {
        parent: this,
        dependsOn: [...before, ...this.gallery.deletionAfter(plan.definition)],
        customTimeouts: REPLICATION,
        // `VersionPublication` manages these after creation: a PUT from here would reset them.
        ignoreChanges: ["publishingProfile", "safetyProfile", "storageProfile", "tags"],
        deleteBeforeReplace: true,
        replacementTrigger: this.madeFor(plan),
      },
    );
    return { plan, id: made.id, verification: this.verify(plan.name, plan, made.id) };
  }

  /** A release that returns gets a new version, even if the state still has the one its withdrawal deleted. */
  private madeFor({ name, tags }: ImagePlan): pulumi.Input<string | undefined> {
    const digest = tags[TAG.digest];
    const closings = closingsOf(this.closings.get(name));
    return closings?.apply((count) => (count === undefined ? digest : `${digest} after ${count}`)) ?? digest;
  }

  /** In a gallery that others see, a version can be named from its first moment on: the guard was asked before. */
  private agreedName(name: string): pulumi.Input<string> {
    if (this.agreed === undefined) return name;
    const { location } = this.plan;
    const wanted = this.agreed.wanted[location] ?? [];
    return this.agreed.to.apply((each) => {
      if (wanted.every((grantee) => each[location]?.includes(grantee))) return name;
      throw new pulumi.RunError(
        `version ${name} would be seen by ${wanted.join(", ")}, and the stack's guard (imprimatur:index:Lifecycle) was left out of this ` +
          "update by --target or --exclude; run `imprimatur up`, or `pulumi up` without them",
      );
    });
  }

  private publish(
    { plan, verification }: VerifiedImage,
    { publication }: VersionPlan,
    after: Promise<pulumi.Resource[]>,
  ): VersionPublication {
    const dependsOn = after.then((others) => [...this.verifications, ...others]);
    return new VersionPublication(
      plan.name,
      {
        versionId: verification.verifiedId,
        ...publication,
        targetRegions: publication.targetRegions.map((region) => ({ ...region })),
        tags: plan.tags,
        closings: closingsOf(this.closings.get(plan.name)),
        ...(this.agreed && { agreed: this.agreed.to.apply((each) => Object.keys(each)) }),
        closedRegions: closedRegionsOf(this.closings.get(`${plan.name}-regions`)),
      },
      {
        parent: this,
        dependsOn,
        customTimeouts: REPLICATION,
      },
    );
  }

  private verify(name: string, plan: ImagePlan, sourceId: pulumi.Output<string>): Verification {
    return new Verification(
      name,
      {
        sourceId,
        resourceGroup: this.plan.resourceGroup,
        location: this.plan.location,
        ...plan.verification,
        tags: plan.tags,
      },
      { parent: this, customTimeouts: PATIENCE },
    );
  }
}

/** `/subscriptions/<it>/resourceGroups/…` */
function subscriptionOf(id: string): string {
  return id.split("/")[2] ?? "";
}

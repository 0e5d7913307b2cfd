import { Disk } from "@pulumi/azure-native/compute/disk";
import { GalleryImageVersion } from "@pulumi/azure-native/compute/galleryImageVersion";
import * as pulumi from "@pulumi/pulumi";
import { TAG } from "../../facts/tags";
import { DiskContent } from "../../resources/azure/disk-content";
import { Preflight } from "../../resources/azure/preflight";
import { Verification } from "../../resources/azure/verification";
import { VersionPublication } from "../../resources/azure/version-publication";
import type { RecordedObject } from "../../resources/record";
import { closingsOf } from "../../resources/closing";
import { type Closings, type PublishedRelease, type Table, told } from "../cloud";
import type { AzureGallery, GalleryMember } from "./gallery";
import type { AzurePlan, ImagePlan, VersionPlan } from "./plan";

export interface AzureReleaseArgs {
  readonly plan: AzurePlan;
  readonly gallery: AzureGallery;
  /** By the names of the images. */
  readonly closings: Closings;
  /** What has to be done before this release leaves "latest": the one that takes its place there enters it. */
  readonly after: Promise<pulumi.Resource[]>;
  /** What has to be there before it is in other regions or found by "latest". */
  readonly recorded?: Promise<pulumi.Resource[]> | undefined;
}

/** What a release has of one architecture: a version in the gallery, or its disk alone. */
interface VerifiedImage {
  readonly plan: ImagePlan;
  readonly id: pulumi.Output<string>;
  readonly verification: Verification;
  readonly publication?: VersionPublication;
}

/** Uploads over slow lines. */
const PATIENCE = { create: "6h", update: "6h" };

/**
 * A replication takes from 15 minutes to two hours, and took more than a day once (github.com/Azure/azure-cli/issues/16632);
 * azure-native gives up after two hours. A version is deleted in every region where it is.
 */
const REPLICATION = { create: "48h", update: "48h", delete: "48h" };

/**
 * One release on Azure: checked, written to a managed disk, the disk read back, made a version, the version read back,
 * and only then published: replicated to the other regions, and found by "latest".
 *
 * A version of a gallery that is shared already can be named by anybody from the moment that it is made. So the disk is
 * verified before there is a version of it, and the version is made in the home region alone and left out of "latest"
 * until it was read back. The gallery itself is shared after every release has come that far (`AzureGallery.share`).
 *
 * Disk and content carry the protection. The version is never protected, because that would keep it from being
 * withdrawn: in a gallery that is shared, a withdrawn release has no version, and neither has a staged one whose gallery
 * is opened.
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

  constructor(
    name: string,
    { plan, gallery, closings, after, recorded = Promise.resolve([]) }: AzureReleaseArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("imprimatur:component:AzureRelease", name, {}, options);
    this.plan = plan;
    this.gallery = gallery;
    this.closings = closings;
    this.preflight = new Preflight(name, plan.preflight, { parent: this });
    const disks = plan.images.map((image) => this.upload(image, this.preflight));
    // No version of one architecture while the other's bytes are in doubt.
    const before = disks.map(({ verification }) => verification);
    const versions = disks.map((disk) =>
      disk.plan.version ? this.register(disk, disk.plan.version, before) : disk,
    );
    this.verifications = versions.map(({ verification }) => verification);
    // Nor one of them in the open while the other's is.
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
    const identity = { uid: told(verification.uid), createdAt: told(verification.createdAt) };
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
        // Other bytes replace the disk, and not a tag that somebody changed at Azure: that one is put right in place.
        replacementTrigger: plan.tags[TAG.digest],
        // What it was made from never changes, and a PUT that says it otherwise is refused (`PropertyChangeNotAllowed`).
        // Its size in GB is Azure's own, told only once the bytes are there: no difference to what was asked for.
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
        galleryImageVersionName: name,
        location,
        // A managed disk goes here; `storageProfile.source` is for images and machines (REST examples, 2024-03-03).
        storageProfile: { osDiskImage: { source: { id } } },
        publishingProfile: { targetRegions: [home], excludeFromLatest: true },
        // A region that is taken out of the config is taken out of the gallery. From api-version 2026-03-03 on Azure holds a version
        // for half a year of which nobody says otherwise (azure-cli, vm/_breaking_change.py, read 2026-11).
        safetyProfile: { allowDeletionOfReplicatedLocations: true, blockDeletionBeforeEndOfLife: false },
        tags: plan.tags,
      },
      {
        parent: this,
        dependsOn: [...before, ...this.gallery.deletionAfter(plan.definition)],
        customTimeouts: REPLICATION,
        // Once it is there it belongs to `VersionPublication`: a PUT from here would take it back to where it began.
        ignoreChanges: ["publishingProfile", "safetyProfile", "storageProfile", "tags"],
        deleteBeforeReplace: true,
        replacementTrigger: this.madeFor(plan),
      },
    );
    return { plan, id: made.id, verification: this.verify(plan.name, plan, made.id) };
  }

  /** A release that comes back is made anew, even if the state still has the version that its withdrawal deleted. */
  private madeFor({ name, tags }: ImagePlan): pulumi.Input<string | undefined> {
    const digest = tags[TAG.digest];
    const closings = closingsOf(this.closings.get(name));
    return closings?.apply((count) => (count === undefined ? digest : `${digest} after ${count}`)) ?? digest;
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

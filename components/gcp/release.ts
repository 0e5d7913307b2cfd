import { Image } from "@pulumi/gcp/compute/image";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../../config/release";
import type { Audience } from "../../config/ledger";
import { closedBy, closingsOf } from "../../resources/closing";
import { Arm64Image } from "../../resources/gcp/arm64-image";
import { ImageArchive } from "../../resources/gcp/image-archive";
import { ImageArchiveRemoval } from "../../resources/gcp/image-archive-removal";
import { ImageDeprecation } from "../../resources/gcp/image-deprecation";
import { ImageFamily } from "../../resources/gcp/image-family";
import { ImageMember } from "../../resources/gcp/image-member";
import { Preflight } from "../../resources/gcp/preflight";
import { Verification } from "../../resources/gcp/verification";
import { type Closings, type PublishedRelease, type Table, textOrUndefined } from "../cloud";
import type { GcpPlan, ImagePlan } from "./plan";

interface GcpReleaseArgs {
  readonly plan: GcpPlan;
  /** Dependencies before any upload: the bucket, if the program creates it. */
  readonly before: readonly pulumi.Resource[];
  /** Remove access to the images; each has its closing count. */
  readonly closings: Closings;
  /** Dependencies before anyone but the owner gets access. */
  readonly recorded?: Promise<pulumi.Resource[]> | undefined;
  /** Who may have it by what the guard agreed to; absent: there is no guard. */
  readonly agreed?: pulumi.Output<Audience> | undefined;
}

/** A verified image, which may be shared. */
interface VerifiedImage {
  readonly plan: ImagePlan;
  readonly image: Image | Arm64Image;
  readonly verification: Verification;
}

/** A current image: the replacement of deprecated ones. */
interface Pointer {
  readonly name: pulumi.Output<string>;
  readonly selfLink: pulumi.Output<string>;
  /** Prerequisites of pointing to it. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Uploading a large disk over a slow line takes long, and so may creating its image: the native provider's default is
 * 20 minutes (`image` in resource_compute_image.go). Members and buckets have no long-running operation.
 */
const PATIENCE = { create: "6h", update: "6h", delete: "1h" };

/**
 * Every property of `gcp.compute.Image` whose change replaces it (ForceNew in resource_compute_image.go of
 * hashicorp/terraform-provider-google-beta 7.45; `labels` and `deletionPolicy` are the others). Drift must not delete
 * an image in use, so none of them is compared with the actual value: the image is replaced when a *desired* value
 * changes, through its `replacementTrigger`. The archive's `neededFor` changes with it, so the archive is in the
 * bucket again before the old image is deleted.
 */
const REPLACED_ON = [
  "description",
  "diskSizeGb",
  "family",
  "guestOsFeatures",
  "imageEncryptionKey",
  "licenses",
  "name",
  "params",
  "project",
  "rawDisk",
  "shieldedInstanceInitialState",
  "sourceDisk",
  "sourceDiskEncryptionKey",
  "sourceImage",
  "sourceImageEncryptionKey",
  "sourceSnapshot",
  "sourceSnapshotEncryptionKey",
  "storageLocations",
];

/**
 * One release on Google Cloud: checked, uploaded as an archive, made an image *outside* its family, verified, shared,
 * and only then added to the family. An image created in a family is live at once, verified or not.
 *
 * Sharing waits for the verification of every architecture, as on the other clouds.
 */
export class GcpRelease extends pulumi.ComponentResource implements PublishedRelease {
  readonly images: PublishedRelease["images"];
  readonly proof: PublishedRelease["proof"];
  readonly objects: PublishedRelease["objects"];
  readonly others: PublishedRelease["others"] = {};
  private readonly pointers = new Map<Architecture, Pointer>();
  /** Resources that move users to this release. */
  readonly families: ImageFamily[] = [];
  /** Before the bucket is made. */
  readonly preflight: Preflight;

  private readonly plan: GcpPlan;
  private readonly closings: Closings;
  private readonly agreed: pulumi.Output<Audience> | undefined;

  constructor(
    name: string,
    { plan, before, closings, recorded, agreed }: GcpReleaseArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("imprimatur:component:GcpRelease", name, {}, options);
    this.plan = plan;
    this.closings = closings;
    this.agreed = agreed;
    this.preflight = new Preflight(name, plan.preflight, { parent: this });
    const ready = [this.preflight, ...before];
    const verified = plan.images.map((image) => this.register(image, ready));
    const verifications = verified.map(({ verification }) => verification);
    for (const image of verified) this.open(image, verifications, recorded);

    const table = (cell: (image: VerifiedImage) => pulumi.Output<string>): Table =>
      Object.fromEntries(verified.map((each) => [each.plan.architecture, cell(each)]));
    this.images = table(({ image }) => image.id);
    this.proof = table(({ verification }) => verification.level);
    this.objects = verified.map(({ plan: { architecture, image: made }, image, verification }) => ({
      cloud: "gcp",
      account: plan.project,
      region: "all",
      kind: "image",
      id: image.id,
      uid: textOrUndefined(verification.uid),
      createdAt: textOrUndefined(verification.createdAt),
      name: made.name,
      architecture,
      proof: verification.level,
    }));
    this.registerOutputs({ images: this.images });
  }

  private register(plan: ImagePlan, ready: readonly pulumi.Resource[]): VerifiedImage {
    const { name, archive: archiveArgs } = plan;
    const { protect, project } = this.plan;
    const archive = new ImageArchive(name, archiveArgs, {
      parent: this,
      dependsOn: [...ready],
      protect,
      customTimeouts: PATIENCE,
    });
    const image = this.image(plan, archive);
    const verification = new Verification(
      name,
      {
        project,
        image: madeName(plan, image),
        source: archive.source,
        crc32c: archive.crc32c,
        archiveSize: archive.archiveSize,
        archiveSha256: archive.archiveSha256,
        generation: archive.generation,
        diskSizeGb: plan.image.diskSizeGb,
        architecture: plan.architecture,
        blockMapRoot: archiveArgs.blockMapRoot,
        shared: this.plan.shared,
      },
      { parent: this, dependsOn: image },
    );
    if (!archiveArgs.keep) {
      const { bucket, object, neededFor, image: imageName } = archiveArgs;
      new ImageArchiveRemoval(
        name,
        { project, bucket, object, neededFor, image: imageName },
        { parent: this, dependsOn: [archive, verification] },
      );
    }
    return { plan, image, verification };
  }

  private image(
    { name, architecture, image, replacementTrigger }: ImagePlan,
    { source }: ImageArchive,
  ): Image | Arm64Image {
    const { protect, project } = this.plan;
    // The name is unique in a project; `open` manages the family, not the image resource.
    const options = { parent: this, protect, deleteBeforeReplace: true, customTimeouts: PATIENCE };
    const { name: imageName, guestOsFeatures, licenses, storageLocations, ...common } = image;
    return architecture === "arm64"
      ? new Arm64Image(
          name,
          {
            ...{ project, imageName, ...common, source },
            guestOsFeatures: [...guestOsFeatures],
            licenses: licenses ?? [],
            storageLocations: storageLocations ?? [],
          },
          options,
        )
      : new Image(
          name,
          {
            project,
            name: imageName,
            guestOsFeatures:
              guestOsFeatures.length > 0 ? guestOsFeatures.map((type) => ({ type })) : undefined,
            licenses,
            storageLocations,
            ...common,
            rawDisk: { source },
          },
          { ...options, ignoreChanges: [...REPLACED_ON], replacementTrigger },
        );
  }

  /** Shares the image, then adds it to the family. `ImageClosing` removes access earlier. */
  private open(
    { plan, image }: VerifiedImage,
    verifications: readonly Verification[],
    recorded: Promise<pulumi.Resource[]> = Promise.resolve([]),
  ): void {
    const { project, members } = this.plan;
    const imageName = madeName(plan, image);
    const before: Promise<pulumi.Resource[]> = recorded.then((record) => [
      image,
      ...verifications,
      ...record,
    ]);
    const shares = members.map(
      ({ name, member, formerly }) =>
        new ImageMember(
          `${plan.name}-${name}`,
          {
            ...{ project, image: imageName, member, closings: this.closingsOf(plan) },
            ...(this.agreed && { agreed: this.agreed.apply((each) => [...(each.global ?? [])]) }),
          },
          {
            parent: this,
            dependsOn: before,
            ...(formerly !== undefined && { aliases: [{ name: `${plan.name}-${formerly}` }] }),
          },
        ),
    );
    const shared: Promise<pulumi.Resource[]> = before.then((all) => [...all, ...shares]);
    const family =
      plan.family === undefined
        ? []
        : [
            new ImageFamily(
              plan.name,
              { project, image: imageName, family: plan.family },
              { parent: this, dependsOn: shared },
            ),
          ];
    this.families.push(...family);
    this.pointers.set(plan.architecture, {
      name: imageName,
      selfLink: image.selfLink,
      ready: [image, ...shares, ...family],
    });
  }

  private closingsOf({ name }: ImagePlan): pulumi.Output<number | undefined> | undefined {
    return closingsOf(this.closings.get(name));
  }

  get withdrawn(): boolean {
    return this.plan.withdrawn;
  }

  pointerOf(architecture: Architecture): Pointer | undefined {
    return this.pointers.get(architecture);
  }

  /**
   * Sets the deprecation state, the dates and, for a deprecated image, its replacement.
   *
   * @param after dependencies
   */
  deprecate(
    replacementOf: (architecture: Architecture) => Pointer | undefined,
    after: readonly pulumi.Resource[] = [],
  ): void {
    const { deprecation, project } = this.plan;
    for (const image of this.plan.images) {
      const { name, architecture } = image;
      const own = this.pointers.get(architecture);
      if (own === undefined) continue;
      const replacement = deprecation.state === "ACTIVE" ? undefined : replacementOf(architecture);
      new ImageDeprecation(
        name,
        {
          project,
          image: own.name,
          ...deprecation,
          ...closedBy(this.closings.get(image.name)),
          ...(replacement && { replacement: replacement.selfLink }),
        },
        {
          parent: this,
          dependsOn: [...own.ready, ...(replacement?.ready ?? []), ...after],
        },
      );
    }
  }
}

/** The image's name, resolved when it exists: what depends on it is replaced with it. */
function madeName(plan: ImagePlan, image: Image | Arm64Image): pulumi.Output<string> {
  return image.id.apply(() => plan.image.name);
}

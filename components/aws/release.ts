import { Ami } from "@pulumi/aws/ec2/ami";
import { AmiCopy } from "@pulumi/aws/ec2/amiCopy";
import { AmiLaunchPermission } from "@pulumi/aws/ec2/amiLaunchPermission";
import * as pulumi from "@pulumi/pulumi";
import { Preflight } from "../../resources/aws/preflight";
import { Snapshot } from "../../resources/aws/snapshot";
import { SnapshotSharing } from "../../resources/aws/snapshot-sharing";
import { SnapshotTags } from "../../resources/aws/snapshot-tags";
import { Verification } from "../../resources/aws/verification";
import type { PublishedRelease, Table } from "../cloud";
import type { AwsPlan, ImagePlan, SharePlan } from "./plan";

/** An AMI in one region, with the snapshot under it. */
interface RegionalImage {
  readonly region: string;
  readonly imageId: pulumi.Output<string>;
  readonly snapshotId: pulumi.Output<string>;
}

/** A verified AMI: what may be shared. */
interface VerifiedImage extends RegionalImage {
  readonly verification: Verification;
}

/** Uploading a large disk over a slow line, and copies to far regions (over 40 minutes have been seen), take their time. */
const PATIENCE = { create: "6h", update: "6h" };

/**
 * One release on AWS: checked, uploaded once, registered, copied, every copy read back, and only then shared.
 *
 * Sharing *anywhere* waits for the verification of every region and architecture of the release: a difference found in
 * one copy means that something on the way cannot be trusted, and a release is easier to repair while nobody has it.
 */
export class AwsRelease extends pulumi.ComponentResource implements PublishedRelease {
  readonly images: PublishedRelease["images"];
  readonly proof: PublishedRelease["proof"];
  readonly others: PublishedRelease["others"];

  constructor(name: string, plan: AwsPlan, options: pulumi.ComponentResourceOptions) {
    super("imprimatur:component:AwsRelease", name, {}, options);
    const preflight = new Preflight(name, plan.preflight, { parent: this });
    const published = plan.images.map((image) => {
      const home = this.register(image, plan, preflight);
      const copies = image.copies.map((region) => this.copy(image, region, home, plan));
      return { image, regions: [home, ...copies].map((regional) => this.verify(image, regional)) };
    });
    const verified = published.flatMap(({ regions }) => regions.map(({ verification }) => verification));
    for (const { image, regions } of published) {
      for (const share of image.shares) this.share(image, share, regions, verified);
    }

    const table = (cell: (of: VerifiedImage) => pulumi.Output<string>): Table =>
      Object.fromEntries(
        published.map(({ image, regions }) => [
          image.architecture,
          Object.fromEntries(regions.map((of) => [of.region, cell(of)])),
        ]),
      );
    this.images = table(({ imageId }) => imageId);
    this.proof = table(({ verification }) => verification.level);
    this.others = { snapshots: table(({ snapshotId }) => snapshotId) };
    this.registerOutputs({ images: this.images, ...this.others });
  }

  private register(image: ImagePlan, { protect }: AwsPlan, preflight: Preflight): RegionalImage {
    const region = image.homeRegion;
    const name = `${image.name}-${region}`;
    const snapshot = new Snapshot(name, image.snapshot, {
      parent: this,
      dependsOn: preflight,
      protect,
      customTimeouts: PATIENCE,
    });
    const { rootDeviceName, volumeType, volumeSize, ...registration } = image.registration;
    const ami = new Ami(
      name,
      {
        region,
        ...image.ami,
        ...registration,
        virtualizationType: "hvm",
        rootDeviceName,
        ebsBlockDevices: [
          {
            deviceName: rootDeviceName,
            snapshotId: snapshot.id,
            volumeSize,
            volumeType,
            deleteOnTermination: true,
          },
        ],
      },
      this.imageOptions(image, protect),
    );
    return { region, imageId: ami.id, snapshotId: snapshot.id };
  }

  private copy(image: ImagePlan, region: string, home: RegionalImage, { protect }: AwsPlan): RegionalImage {
    const name = `${image.name}-${region}`;
    const copy = new AmiCopy(
      name,
      { region, ...image.ami, sourceAmiId: home.imageId, sourceAmiRegion: home.region, encrypted: false },
      { ...this.imageOptions(image, protect), customTimeouts: PATIENCE },
    );
    new SnapshotTags(
      name,
      { region, snapshotId: copy.rootSnapshotId, tags: image.ami.tags },
      { parent: this },
    );
    return { region, imageId: copy.id, snapshotId: copy.rootSnapshotId };
  }

  private verify(image: ImagePlan, regional: RegionalImage): VerifiedImage {
    const { region, snapshotId } = regional;
    const verification = new Verification(
      `${image.name}-${region}`,
      { region, snapshotId, ...image.verification },
      { parent: this, customTimeouts: PATIENCE },
    );
    return { ...regional, verification };
  }

  /** Opens the snapshot, then the image: whoever sees an image can copy it. Closing goes the other way round. */
  private share(
    image: ImagePlan,
    share: SharePlan,
    regions: readonly VerifiedImage[],
    verified: Verification[],
  ): void {
    const { region } = share;
    const shared = regions.find((of) => of.region === region);
    if (shared === undefined)
      throw new Error(`${image.name} is shared in ${region}, where it is not published`);
    const name = `${image.name}-${region}`;
    const { imageId, snapshotId } = shared;
    const snapshot =
      share.snapshot &&
      new SnapshotSharing(
        name,
        { region, snapshotId, ...share.snapshot },
        { parent: this, dependsOn: verified },
      );
    for (const { name: grantee, to } of share.launch) {
      new AmiLaunchPermission(
        `${name}-${grantee}`,
        { region, imageId, ...to },
        { parent: this, dependsOn: snapshot ? [...verified, snapshot] : verified },
      );
    }
  }

  /**
   * The name of an AMI is taken once in a region, so a replacement has to wait for the deletion. AWS puts a deprecation
   * date of its own on public AMIs; it is not drift when the stack file gives none.
   */
  private imageOptions({ ami }: ImagePlan, protect: boolean): pulumi.CustomResourceOptions {
    return {
      parent: this,
      protect,
      deleteBeforeReplace: true,
      ...(ami.deprecationTime === undefined && { ignoreChanges: ["deprecationTime"] }),
    };
  }
}

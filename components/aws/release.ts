import { Ami } from "@pulumi/aws/ec2/ami";
import { AmiCopy } from "@pulumi/aws/ec2/amiCopy";
import * as pulumi from "@pulumi/pulumi";
import { BootCheck } from "../../resources/aws/boot-check";
import { ImageSharing } from "../../resources/aws/image-sharing";
import { Preflight } from "../../resources/aws/preflight";
import { Snapshot } from "../../resources/aws/snapshot";
import { SnapshotTags } from "../../resources/aws/snapshot-tags";
import { Verification } from "../../resources/aws/verification";
import type { Audience } from "../../config/ledger";
import { closedBy } from "../../resources/closing";
import type { Closings, PublishedRelease, Table } from "../cloud";
import { type AwsPlan, type ImagePlan, isOpen } from "./plan";
import type { CopyTurns } from "./copy-turns";
import { type SharedImage, SharedRelease } from "./shared-release";

/** An AMI in one region, with the snapshot under it. */
interface RegionalImage {
  readonly region: string;
  readonly imageId: pulumi.Output<string>;
  readonly snapshotId: pulumi.Output<string>;
}

/** A verified AMI, which may be shared. */
interface VerifiedImage extends RegionalImage {
  readonly verification: Verification;
  /** Boot check of the home image, if the stack asks for one. */
  readonly bootCheck?: BootCheck;
}

/** One image of the release, in all its regions. */
interface PublishedImage {
  readonly image: ImagePlan;
  readonly regions: readonly VerifiedImage[];
}

/**
 * Uploads of a large disk over a slow line and copies to far regions take long (over 40 minutes, the native
 * resources' default limit, have been seen); so does deregistration, for which the native resources wait 90 minutes.
 */
const PATIENCE = { create: "6h", update: "6h", delete: "2h" };

/**
 * Immutable properties of a registered AMI (ForceNew in ec2_ami.go, terraform-provider-aws v6, read 2026-11) that AWS
 * or a person can change on an existing one, or that a later AWS reports differently: IMDSv2 can be switched on
 * (ModifyImageAttribute). Drift in these is no reason to replace an AMI in use: the *desired* values are in the
 * replacement trigger. `name`, `region` and the snapshot in `ebsBlockDevices` stay compared: they never change on an
 * AMI, and a recreated snapshot needs a new AMI.
 */
const SETTLED_AT_REGISTRATION = [
  "architecture",
  "bootMode",
  "enaSupport",
  "ephemeralBlockDevices",
  "imageLocation",
  "imdsSupport",
  "kernelId",
  "ramdiskId",
  "rootDeviceName",
  "sriovNetSupport",
  "tpmSupport",
  "uefiData",
  "virtualizationType",
];

/** The same for a copy, which inherits the other properties from its source (ec2_ami_copy.go). */
const SETTLED_BY_COPYING = ["encrypted", "ephemeralBlockDevices", "kmsKeyId"];

/**
 * One release on AWS: checked, uploaded once, registered, launched if the stack asks for it, copied, every copy read
 * back, and only then shared.
 *
 * Sharing *anywhere* waits for the verification of every region and architecture of the release: a difference in one
 * copy means that the upload or copy path cannot be trusted, and a release is easier to repair before it is public.
 * Closing does not wait for this.
 */
export class AwsRelease extends pulumi.ComponentResource implements PublishedRelease {
  readonly images: PublishedRelease["images"];
  readonly proof: PublishedRelease["proof"];
  readonly objects: PublishedRelease["objects"];
  readonly others: PublishedRelease["others"];
  private readonly published: readonly PublishedImage[];
  /** `ignoreChanges` of the resources that give access: everything, once the release is withdrawn. */
  private readonly ignoreChanges: string[];

  /**
   * @param closings remove access to each image, by the name of its sharing
   * @param turns copy queue common to several releases; absent: copies wait for no other release
   */
  constructor(
    name: string,
    plan: AwsPlan,
    options: pulumi.ComponentResourceOptions,
    private readonly closings: Closings,
    private readonly turns?: CopyTurns,
  ) {
    super("imprimatur:component:AwsRelease", name, {}, options);
    this.ignoreChanges = plan.withdrawn ? ["*"] : [];
    const preflight = new Preflight(name, plan.preflight, { parent: this });
    const homes = plan.images.map((image) => ({
      image,
      home: this.boot(image, this.verify(image, this.register(image, plan, preflight))),
    }));
    // If one architecture does not boot, the whole release stays in the home region.
    const booted = homes.flatMap(({ home: { bootCheck } }) => bootCheck ?? []);
    const published = homes.map(({ image, home }) => {
      const copies = image.copies.map((region) =>
        this.verify(image, this.copy(image, region, home, plan, booted)),
      );
      return { image, regions: [home, ...copies] };
    });
    this.published = published;

    const table = (cell: (image: VerifiedImage) => pulumi.Output<string>): Table =>
      Object.fromEntries(
        published.map(({ image, regions }) => [
          image.architecture,
          Object.fromEntries(regions.map((regional) => [regional.region, cell(regional)])),
        ]),
      );
    this.images = table(({ imageId }) => imageId);
    this.proof = table(({ verification }) => verification.level);
    this.objects = published.flatMap(({ image: { architecture, ami }, regions }) =>
      regions.flatMap(({ region, imageId, snapshotId, verification, bootCheck }) => {
        const proof = verification.level;
        const place = {
          cloud: "aws",
          account: preflight.accountId,
          region,
          name: ami.name,
          architecture,
        } as const;
        return [
          {
            ...place,
            kind: "image" as const,
            id: imageId,
            proof,
            ...(bootCheck && { boot: bootCheck.boot }),
          },
          { ...place, kind: "snapshot" as const, id: snapshotId, proof },
        ];
      }),
    );
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
      this.imageOptions(image, protect, SETTLED_AT_REGISTRATION),
    );
    return { region, imageId: ami.id, snapshotId: snapshot.id };
  }

  private copy(
    image: ImagePlan,
    region: string,
    home: RegionalImage,
    { protect }: AwsPlan,
    dependsOn: pulumi.Resource[],
  ): RegionalImage {
    const name = `${image.name}-${region}`;
    const copy = new AmiCopy(
      name,
      { region, ...image.ami, sourceAmiId: home.imageId, sourceAmiRegion: home.region, encrypted: false },
      {
        // A recreated home image has the same bytes: its copies stay.
        ...this.imageOptions(image, protect, [...SETTLED_BY_COPYING, "sourceAmiId"]),
        dependsOn: [...dependsOn, ...(this.turns?.before(region) ?? [])],
      },
    );
    this.turns?.add(region, copy);
    new SnapshotTags(
      name,
      { region, snapshotId: copy.rootSnapshotId, tags: image.ami.tags },
      { parent: this },
    );
    return { region, imageId: copy.id, snapshotId: copy.rootSnapshotId };
  }

  private verify(image: ImagePlan, regional: RegionalImage): VerifiedImage {
    const { region, snapshotId } = regional;
    // The proof belongs to one snapshot: that of a replaced image is read back, even for a withdrawn release.
    const ignoreChanges = this.ignoreChanges.length > 0 ? Object.keys(image.verification) : [];
    const verification = new Verification(
      `${image.name}-${region}`,
      { region, snapshotId, ...image.verification },
      { parent: this, ignoreChanges, customTimeouts: PATIENCE },
    );
    return { ...regional, verification };
  }

  private boot(image: ImagePlan, home: VerifiedImage): VerifiedImage {
    if (image.bootCheck === undefined) return home;
    const bootCheck = new BootCheck(
      `${image.name}-${home.region}`,
      { ...image.bootCheck, imageId: home.imageId },
      { ...this.giving(), dependsOn: home.verification, customTimeouts: PATIENCE },
    );
    return { ...home, bootCheck };
  }

  /**
   * Declares the grantees of every image, even if empty: an extra grant shows as drift, and a withdrawal as a change
   * in the preview. The next steps, pointing to the release and deprecating it, start from the result.
   *
   * @param before what has to be there before an image is shared in this way
   * @param recorded what has to be there besides before anyone but the owner may use it
   * @param agreed who may have it by what the guard agreed to; absent: there is no guard
   */
  share(
    before: readonly pulumi.Resource[] = [],
    recorded: Promise<pulumi.Resource[]> = Promise.resolve([]),
    agreed?: pulumi.Output<Audience>,
  ): SharedRelease {
    const gates = this.published.flatMap(({ regions }) =>
      regions.flatMap(({ verification, bootCheck }) => [verification, ...(bootCheck ? [bootCheck] : [])]),
    );
    const images = this.published.flatMap(({ image, regions }) =>
      regions.map(({ region, imageId, snapshotId, verification }): SharedImage => {
        const plan = image.sharing.find((candidate) => candidate.region === region);
        if (plan === undefined) throw new Error(`${image.name}: nothing says who may use it in ${region}`);
        const dependsOn = isOpen(plan)
          ? recorded.then((record) => [...before, ...gates, ...record])
          : [...before];
        const name = `${image.name}-${region}`;
        const args = {
          ...{ ...plan, imageId, snapshotId, ...closedBy(this.closings.get(name)) },
          ...(agreed && { agreed: agreed.apply((each) => [...(each[region] ?? [])]) }),
        };
        const sharing = new ImageSharing(name, args, { parent: this, dependsOn });
        return { image, region, imageId, verification, sharing };
      }),
    );
    return new SharedRelease(this, images);
  }

  private giving(): pulumi.CustomResourceOptions {
    return { parent: this, ignoreChanges: this.ignoreChanges };
  }

  /**
   * An AMI name is unique in a region, so a replacement is created after the deletion. The replacement trigger is the
   * same at home and for copies, so that they always agree: the native resources never compare the volume's type and
   * size. `ImageDeprecation` manages the deprecation time.
   */
  private imageOptions(
    { registration, snapshot }: ImagePlan,
    protect: boolean,
    settled: readonly string[],
  ): pulumi.CustomResourceOptions {
    return {
      parent: this,
      protect,
      deleteBeforeReplace: true,
      customTimeouts: PATIENCE,
      ignoreChanges: ["deprecationTime", ...settled],
      replacementTrigger: { ...registration, sha256: snapshot.sha256 },
    };
  }
}

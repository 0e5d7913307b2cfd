import { Ami } from "@pulumi/aws/ec2/ami";
import { AmiCopy } from "@pulumi/aws/ec2/amiCopy";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../../config/release";
import { BootCheck } from "../../resources/aws/boot-check";
import { ImageDeprecation } from "../../resources/aws/image-deprecation";
import { ImageSharing } from "../../resources/aws/image-sharing";
import { Preflight } from "../../resources/aws/preflight";
import { Snapshot } from "../../resources/aws/snapshot";
import { SnapshotTags } from "../../resources/aws/snapshot-tags";
import { Verification } from "../../resources/aws/verification";
import { closedBy } from "../../resources/closing";
import type { Closings, PublishedRelease, Table } from "../cloud";
import { type AwsPlan, type ImagePlan, isOpen } from "./plan";
import type { CopyTurns } from "./copy-turns";
import type { Pointed } from "./pointers";

/** An AMI in one region, with the snapshot under it. */
interface RegionalImage {
  readonly region: string;
  readonly imageId: pulumi.Output<string>;
  readonly snapshotId: pulumi.Output<string>;
}

/** A verified AMI: what may be shared. */
interface VerifiedImage extends RegionalImage {
  readonly verification: Verification;
  /** Of the image at home, where the stack asks for one. */
  readonly bootCheck?: BootCheck;
}

/** An image of the release, in every region that it is in. */
interface PublishedImage {
  readonly image: ImagePlan;
  readonly regions: readonly VerifiedImage[];
}

/**
 * Uploading a large disk over a slow line, and copies to far regions (over 40 minutes have been seen, the native resources'
 * own limit), take their time; so does a deregistration, for which the native resources wait 90 minutes.
 */
const PATIENCE = { create: "6h", update: "6h", delete: "2h" };

/**
 * Properties of a registered AMI that only a new AMI can have otherwise (ForceNew in ec2_ami.go, terraform-provider-aws v6,
 * read 2026-11), and that AWS or a person can change on an existing one, or a later AWS report otherwise: IMDSv2 can be
 * switched on (ModifyImageAttribute). Found so, none of them is a reason to take an AMI from its users: what is *wanted* of
 * it is in the replacement trigger. `name`, `region` and the snapshot of `ebsBlockDevices` stay compared: they never change
 * on an AMI, and a snapshot that had to be made again needs an AMI on it.
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

/** The same of a copy, which takes the rest over from its source (ec2_ami_copy.go). */
const SETTLED_BY_COPYING = ["encrypted", "ephemeralBlockDevices", "kmsKeyId"];

/**
 * One release on AWS: checked, uploaded once, registered, launched if the stack asks for it, copied, every copy read back,
 * and only then shared.
 *
 * Sharing *anywhere* waits for the verification of every region and architecture of the release: a difference found in
 * one copy means that something on the way cannot be trusted, and a release is easier to repair while nobody has it.
 * Closing waits for nothing of the kind.
 */
export class AwsRelease extends pulumi.ComponentResource implements PublishedRelease {
  readonly images: PublishedRelease["images"];
  readonly proof: PublishedRelease["proof"];
  readonly objects: PublishedRelease["objects"];
  readonly others: PublishedRelease["others"];
  private readonly published: readonly PublishedImage[];
  /** What the resources that serve to give a release away leave as it was: everything, once it is withdrawn. */
  private readonly ignoreChanges: string[];
  /** By architecture and region. */
  private readonly shares = new Map<string, ImageSharing>();

  /**
   * @param closings what takes each image away, by the name of its sharing
   * @param turns of all the releases whose copies go together; absent: this one's wait for no others
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
    // One architecture that does not start keeps the whole release at home.
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
        // A home image that was lost and made again has the same bytes: its copies stay.
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
    // Its proof is of one snapshot: another one, of an image that was made anew, is read back withdrawn or not.
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
   * Says for every image who may use it, also where that is nobody: an extra grant is seen, and a withdrawal is a change
   * that a preview shows.
   *
   * @param before what has to be there before an image is shared in this way
   * @param recorded what has to be there besides before anyone but the owner may use it
   */
  share(
    before: readonly pulumi.Resource[] = [],
    recorded: Promise<pulumi.Resource[]> = Promise.resolve([]),
  ): void {
    const gates = this.published.flatMap(({ regions }) =>
      regions.flatMap(({ verification, bootCheck }) => [verification, ...(bootCheck ? [bootCheck] : [])]),
    );
    for (const { image, regions } of this.published) {
      for (const { region, imageId, snapshotId } of regions) {
        const plan = image.sharing.find((candidate) => candidate.region === region);
        if (plan === undefined) throw new Error(`${image.name}: nothing says who may use it in ${region}`);
        const { architecture } = image;
        const dependsOn = isOpen(plan)
          ? recorded.then((record) => [...before, ...gates, ...record])
          : [...before];
        const name = `${image.name}-${region}`;
        const args = { ...plan, imageId, snapshotId, ...closedBy(this.closings.get(name)) };
        const sharing = new ImageSharing(name, args, { parent: this, dependsOn });
        this.shares.set(`${architecture} ${region}`, sharing);
      }
    }
  }

  /** What a pointer may hold, once {@link share} was called. */
  pointed(architecture: Architecture, region: string): Pointed {
    const image = this.published.find(({ image }) => image.architecture === architecture);
    const regional = image?.regions.find((candidate) => candidate.region === region);
    const sharing = this.shares.get(`${architecture} ${region}`);
    if (regional === undefined || sharing === undefined)
      throw new Error(`a pointer to the ${architecture} image in ${region}, where there is none`);
    // A private image is pointed to as well, and is verified before.
    return { imageId: regional.imageId, ready: [sharing, regional.verification] };
  }

  /**
   * Tells users when to move on. Without a date nothing is said, and AWS has one of its own for public AMIs.
   *
   * @param before what has to be there before an image is deprecated: pointers that go elsewhere
   */
  deprecate(before: (architecture: Architecture, region: string) => readonly pulumi.Resource[]): void {
    for (const { image, regions } of this.published) {
      if (image.deprecateOn === undefined) continue;
      for (const { region, imageId, verification } of regions) {
        new ImageDeprecation(
          `${image.name}-${region}`,
          { region, imageId, at: image.deprecateOn },
          { parent: this, dependsOn: [...before(image.architecture, region), verification] },
        );
      }
    }
  }

  private giving(): pulumi.CustomResourceOptions {
    return { parent: this, ignoreChanges: this.ignoreChanges };
  }

  /**
   * The name of an AMI is taken once in a region, so a replacement has to wait for the deletion. What replaces is the same
   * at home and for the copies, so that they always agree: the native resources compare the volume's type and size nowhere.
   * The deprecation time is `ImageDeprecation`'s.
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

import { diskIdentity } from "../../facts/disk-identity";
import { GIB } from "../../facts/units";
import { awsAudience, awsRegionsOf, awsSharingIn } from "../../config/aws/audience";
import type { AwsBootCheck } from "../../config/aws/boot-check";
import type { AwsRegion } from "../../config/aws/regions";
import { GRANTEES_AT_FIRST } from "../../config/aws/quotas";
import { pointersTo } from "../../config/aws/pointers";
import type { AwsConfig } from "../../config/aws/schema";
import type { AwsSharing } from "../../config/aws/sharing";
import { templateValues } from "../../config/naming";
import { type Architecture, isProtected, isShared, type Release } from "../../config/release";
import { identityTags } from "../../facts/tags";
import { fillTemplate } from "../../config/template";
import type { BootCheckArgs } from "../../resources/aws/boot-check";
import type { ImageSharingArgs } from "../../resources/aws/image-sharing";
import type { PreflightArgs } from "../../resources/aws/preflight";
import type { SnapshotArgs } from "../../resources/aws/snapshot";
import type { PlanArgs, ReleaseBuild } from "../cloud";
import { imagesOf, type ImageOf, planDisk } from "../images";

/** Desired objects of a release on AWS, before any of them has an id. */
export interface AwsPlan {
  /** `demo-20261120.0` */
  readonly name: string;
  readonly preflight: PreflightArgs;
  readonly images: readonly ImagePlan[];
  /** The engine refuses to delete or replace images and snapshots. */
  readonly protect: boolean;
  /** The release is withdrawn: resources that gave access to it are no longer compared. */
  readonly withdrawn: boolean;
}

export interface ImagePlan {
  /** `demo-20261120.0-x86_64`: prefix of its resources' names. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly homeRegion: AwsRegion;
  readonly snapshot: SnapshotArgs;
  /** Properties of the AMI in every region. CopyImage drops tags, so each copy sets them again. */
  readonly ami: {
    readonly name: string;
    readonly description: string;
    readonly tags: Record<string, string>;
  };
  /** RFC 3339; absent: AWS sets its default date on a public AMI. */
  readonly deprecateOn?: string;
  /** Properties set at registration; copies inherit them. */
  readonly registration: {
    readonly architecture: Architecture;
    readonly bootMode: string;
    readonly tpmSupport?: string;
    readonly imdsSupport?: string;
    readonly enaSupport: boolean;
    readonly rootDeviceName: string;
    readonly volumeType: string;
    /** GiB */
    readonly volumeSize: number;
  };
  /** Regions that get a copy; empty while staged. */
  readonly copies: readonly AwsRegion[];
  readonly verification: { readonly size: number; readonly blockMapRoot: string };
  /** The instance launched from the home image; absent: none. */
  readonly bootCheck?: Omit<BootCheckArgs, "imageId">;
  /** Sharing, for every region with an image. */
  readonly sharing: readonly SharingPlan[];
}

/** Grantees of the image and its snapshot in one region; all empty: private. */
type SharingPlan = { readonly region: AwsRegion } & Omit<
  ImageSharingArgs,
  "region" | "imageId" | "snapshotId" | "closings" | "open"
>;

const NOBODY = { public: false, accounts: [], organizations: [], organizationalUnits: [] };

/** True if anyone but the owner may use it. */
export function isOpen({ public: everyone, accounts, organizations, organizationalUnits }: SharingPlan) {
  return everyone || accounts.length + organizations.length + organizationalUnits.length > 0;
}

export function planRelease(args: PlanArgs<AwsConfig>, build: ReleaseBuild): AwsPlan {
  const { config, product } = args;
  const { release } = build;
  const images = imagesOf(build).map((image) => planImage(args, build, image));
  const regions = awsRegionsOf(config, release);
  const launches = images.flatMap(({ architecture, bootCheck, registration: { bootMode } }) =>
    bootCheck?.launch ? [{ architecture, bootMode, instanceType: bootCheck.instanceType }] : [],
  );
  return {
    name: `${product.name}-${release.version}`,
    protect: isProtected(release),
    withdrawn: release.state === "withdrawn",
    images,
    preflight: {
      homeRegion: config.homeRegion,
      regions: regions.map((region) => {
        const { public: everyone, ...others } = awsSharingIn(config, region);
        const open = isShared(release.state);
        const shared = open && Object.values(others).some((grantees) => grantees.length > 0);
        const isPublic = open && everyone;
        const count = isPublic && { publicImages: publicImagesIn(args, region) };
        const grantees = Object.values(others).flat().length;
        const many = shared && grantees > GRANTEES_AT_FIRST && { grantees };
        return { region, public: isPublic, ...(shared && { shared }), ...count, ...many };
      }),
      product: product.name,
      release: release.version,
      images: images.map(({ architecture, ami, snapshot }) => ({
        name: ami.name,
        architecture,
        sha256: snapshot.sha256,
      })),
      pointers:
        release.state === "published"
          ? images.flatMap(({ architecture }) => pointersTo(config, product, { release, architecture }))
          : [],
      ...(release.state === "withdrawn" && { withdrawn: true }),
      ...(launches.length > 0 && { launches }),
      accountId: config.accountId,
    },
  };
}

/** Number over all releases of the stack file. */
function publicImagesIn({ config, builds }: PlanArgs<AwsConfig>, region: AwsRegion): number {
  const there = builds.filter(({ release }) => awsAudience(config, release)[region]?.includes("public"));
  return there.reduce((sum, build) => sum + imagesOf(build).length, 0);
}

function planImage(
  { config, product, stack }: PlanArgs<AwsConfig>,
  build: ReleaseBuild,
  { architecture, image }: ImageOf,
): ImagePlan {
  const { release } = build;
  const values = templateValues(product, { release, architecture });
  const description = fillTemplate(config.image.description, values);
  const amiName = fillTemplate(config.image.nameTemplate, values);
  const tags = {
    Name: amiName,
    ...config.image.tags,
    ...identityTags({ product: product.name, release: release.version, sha256: diskIdentity(image), stack }),
  };
  const blockMapRoot = image.blockMap.root;
  const { homeRegion } = config;
  const { tpmSupport, imdsSupport, enaSupport, rootDeviceName, volumeType, bootMode } = config.image;
  return {
    name: `${product.name}-${release.version}-${architecture}`,
    architecture,
    homeRegion,
    snapshot: {
      region: homeRegion,
      ...planDisk(release, { architecture, image }),
      description,
      tags,
    },
    ami: {
      name: amiName,
      description,
      tags,
    },
    deprecateOn: release.deprecateOn,
    registration: {
      architecture,
      bootMode: bootMode ?? image.bootMode,
      // Part of a replacement trigger, which is never `undefined`.
      ...(tpmSupport !== undefined && { tpmSupport }),
      ...(imdsSupport === "v2.0" && { imdsSupport }),
      enaSupport,
      rootDeviceName,
      volumeType,
      volumeSize: Math.ceil(image.size / GIB),
    },
    copies: awsRegionsOf(config, release).filter((region) => region !== homeRegion),
    verification: { size: image.size, blockMapRoot },
    ...(config.bootCheck && {
      bootCheck: planBootCheck(config.bootCheck, config, release, { architecture, image }, tags),
    }),
    sharing: awsRegionsOf(config, release).map((region) => ({
      region,
      ...(isShared(release.state) ? sortedSharing(awsSharingIn(config, region)) : NOBODY),
    })),
  };
}

/**
 * An image is assumed to have cloud-init unless a boot check of its disk found none: otherwise one that ignores its
 * user data in this cloud would pass by its silence.
 */
function planBootCheck(
  { instanceType, subnetId, timeout, allowFailed }: AwsBootCheck,
  { homeRegion }: AwsConfig,
  { state }: Release,
  { architecture, image }: ImageOf,
  tags: Record<string, string>,
): Omit<BootCheckArgs, "imageId"> {
  return {
    region: homeRegion,
    instanceType: instanceType[architecture],
    subnetId,
    cloudInit: image.boot?.cloudInit.outcome === "absent" ? "absent" : "there",
    allowFailed: [...new Set(allowFailed)].sort(),
    timeout,
    launch: state === "staged" || state === "published",
    tags,
  };
}

/** Sorted, so that reordering the stack file changes nothing. */
function sortedSharing(sharing: AwsSharing): Omit<SharingPlan, "region"> {
  const { public: everyone, accounts, organizations, organizationalUnits } = sharing;
  return {
    public: everyone,
    accounts: [...accounts].sort(),
    organizations: [...organizations].sort(),
    organizationalUnits: [...organizationalUnits].sort(),
  };
}

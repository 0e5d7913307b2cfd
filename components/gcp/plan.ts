import { createHash } from "node:crypto";
import { diskIdentity, identityTag } from "../../facts/disk-identity";
import { LABEL } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { EVERYONE, normalizeMember } from "../../config/gcp/members";
import { describeImage, identityLabels, toResourceName } from "../../config/gcp/names";
import { GUEST_OS_FEATURES, type GcpConfig, type GuestOsFeature } from "../../config/gcp/schema";
import { templateValues } from "../../config/naming";
import type { Product } from "../../config/product";
import {
  type Architecture,
  compareVersions,
  isProtected,
  isShared,
  type Release,
} from "../../config/release";
import { fillTemplate } from "../../config/template";
import type { DeprecationState } from "../../resources/gcp/image-deprecation";
import type { ImageArchiveArgs } from "../../resources/gcp/image-archive";
import type { PreflightArgs } from "../../resources/gcp/preflight";
import type { PlanArgs, ReleaseBuild } from "../cloud";
import { imagesOf, type ImageOf, planDisk } from "../images";

/** Desired objects of a release on Google Cloud, before any of them has an id. */
export interface GcpPlan {
  /** `demo-20261120.0` */
  readonly name: string;
  readonly project: string;
  readonly preflight: PreflightArgs;
  readonly images: readonly ImagePlan[];
  readonly protect: boolean;
  /** The images have, or will have once published, grantees besides the owner. */
  readonly shared: boolean;
  /** All access is removed. */
  readonly withdrawn: boolean;
  /** Grantees of the images. */
  readonly members: readonly MemberPlan[];
  readonly deprecation: DeprecationPlan;
}

/** An IAM member in Google's spelling: a different spelling in the stack file is the same member. */
interface MemberPlan {
  /** Suffix of the resource's name. */
  readonly name: string;
  readonly member: string;
  /** Suffix in versions that used the stack file's spelling. */
  readonly formerly?: string;
}

interface DeprecationPlan {
  readonly state: DeprecationState;
  /** RFC 3339 */
  readonly deprecated?: string;
  /** RFC 3339 */
  readonly obsolete?: string;
}

export interface ImagePlan {
  /** `demo-20261120.0-x86_64` */
  readonly name: string;
  readonly architecture: Architecture;
  readonly archive: ImageArchiveArgs;
  readonly image: {
    readonly name: string;
    readonly description: string;
    /** GiB */
    readonly diskSizeGb: number;
    readonly guestOsFeatures: readonly GuestOsFeature[];
    readonly labels: Record<string, string>;
    /** Absent: none requested. An empty list would assert that there are none, and be permanent drift. */
    readonly licenses?: string[];
    /** Absent: Google chooses. */
    readonly storageLocations?: string[];
  };
  /** SHA-256 of the image request, hex: as {@link ImageArchiveArgs.neededFor}, and as version 0.1 computed it. */
  readonly digests: readonly string[];
  /** Immutable properties: a change of these desired values replaces the image, whatever its actual values. */
  readonly replacementTrigger: Readonly<Record<string, string>>;
  /** Family whose current image this is, once verified and shared; absent: a newer one is, or it is not published. */
  readonly family?: string;
}

export function planRelease(args: PlanArgs<GcpConfig>, build: ReleaseBuild): GcpPlan {
  const { config, product } = args;
  const { release } = build;
  const images = imagesOf(build).map((image) => planImage(args, build, image));
  const members = isShared(release.state) ? membersOf(config) : [];
  const principals = members.flatMap(({ member }) => (member === EVERYONE ? [] : [member]));
  return {
    name: `${product.name}-${release.version}`,
    project: config.project,
    protect: isProtected(release),
    shared: isShared(release.state),
    withdrawn: release.state === "withdrawn",
    images,
    members,
    deprecation: planDeprecation(release),
    preflight: {
      project: config.project,
      bucket: config.bucket.name,
      ...(!config.bucket.exists && { bucketLocation: config.bucket.location }),
      images: images.map(({ image, archive }) => ({ name: image.name, sha256: archive.sha256 })),
      storageLocations: config.image.storageLocations,
      ...(config.image.licenses.length > 0 && { licenses: config.image.licenses }),
      archives: images.map(({ archive }) => archive.object),
      families: images.flatMap(({ family }) => family ?? []),
      public: isShared(release.state) && config.sharing.public,
      ...(release.state === "withdrawn" && { withdrawn: true }),
      ...(principals.length > 0 && { members: principals }),
    },
  };
}

function planImage(
  args: PlanArgs<GcpConfig>,
  build: ReleaseBuild,
  { architecture, image }: ImageOf,
): ImagePlan {
  const { config, product, stack } = args;
  const { release } = build;
  const values = templateValues(product, { release, architecture });
  const identity = { product: product.name, release: release.version, sha256: diskIdentity(image), stack };
  const features =
    config.image.guestOsFeatures[architecture] ?? defaultFeatures(architecture, image.bootMode);
  // Never compared with actual values: Google adds features and chooses locations by itself.
  const created = {
    name: toResourceName(fillTemplate(config.image.nameTemplate, values)),
    description: describeImage(fillTemplate(config.image.description, values), diskIdentity(image)),
    diskSizeGb: Math.ceil(image.size / GIB),
    guestOsFeatures: inOneOrder(features),
    licenses: config.image.licenses,
    storageLocations: config.image.storageLocations,
  };
  const { licenses, storageLocations, ...given } = created;
  const blockMapRoot = image.blockMap.root;
  const object = `${product.name}/${release.version}/${architecture}-${blockMapRoot}.tar.gz`;
  const neededFor = digestOf(created);
  const family = familyOf(config, product, { release, architecture });
  return {
    name: `${product.name}-${release.version}-${architecture}`,
    architecture,
    image: {
      ...given,
      ...(licenses.length > 0 && { licenses }),
      ...(storageLocations.length > 0 && { storageLocations }),
      labels: { ...config.image.labels, ...identityLabels(identity) },
    },
    // Version 0.1 kept the stack file's order of features.
    digests: [neededFor, digestOf({ ...created, guestOsFeatures: features })],
    replacementTrigger: { project: config.project, bucket: config.bucket.name, object, neededFor },
    ...(isNewestIn(family, args, { release, architecture }) && { family }),
    archive: {
      project: config.project,
      bucket: config.bucket.name,
      object,
      ...planDisk(release, { architecture, image }),
      metadata: {
        [LABEL.product]: product.name,
        [LABEL.release]: release.version,
        [LABEL.digest]: identityTag(diskIdentity(image)),
        [LABEL.stack]: stack,
      },
      keep: config.keepArchive,
      image: created.name,
      neededFor,
    },
  };
}

function digestOf(created: object): string {
  return createHash("sha256").update(JSON.stringify(created)).digest("hex");
}

function familyOf(
  config: GcpConfig,
  product: Product,
  subject: { readonly release: Release; readonly architecture: Architecture },
): string {
  return toResourceName(fillTemplate(config.family, templateValues(product, subject)));
}

/**
 * An image family resolves to the image *created* last, which need not be the newest release: after a rollback, or
 * with two releases created in one `up`, it is not. So a family holds one image of ours, the newest published.
 */
function isNewestIn(
  family: string,
  { config, product, builds }: PlanArgs<GcpConfig>,
  { release, architecture }: { readonly release: Release; readonly architecture: Architecture },
): boolean {
  if (release.state !== "published") return false;
  return !builds.some(
    (other) =>
      other.release.state === "published" &&
      other.imageFile.images[architecture] !== undefined &&
      compareVersions(other.release.version, release.version) > 0 &&
      familyOf(config, product, { release: other.release, architecture }) === family,
  );
}

/** Features are a set; reordering them in the stack file changes nothing. */
function inOneOrder(features: readonly GuestOsFeature[]): GuestOsFeature[] {
  return GUEST_OS_FEATURES.filter((feature) => features.includes(feature));
}

/** Features of Google's own images of the architecture, without those for confidential guests. */
function defaultFeatures(architecture: Architecture, bootMode: string): GuestOsFeature[] {
  const uefi: GuestOsFeature[] = bootMode === "legacy-bios" ? [] : ["UEFI_COMPATIBLE"];
  return architecture === "arm64" ? [...uefi, "GVNIC"] : [...uefi, "VIRTIO_SCSI_MULTIQUEUE", "GVNIC"];
}

function membersOf({ sharing }: GcpConfig): GcpPlan["members"] {
  return [
    ...(sharing.public ? [{ name: "public", member: EVERYONE }] : []),
    ...sharing.principals.map((written) => {
      const member = normalizeMember(written);
      const [name, formerly] = [member, written].map((spelling) => spelling.replace(":", "-")) as [
        string,
        string,
      ];
      return { name, member, ...(formerly !== name && { formerly }) };
    }),
  ];
}

/**
 * Deprecation state of every image, also active ones: a state set by someone else is repaired only where a resource
 * holds the right one. The dates are shown on active images too; Google changes no state by itself.
 */
function planDeprecation({ state, deprecateOn, endOfLife }: Release): DeprecationPlan {
  const states = {
    staged: "ACTIVE",
    published: "ACTIVE",
    deprecated: "DEPRECATED",
    withdrawn: "OBSOLETE",
  } as const;
  return {
    state: states[state],
    deprecated: deprecateOn,
    obsolete: endOfLife,
  };
}

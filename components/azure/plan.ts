import { diskIdentity } from "../../facts/disk-identity";
import { vhdFileSize } from "../../facts/vhd";
import { azureRegionsOf, hasGalleryVersion, isGalleryShared } from "../../config/azure/audience";
import { toDiskName } from "../../config/azure/names";
import { DISK_NAME_TEMPLATE } from "../../config/azure/rules";
import type { AzureConfig } from "../../config/azure/schema";
import { galleryPermissions } from "../../config/azure/sharing";
import { galleryVersionOf } from "../../config/azure/version";
import { templateValues } from "../../config/naming";
import { type Architecture, isProtected } from "../../config/release";
import { identityTags } from "../../facts/tags";
import { fillTemplate } from "../../config/template";
import type { DefinitionProperties, PreflightArgs } from "../../resources/azure/preflight";
import type { RawDiskArgs } from "../../resources/raw-disk";
import type { TargetRegion } from "../../resources/azure/version-publication";
import type { PlanArgs, ReleaseBuild } from "../cloud";
import { imagesOf, type ImageOf, planDisk } from "../images";

/** Desired objects of a release on Azure, before any of them has an id. */
export interface AzurePlan {
  /** `demo-20261120.0` */
  readonly name: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly preflight: PreflightArgs;
  readonly images: readonly ImagePlan[];
  readonly protect: boolean;
}

export interface ImagePlan {
  /** `demo-20261120.0-x86_64` */
  readonly name: string;
  readonly architecture: Architecture;
  readonly definition: string;
  readonly tags: Record<string, string>;
  readonly disk: {
    readonly diskName: string;
    /** The architecture by Azure's name. */
    readonly architecture: "x64" | "Arm64";
    readonly hyperVGeneration: "V1" | "V2";
    /** Bytes of the fixed VHD, including its footer. */
    readonly uploadSizeBytes: number;
  };
  readonly content: RawDiskArgs & { readonly vhdSize: number };
  readonly verification: { readonly size: number; readonly blockMapRoot: string };
  /** Absent: the release has only its disk, and no version that others could see. */
  readonly version?: VersionPlan;
}

export interface VersionPlan {
  /** `0.20261120.0` */
  readonly name: string;
  /** Region where it is created and read back before replication. */
  readonly home: TargetRegion;
  /** Its publishing profile after verification. */
  readonly publication: {
    /** The home region comes first. */
    readonly targetRegions: readonly TargetRegion[];
    /** "latest" does not resolve to it. */
    readonly excludeFromLatest: boolean;
    /** RFC 3339 */
    readonly endOfLifeDate?: string;
  };
}

/** One image definition, with a version for each release of the architecture. */
export interface DefinitionPlan {
  readonly name: string;
  readonly architecture: Architecture;
  readonly azureArchitecture: "x64" | "Arm64";
  readonly identifier: { readonly publisher: string; readonly offer: string; readonly sku: string };
  readonly features: readonly { readonly name: string; readonly value: string }[];
}

export function planRelease(args: PlanArgs<AzureConfig>, build: ReleaseBuild): AzurePlan {
  const { config, product } = args;
  const images = imagesOf(build).map((image) => planImage(args, build, image));
  return {
    name: `${product.name}-${build.release.version}`,
    resourceGroup: config.resourceGroup.name,
    location: config.location,
    protect: isProtected(build.release),
    images,
    preflight: {
      subscriptionId: config.subscriptionId,
      resourceGroup: config.resourceGroup.name,
      resourceGroupExists: config.resourceGroup.exists,
      ...(isGalleryShared(config) &&
        !config.gallery.exists && { shared: true, permissions: galleryPermissions(config) }),
      location: config.location,
      regions: azureRegionsOf(config, build.release),
      gallery: config.gallery.name,
      ...(config.gallery.exists && { gallerySharing: statedSharing(config) }),
      ...(config.definition.exists && { definitionExists: true }),
      ...(build.release.state === "withdrawn" && { withdrawn: true }),
      disks: images.map(({ disk, content }) => ({ name: disk.diskName, sha256: content.sha256 })),
      rawDisks: Object.fromEntries(
        images.map(({ disk, content: { imageFile, architecture, size } }) => [
          disk.diskName,
          { imageFile, architecture, size },
        ]),
      ),
      definitions: Object.fromEntries(
        images.flatMap(({ definition, version }) =>
          version ? [[definition, config.definition.securityType]] : [],
        ),
      ),
      definitionProperties: Object.fromEntries(
        planDefinitions({ ...args, builds: [build] }).flatMap((definition) =>
          images.some(({ definition: name, version }) => version && name === definition.name)
            ? [[definition.name, definitionProperties(config, definition)]]
            : [],
        ),
      ),
      versions: images.flatMap(({ definition, version, content }) =>
        version ? [{ name: `${definition}/${version.name}`, sha256: content.sha256 }] : [],
      ),
    },
  };
}

/** Sharing of another stack's gallery, as the config states it. */
function statedSharing(config: AzureConfig): NonNullable<PreflightArgs["gallerySharing"]> {
  const { community, subscriptions, tenants } = config.gallery.sharing;
  return {
    community: community !== undefined,
    subscriptions: [...subscriptions].sort(),
    tenants: [...tenants].sort(),
  };
}

function planImage(
  { config, product, stack }: PlanArgs<AzureConfig>,
  build: ReleaseBuild,
  { architecture, image }: ImageOf,
): ImagePlan {
  const { release } = build;
  const values = templateValues(product, { release, architecture });
  const vhdSize = vhdFileSize(image.size);
  const blockMapRoot = image.blockMap.root;
  return {
    name: `${product.name}-${release.version}-${architecture}`,
    architecture,
    definition: fillTemplate(config.definition.nameTemplate, values),
    tags: {
      ...config.tags,
      ...identityTags({
        product: product.name,
        release: release.version,
        sha256: diskIdentity(image),
        stack,
      }),
    },
    disk: {
      diskName: toDiskName(fillTemplate(DISK_NAME_TEMPLATE, values)),
      architecture: azureArchitecture(architecture),
      hyperVGeneration: config.definition.hyperVGeneration,
      uploadSizeBytes: vhdSize,
    },
    content: { ...planDisk(release, { architecture, image }), vhdSize },
    verification: { size: image.size, blockMapRoot },
    ...(hasGalleryVersion(config, release.state) && { version: planVersion(config, build) }),
  };
}

function planVersion(config: AzureConfig, build: ReleaseBuild): VersionPlan {
  const { state, version, endOfLife } = build.release;
  const name = galleryVersionOf(build.release);
  if (name === undefined)
    throw new Error(`release ${version} has no gallery version; the config rules let it through`);
  const target = (region: keyof AzureConfig["regions"]): TargetRegion => ({
    name: region,
    regionalReplicaCount: config.regions[region]?.replicas ?? config.replicas,
    storageAccountType: config.regions[region]?.storageAccountType ?? config.storageAccountType,
  });
  return {
    name,
    home: target(config.location),
    publication: {
      targetRegions: azureRegionsOf(config, build.release).map(target),
      excludeFromLatest: state !== "published",
      endOfLifeDate: endOfLife,
    },
  };
}

/** A definition for each architecture of any release. */
export function planDefinitions({ config, product, builds }: PlanArgs<AzureConfig>): DefinitionPlan[] {
  const { definition } = config;
  const plans = new Map<string, DefinitionPlan>();
  for (const build of builds) {
    for (const { architecture } of imagesOf(build)) {
      const values = templateValues(product, { release: build.release, architecture });
      const name = fillTemplate(definition.nameTemplate, values);
      plans.set(name, {
        name,
        architecture,
        azureArchitecture: azureArchitecture(architecture),
        identifier: {
          publisher: definition.publisher ?? product.publisher,
          offer: definition.offer ?? product.name,
          sku: fillTemplate(definition.sku, values),
        },
        features: featuresOf(config),
      });
    }
  }
  return [...plans.values()];
}

/** Properties of a definition that Azure never changes. */
export function definitionProperties(
  { definition: { hyperVGeneration } }: AzureConfig,
  { azureArchitecture: architecture, identifier }: DefinitionPlan,
): DefinitionProperties {
  return { osType: "Linux", osState: "Generalized", hyperVGeneration, architecture, identifier };
}

function featuresOf({ definition }: AzureConfig): DefinitionPlan["features"] {
  const { securityType, acceleratedNetworking, diskControllerTypes, hibernation } = definition;
  return [
    // Since api-version 2025-03-03 a definition without security type defaults to TrustedLaunchSupported
    // (learn.microsoft.com/azure/virtual-machines/trusted-launch, "default for new images", read 2026-11).
    { name: "SecurityType", value: securityType },
    { name: "IsAcceleratedNetworkSupported", value: acceleratedNetworking ? "True" : "False" },
    { name: "DiskControllerTypes", value: diskControllerTypes },
    ...(hibernation ? [{ name: "IsHibernateSupported", value: "True" }] : []),
  ];
}

function azureArchitecture(architecture: Architecture): "x64" | "Arm64" {
  return architecture === "arm64" ? "Arm64" : "x64";
}

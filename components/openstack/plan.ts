import { diskIdentity, identityTag } from "../../facts/disk-identity";
import { LABEL } from "../../facts/tags";
import { GIB } from "../../facts/units";
import { templateValues } from "../../config/naming";
import { openstackSharing } from "../../config/openstack/audience";
import type { OpenstackConfig, Visibility } from "../../config/openstack/schema";
import { type Architecture, isProtected } from "../../config/release";
import { fillTemplate } from "../../config/template";
import type { ImageArgs } from "../../resources/openstack/image";
import type { PreflightArgs } from "../../resources/openstack/preflight";
import type { PlanArgs, ReleaseBuild } from "../cloud";
import { imagesOf, type ImageOf, planDisk } from "../images";

/** Desired objects of a release on OpenStack, before any of them has an id. */
export interface OpenstackPlan {
  /** `demo-20261120.0` */
  readonly name: string;
  readonly preflight: PreflightArgs;
  readonly images: readonly ImagePlan[];
  readonly protect: boolean;
  readonly withdrawn: boolean;
}

/** One image in one region. */
export interface ImagePlan {
  /** `demo-20261120.0-x86_64-RegionOne` */
  readonly name: string;
  readonly architecture: Architecture;
  readonly image: ImageArgs;
  readonly sharing: {
    readonly visibility: Visibility;
    readonly projects: string[];
    readonly hidden: boolean;
  };
}

/** Nova's names of architectures (docs.openstack.org/glance, "Useful image properties", read 2026-11). */
const ARCHITECTURES: Readonly<Record<Architecture, string>> = { x86_64: "x86_64", arm64: "aarch64" };

export function planRelease(args: PlanArgs<OpenstackConfig>, build: ReleaseBuild): OpenstackPlan {
  const { config, product } = args;
  const { release } = build;
  const sharing = openstackSharing(config, release);
  const images = imagesOf(build).flatMap((image) => planImages(args, build, image));
  const withdrawn = release.state === "withdrawn";
  const names = new Map(images.map(({ image }) => [image.imageName, image]));
  return {
    name: `${product.name}-${release.version}`,
    protect: isProtected(release),
    withdrawn,
    images,
    preflight: {
      ...(config.cloud !== undefined && { cloud: config.cloud }),
      product: product.name,
      release: release.version,
      regions: sharing.map(([region, { visibility }]) => ({ region, public: visibility === "public" })),
      images: [...names].map(([name, { sha256, size }]) => ({ name, sha256, size })),
      ...(withdrawn && { withdrawn }),
    },
  };
}

function planImages(
  { config, product, stack }: PlanArgs<OpenstackConfig>,
  build: ReleaseBuild,
  imageOf: ImageOf,
): ImagePlan[] {
  const { release } = build;
  const { architecture, image } = imageOf;
  const imageName = fillTemplate(
    config.image.nameTemplate,
    templateValues(product, { release, architecture }),
  );
  const firmware = { uefi: "uefi", "legacy-bios": "bios" }[image.bootMode as string];
  return openstackSharing(config, release).map(([region, { visibility, projects }]) => ({
    name: `${product.name}-${release.version}-${architecture}-${region}`,
    architecture,
    image: {
      ...(config.cloud !== undefined && { cloud: config.cloud }),
      region,
      imageName,
      labels: {
        [LABEL.product]: product.name,
        [LABEL.release]: release.version,
        [LABEL.digest]: identityTag(diskIdentity(image)),
        [LABEL.stack]: stack,
      },
      properties: {
        architecture: ARCHITECTURES[architecture],
        // A disk that starts either way starts with whatever the cloud has by default.
        ...(firmware !== undefined && { hw_firmware_type: firmware }),
        ...config.image.properties,
      },
      minDisk: config.image.minDisk ?? Math.ceil(image.size / GIB),
      minRam: config.image.minRam,
      protected: config.protected && isProtected(release),
      ...planDisk(release, imageOf),
    },
    sharing: {
      visibility,
      projects: [...projects].sort(),
      hidden: release.state === "deprecated" || release.state === "withdrawn",
    },
  }));
}

import * as pulumi from "@pulumi/pulumi";
import { hasGalleryVersion } from "../../config/azure/audience";
import type { AzureConfig } from "../../config/azure/schema";
import { galleryPermissions } from "../../config/azure/sharing";
import { toGalleryVersion } from "../../config/azure/version";
import { GalleryClosing, type GalleryClosingArgs } from "../../resources/azure/gallery-closing";
import { VersionClosing, type VersionClosingArgs } from "../../resources/azure/version-closing";
import type { Beginning, Closing } from "../../resources/closing";
import type { ClosingArgs, ClosingPlan, Closings, CloudArgs, ReleaseBuild } from "../cloud";
import { planRelease } from "./plan";

/**
 * One closing for the gallery, if the program manages it, and one for each current or former version; named like
 * them.
 */
export function planClosings(
  args: CloudArgs<AzureConfig>,
): (ClosingPlan<GalleryClosingArgs> | ClosingPlan<VersionClosingArgs>)[] {
  return [...planGalleries(args), ...args.builds.flatMap((build) => planVersions(args, build))];
}

export function closeAzure({ begun, ...args }: ClosingArgs<AzureConfig>): Closings {
  const versions = args.builds.flatMap((build) => planVersions(args, build));
  return new Map<string, Closing>([
    ...planGalleries(args).map((plan): [string, Closing] => [
      plan.name,
      closeGallery(args, { ...plan.args, begun: begun?.(plan) }),
    ]),
    ...versions.map((plan): [string, Closing] => [
      plan.name,
      new VersionClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn: [...args.after] }),
    ]),
  ]);
}

/** The name of the gallery's resources. */
export function galleryName({ product }: Pick<CloudArgs<AzureConfig>, "product">): string {
  return `${product.name}-gallery`;
}

/** At most one: sharing of another stack's gallery is not managed here. */
function planGalleries(args: CloudArgs<AzureConfig>): ClosingPlan<GalleryClosingArgs>[] {
  const { config } = args;
  if (config.gallery.exists) return [];
  const { subscriptions, tenants } = config.gallery.sharing;
  return [
    {
      type: "imprimatur:azure:GalleryClosing",
      name: galleryName(args),
      args: { ...placeIn(config), permissions: galleryPermissions(config), subscriptions, tenants },
    },
  ];
}

function closeGallery(args: CloudArgs<AzureConfig>, inputs: GalleryClosingArgs & Beginning): Closing {
  const { after } = args;
  const name = galleryName(args);
  // Formerly a child of the gallery, which waits for signing keys.
  const parent = pulumi.createUrn(
    name,
    "imprimatur:component:AzureGallery",
    undefined,
    pulumi.getProject(),
    pulumi.getStack(),
  );
  return new GalleryClosing(name, inputs, { dependsOn: [...after], aliases: [{ parent }] });
}

function planVersions(args: CloudArgs<AzureConfig>, build: ReleaseBuild): ClosingPlan<VersionClosingArgs>[] {
  const { config } = args;
  const version = toGalleryVersion(build.release.version);
  if (version === undefined) return [];
  const allowed = hasGalleryVersion(config, build.release.state);
  return planRelease(args, build).images.map(({ name, definition }) => ({
    type: "imprimatur:azure:VersionClosing",
    name,
    args: { ...placeIn(config), definition, version, allowed },
  }));
}

function placeIn({ subscriptionId, resourceGroup, gallery }: AzureConfig) {
  return {
    ...(subscriptionId !== undefined && { subscriptionId }),
    resourceGroup: resourceGroup.name,
    gallery: gallery.name,
  };
}

import * as pulumi from "@pulumi/pulumi";
import { azureRegionsOf, hasGalleryVersion } from "../../config/azure/audience";
import type { AzureConfig } from "../../config/azure/schema";
import { galleryPermissions } from "../../config/azure/sharing";
import { galleryVersionOf } from "../../config/azure/version";
import { GalleryClosing, type GalleryClosingArgs } from "../../resources/azure/gallery-closing";
import { RegionClosing, type RegionClosingArgs } from "../../resources/azure/region-closing";
import { VersionClosing, type VersionClosingArgs } from "../../resources/azure/version-closing";
import type { Beginning, Closing } from "../../resources/closing";
import {
  type ClosingArgs,
  type ClosingPlan,
  type Closings,
  type CloudArgs,
  type CloudPlan,
  type PlanArgs,
  plannedRelease,
  type ReleaseBuild,
} from "../cloud";
import type { AzurePlan } from "./plan";

type Plan = CloudPlan<AzureConfig, AzurePlan>;

/**
 * The gallery's, where the program makes it, and two for each version that is in it or was, of which one is of its regions; by the
 * names of the gallery and of the versions.
 */
export function planClosings(
  args: Plan,
): (ClosingPlan<GalleryClosingArgs> | ClosingPlan<VersionClosingArgs> | ClosingPlan<RegionClosingArgs>)[] {
  const versions = args.builds.flatMap((build) => planVersions(args, build));
  const regions = args.builds.flatMap((build) => planRegions(args, build));
  return [...planGalleries(args), ...versions, ...regions];
}

export function closeAzure({ begun, ...args }: ClosingArgs<AzureConfig, AzurePlan>): Closings {
  const versions = args.builds.flatMap((build) => planVersions(args, build));
  const regions = args.builds.flatMap((build) => planRegions(args, build));
  const dependsOn = [...args.after];
  return new Map<string, Closing>([
    ...planGalleries(args).map((plan): [string, Closing] => [
      plan.name,
      closeGallery(args, { ...plan.args, begun: begun?.(plan) }),
    ]),
    ...versions.map((plan): [string, Closing] => [
      plan.name,
      new VersionClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn }),
    ]),
    ...regions.map((plan): [string, Closing] => [
      plan.name,
      new RegionClosing(plan.name, { ...plan.args, begun: begun?.(plan) }, { dependsOn }),
    ]),
  ]);
}

/** The name of the gallery's resources. */
export function galleryName({ product }: Pick<PlanArgs<AzureConfig>, "product">): string {
  return `${product.name}-gallery`;
}

/** At most one: sharing of another stack's gallery is not managed here. */
function planGalleries(args: Plan): ClosingPlan<GalleryClosingArgs>[] {
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

function closeGallery(
  args: CloudArgs<AzureConfig, AzurePlan>,
  inputs: GalleryClosingArgs & Beginning,
): Closing {
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

function planVersions(args: Plan, build: ReleaseBuild): ClosingPlan<VersionClosingArgs>[] {
  const { config } = args;
  const version = galleryVersionOf(build.release);
  if (version === undefined) return [];
  const allowed = hasGalleryVersion(config, build.release.state);
  return plannedRelease(args, build.release.version).images.map(({ name, definition }) => ({
    type: "imprimatur:azure:VersionClosing",
    name,
    args: { ...placeIn(config), definition, version, allowed },
  }));
}

function planRegions(args: Plan, build: ReleaseBuild): ClosingPlan<RegionClosingArgs>[] {
  const { config } = args;
  const regions = azureRegionsOf(config, build.release);
  return planVersions(args, build).map(({ name, args: version }) => ({
    type: "imprimatur:azure:RegionClosing",
    name: `${name}-regions`,
    args: { ...version, regions },
  }));
}

function placeIn({ subscriptionId, resourceGroup, gallery }: AzureConfig) {
  return {
    subscriptionId,
    resourceGroup: resourceGroup.name,
    gallery: gallery.name,
  };
}

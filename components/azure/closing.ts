import * as pulumi from "@pulumi/pulumi";
import { hasGalleryVersion } from "../../config/azure/audience";
import type { AzureConfig } from "../../config/azure/schema";
import { galleryPermissions } from "../../config/azure/sharing";
import { toGalleryVersion } from "../../config/azure/version";
import { GalleryClosing } from "../../resources/azure/gallery-closing";
import { VersionClosing } from "../../resources/azure/version-closing";
import type { Closing } from "../../resources/closing";
import type { CloudArgs, Closings, ReleaseBuild } from "../cloud";
import { planRelease } from "./plan";

/** The gallery's, and one for each version that is in it or was; by the names of the gallery and of the versions. */
export function closeAzure(args: CloudArgs<AzureConfig>): Closings {
  return new Map<string, Closing>([
    closeGallery(args),
    ...args.builds.flatMap((build) => closeVersions(args, build)),
  ]);
}

/** The name of the gallery's resources. */
export function galleryName({ product }: Pick<CloudArgs<AzureConfig>, "product">): string {
  return `${product.name}-gallery`;
}

function closeGallery(args: CloudArgs<AzureConfig>): [string, Closing] {
  const { config, after, stack } = args;
  const name = galleryName(args);
  const { subscriptions, tenants } = config.gallery.sharing;
  // It was a part of the gallery, which waits for signing keys.
  const parent = pulumi.createUrn(
    name,
    "imprimatur:component:AzureGallery",
    undefined,
    pulumi.getProject(),
    stack,
  );
  const closing = new GalleryClosing(
    name,
    { ...placeIn(config), permissions: galleryPermissions(config), subscriptions, tenants },
    { dependsOn: [...after], aliases: [{ parent }] },
  );
  return [name, closing];
}

function closeVersions(args: CloudArgs<AzureConfig>, build: ReleaseBuild): [string, Closing][] {
  const { config, after } = args;
  const version = toGalleryVersion(build.release.version);
  if (version === undefined) return [];
  const allowed = hasGalleryVersion(config, build.release.state);
  return planRelease(args, build).images.map(({ name, definition }) => [
    name,
    new VersionClosing(name, { ...placeIn(config), definition, version, allowed }, { dependsOn: [...after] }),
  ]);
}

function placeIn({ subscriptionId, resourceGroup, gallery }: AzureConfig) {
  return {
    ...(subscriptionId !== undefined && { subscriptionId }),
    resourceGroup: resourceGroup.name,
    gallery: gallery.name,
  };
}

import { Provider } from "@pulumi/azure-native/provider";
import type * as pulumi from "@pulumi/pulumi";
import { azureAudience } from "../../config/azure/audience";
import type { AzureConfig } from "../../config/azure/schema";
import { type OpenArgs, type OpenCloud, plannedRelease, type ReleaseBuild } from "../cloud";
import { imagesOf, replacementFor } from "../images";
import { galleryName } from "./closing";
import { AzureGallery } from "./gallery";
import type { AzurePlan } from "./plan";
import { AzureRelease } from "./release";

/** Opens Azure: provider, gallery and definitions are common to all releases. */
export function openAzure(args: OpenArgs<AzureConfig, AzurePlan>): OpenCloud {
  const { subscriptionId, location } = args.config;
  const provider = new Provider("azure", {
    subscriptionId,
    location,
  });
  const published = new Map<string, AzureRelease>();
  // After a rollback the replacement is older than the release, so it may be published later in this program.
  let allArePublished = () => {};
  const everyRelease = new Promise<void>((resolve) => (allArePublished = resolve));
  const checked = everyRelease.then(() => [...published.values()].map(({ preflight }) => preflight));
  const gallery = new AzureGallery(galleryName(args), args, checked, {
    providers: [provider],
    dependsOn: [...args.after],
  });
  /** The releases that replace a deprecated or withdrawn one as "latest". */
  const replacementsOf = async ({ release, imageFile }: ReleaseBuild): Promise<pulumi.Resource[]> => {
    if (release.state !== "deprecated" && release.state !== "withdrawn") return [];
    await everyRelease;
    return imagesOf({ imageFile }).flatMap(({ architecture }) => {
      const newest = replacementFor(args.builds, release, architecture);
      return published.get(newest?.version ?? "")?.publications ?? [];
    });
  };
  const agreedFor = ({ release }: ReleaseBuild) =>
    args.agreed && { to: args.agreed(release.version), wanted: azureAudience(args.config, release) };
  return {
    cloud: "azure",
    publish: (build, options, recorded) => {
      const plan = plannedRelease(args, build.release.version);
      const release = new AzureRelease(
        plan.name,
        {
          plan,
          gallery,
          closings: args.closings,
          after: replacementsOf(build),
          recorded,
          agreed: agreedFor(build),
        },
        { ...options, providers: [provider] },
      );
      published.set(build.release.version, release);
      gallery.add(release);
      return release;
    },
    finish: () => {
      allArePublished();
      return gallery.share();
    },
    shared: () => [gallery],
  };
}

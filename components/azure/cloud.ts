import { Provider } from "@pulumi/azure-native/provider";
import type { AzureConfig } from "../../config/azure/schema";
import type { CloudArgs, OpenCloud, ReleaseBuild } from "../cloud";
import { imagesOf, replacementFor } from "../images";
import { AzureGallery } from "./gallery";
import { planRelease } from "./plan";
import { AzureRelease } from "./release";

/** Opens Azure: provider, gallery and definitions are common to all releases. */
export function openAzure(args: CloudArgs<AzureConfig>): OpenCloud {
  const { subscriptionId, location } = args.config;
  const provider = new Provider("azure", {
    ...(subscriptionId !== undefined && { subscriptionId }),
    location,
  });
  const gallery = new AzureGallery(`${args.product.name}-gallery`, args, {
    providers: [provider],
    dependsOn: [...args.after],
  });
  const published = new Map<string, AzureRelease>();
  /** What takes the place of a deprecated release in "latest", as far as it is newer. */
  const replacementsOf = ({ release, imageFile }: ReleaseBuild) =>
    release.state === "deprecated"
      ? imagesOf({ imageFile }).flatMap(({ architecture }) => {
          const newest = replacementFor(args.builds, architecture);
          return published.get(newest?.version ?? "")?.verifications ?? [];
        })
      : [];
  return {
    cloud: "azure",
    publish: (build, options) => {
      const plan = planRelease(args, build);
      const release = new AzureRelease(
        plan.name,
        { plan, gallery, after: replacementsOf(build) },
        { ...options, providers: [provider] },
      );
      published.set(build.release.version, release);
      gallery.add(release);
      return release;
    },
    finish: () => gallery.share(),
  };
}

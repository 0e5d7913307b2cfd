import { Provider } from "@pulumi/azure-native/provider";
import type { AzureConfig } from "../../config/azure/schema";
import type { CloudArgs, OpenCloud } from "../cloud";
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
  const gallery = new AzureGallery(`${args.product.name}-gallery`, args, { providers: [provider] });
  return {
    cloud: "azure",
    publish: (build, options) => {
      const plan = planRelease(args, build);
      const release = new AzureRelease(plan.name, { plan, gallery }, { ...options, providers: [provider] });
      gallery.add(release);
      return release;
    },
    finish: () => gallery.share(),
  };
}

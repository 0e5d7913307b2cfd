import { subscriptionOfAz } from "../../clouds/azure/az";
import { azureNativeProvider } from "../../config/azure/native-provider";
import type { AzureConfig } from "../../config/azure/schema";
import type { CloudAudit } from "../cloud";
import type { Deployment } from "../deployment";

export const azure: CloudAudit<AzureConfig> = {
  nativePackage: azureNativeProvider.package,
  strangerVariables: ["STRANGER_AZURE_TOKEN", "STRANGER_AZURE_SUBSCRIPTION_ID"],
  searchPlaces: async ({ subscriptionId }) => {
    const subscription = subscriptionId ?? (await defaultSubscription());
    return { subscriptions: subscription === undefined ? [] : [subscription] };
  },
  accountOf: async (deployment) => subscriptionIn(deployment) ?? defaultSubscription(),
  remnants: [
    "azure-native:resources:ResourceGroup",
    "azure-native:compute:Gallery",
    "azure-native:compute:GalleryImage",
    "azure-native:compute:GalleryImageVersion",
    "azure-native:compute:Disk",
  ],
  pricePages: ["https://azure.microsoft.com/pricing/details/managed-disks/"],
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the only synchronous way to load on first use
  load: () => (require("./queries") as typeof import("./queries")).queries,
};

/** The subscription of the ids in the state. */
function subscriptionIn({ everything }: Deployment): string | undefined {
  return everything
    .map(({ id }) => /^\/subscriptions\/([^/]+)\//i.exec(id)?.[1])
    .find((id) => id !== undefined);
}

/** The publication's default. */
async function defaultSubscription(): Promise<string | undefined> {
  return process.env.ARM_SUBSCRIPTION_ID || (await subscriptionOfAz());
}

import type { Properties, ProviderPlugin } from "../../../plugin/resource";
import { type Arm, ArmClient } from "./arm";
import { native } from "./native";
import { DISK, GALLERY, GALLERY_IMAGE, GALLERY_IMAGE_VERSION, RESOURCE_GROUP } from "./types";
import { refuseUnrehearsed } from "../settings";

/**
 * The stand-in for Pulumi's azure-native provider: the few types needed to publish images, with the real provider's
 * rules, using Azure Resource Manager at any endpoint.
 */
export function azurePlugin(
  open: (config: Properties) => Arm = (config) => new ArmClient(config),
): ProviderPlugin {
  let current: Arm | undefined;
  const arm = () => {
    if (!current) throw new Error("the azure-native provider was used before it was configured");
    return current;
  };
  return {
    name: "azure-native",
    version: "3.28.0",
    resources: {
      "azure-native:resources:ResourceGroup": native(RESOURCE_GROUP, arm),
      "azure-native:compute:Disk": native(DISK, arm),
      "azure-native:compute:Gallery": native(GALLERY, arm),
      "azure-native:compute:GalleryImage": native(GALLERY_IMAGE, arm),
      "azure-native:compute:GalleryImageVersion": native(GALLERY_IMAGE_VERSION, arm),
    },
    checkConfig: (config) => refuseUnrehearsed(config, { followed: FOLLOWED, harmless: HARMLESS }),
    configure: (config) => {
      current = open(config);
    },
  };
}

const FOLLOWED = [
  "clientCertificatePath",
  "clientId",
  "clientSecret",
  "location",
  "metadataHost",
  "subscriptionId",
  "tenantId",
  "useDefaultAzureCredential",
  "useMsi",
  "useOidc",
];
const HARMLESS = ["disableInstanceDiscovery", "disablePulumiPartnerId", "environment", "partnerId"];

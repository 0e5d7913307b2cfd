import type { CheckFailure, Properties, ProviderPlugin } from "../../../plugin/resource";
import { type Arm, ArmClient } from "./arm";
import { native } from "./native";
import { DISK, GALLERY, GALLERY_IMAGE, GALLERY_IMAGE_VERSION, RESOURCE_GROUP } from "./types";

/**
 * The stand-in for Pulumi's azure-native provider: the few types that publishing images needs, with the real
 * provider's rules, over Azure Resource Manager at whatever endpoint it is told.
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
    checkConfig,
    configure: (config) => {
      current = open(config);
    },
  };
}

const FOLLOWED = ["location", "metadataHost", "subscriptionId"];
const HARMLESS = [
  "clientId",
  "clientSecret",
  "disableInstanceDiscovery",
  "disablePulumiPartnerId",
  "environment",
  "partnerId",
  "tenantId",
  "useDefaultAzureCredential",
  "useMsi",
  "useOidc",
  // Sent by the engine for every provider.
  "version",
  "pluginDownloadURL",
  "__internal",
];

/** Refuses settings that would make a rehearsal differ from the real thing in silence. */
function checkConfig(config: Properties): CheckFailure[] {
  return Object.keys(config)
    .filter((key) => !FOLLOWED.includes(key) && !HARMLESS.includes(key))
    .map((property) => ({
      property,
      reason: `"${property}" is not rehearsed. Leave it out, or set it only where the real provider runs`,
    }));
}

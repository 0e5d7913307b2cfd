import type { CheckFailure, Properties, ProviderPlugin } from "../../../plugin/resource";
import { bridged } from "../bridge/resource";
import { type Api, GoogleApi } from "./api";
import { bucket } from "./bucket";
import { image } from "./image";
import { imageIamMember } from "./image-iam-member";

/**
 * The stand-in for Pulumi's Google Cloud provider: the few types that publishing images needs, with the real
 * provider's rules, over the REST APIs at whatever endpoint it is told.
 */
export function gcpPlugin(
  open: (config: Properties) => Api = (config) => new GoogleApi(config),
): ProviderPlugin {
  let current: Api | undefined;
  const api = () => {
    if (!current) throw new Error("the gcp provider was used before it was configured");
    return current;
  };
  return {
    name: "gcp",
    version: "9.37.0",
    resources: {
      "gcp:compute/image:Image": bridged(image(api)),
      "gcp:compute/imageIamMember:ImageIamMember": bridged(imageIamMember(api)),
      "gcp:storage/bucket:Bucket": bridged(bucket(api)),
    },
    checkConfig,
    configReplaces: ["project"],
    configure: (config) => {
      current = open(config);
    },
  };
}

const FOLLOWED = [
  "accessToken",
  "addPulumiAttributionLabel",
  "computeCustomEndpoint",
  "credentials",
  "defaultLabels",
  "project",
  "storageCustomEndpoint",
];
const HARMLESS = [
  "batching",
  "disableGooglePartnerName",
  "disablePartnerName",
  "googlePartnerName",
  "partnerName",
  "region",
  "requestReason",
  "requestTimeout",
  "scopes",
  "zone",
  // Sent by the engine for every provider.
  "version",
  "pluginDownloadURL",
  "__internal",
  "__defaults",
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

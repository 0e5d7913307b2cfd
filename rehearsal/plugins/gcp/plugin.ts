import type { Properties, ProviderPlugin } from "../../../plugin/resource";
import { bridged } from "../bridge/resource";
import { type Api, GoogleApi } from "./api";
import { bucket } from "./bucket";
import { image } from "./image";
import { imageIamMember } from "./image-iam-member";
import { refuseUnrehearsed } from "../settings";

/**
 * The stand-in for Pulumi's Google Cloud provider: the few types needed to publish images, with the real provider's
 * rules, using the REST APIs at any endpoint.
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
    checkConfig: (config) => refuseUnrehearsed(config, { followed: FOLLOWED, harmless: HARMLESS }),
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
];

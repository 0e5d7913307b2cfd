import type { CloudConfig, KmsForm } from "../cloud";
import { gcpAccess, gcpClosings } from "./access";
import { gcpAudience } from "./audience";
import { gcpImmutable } from "./immutable";
import { GCP_KMS_URI, type GcpKmsKey, gcpKmsKey } from "./kms";
import { lostImages } from "./lost";
import { gcpNativeProvider } from "./native-provider";
import { gcpPlaceholder } from "./placeholder";
import { gcpReserved } from "./reserved";
import { gcpProblems } from "./rules";
import { gcp as schema, type GcpConfig } from "./schema";

export const gcp = {
  schema,
  placeholder: gcpPlaceholder,
  rules: gcpProblems,
  audience: gcpAudience,
  access: gcpAccess,
  closings: gcpClosings,
  immutable: gcpImmutable,
  lost: lostImages,
  hasImagePerRegion: false,
  names: ({ image, family }) => [
    [["image", "nameTemplate"], image.nameTemplate],
    [["family"], family],
  ],
  kms: {
    uri: GCP_KMS_URI,
    says: "gcpkms://projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/<number>",
    parse: gcpKmsKey,
  } satisfies KmsForm<GcpKmsKey>,
  nativeProvider: gcpNativeProvider,
  reserved: gcpReserved,
} satisfies CloudConfig<GcpConfig>;

import type { CloudConfig, KmsForm } from "../cloud";
import { azureAccess, azureClosings } from "./access";
import { azureAudience } from "./audience";
import { azureImmutable, azureNeverChanged } from "./immutable";
import { AZURE_KMS_URI, type AzureKmsKey, azureKmsKey } from "./kms";
import { azureNativeProvider } from "./native-provider";
import { azurePlaceholder } from "./placeholder";
import { azureReserved } from "./reserved";
import { azureProblems } from "./rules";
import { azure as schema, type AzureConfig } from "./schema";
import { azureSharing } from "./sharing";

export const azure = {
  schema,
  placeholder: azurePlaceholder,
  rules: azureProblems,
  audience: azureAudience,
  access: azureAccess,
  closings: azureClosings,
  immutable: azureImmutable,
  neverChanged: azureNeverChanged,
  sharedAsAWhole: azureSharing,
  hasImagePerRegion: false,
  names: ({ gallery, definition }) => [
    [["gallery", "name"], gallery.name],
    [["gallery", "sharing", "community", "publicNamePrefix"], gallery.sharing.community?.publicNamePrefix],
    [["definition", "nameTemplate"], definition.nameTemplate],
    [["definition", "publisher"], definition.publisher],
    [["definition", "offer"], definition.offer],
  ],
  kms: {
    uri: AZURE_KMS_URI,
    says: "azurekms://<vault>.vault.azure.net/<key>/<version>",
    parse: azureKmsKey,
  } satisfies KmsForm<AzureKmsKey>,
  nativeProvider: azureNativeProvider,
  reserved: azureReserved,
} satisfies CloudConfig<AzureConfig>;

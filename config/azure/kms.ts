/** A version of a key in an Azure Key Vault or Managed HSM. */
export interface AzureKmsKey {
  /** Host of the vault. */
  readonly vault: string;
  readonly name: string;
  readonly version: string;
}

/**
 * cosign's form, always with the version, as on Google. Only hosts of Azure's clouds are accepted, because an access
 * token is sent to the host (learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates, DNS
 * suffixes, read 2026-11); an emulator on localhost is allowed.
 */
export const AZURE_KMS_URI =
  /^azurekms:\/\/([a-z][a-z0-9-]{1,126}\.(?:vault|managedhsm)\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)|(?:localhost|127\.0\.0\.1):\d{1,5})\/([A-Za-z0-9-]{1,127})\/([0-9a-f]{32})$/;

export function azureKmsKey(uri: string): AzureKmsKey | undefined {
  const [, vault, name, version] = AZURE_KMS_URI.exec(uri) ?? [];
  return vault === undefined || name === undefined || version === undefined
    ? undefined
    : { vault, name, version };
}

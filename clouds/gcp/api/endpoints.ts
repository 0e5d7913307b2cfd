/**
 * Endpoints of Google's APIs: those that Google's tools and the native provider are configured for, otherwise the
 * public ones.
 */

/** `https://storage.googleapis.com`, or the emulator's address without a trailing slash. */
export function storageEndpoint(): string {
  const emulator = process.env.STORAGE_EMULATOR_HOST;
  if (!emulator) return "https://storage.googleapis.com";
  return (/^https?:\/\//.test(emulator) ? emulator : `http://${emulator}`).replace(/\/+$/, "");
}

/** `https://cloudkms.googleapis.com/v1`, or the endpoint configured for gcloud or the Pulumi provider. */
export function kmsEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS || process.env.GOOGLE_KMS_CUSTOM_ENDPOINT;
  if (!override) return "https://cloudkms.googleapis.com/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}

/**
 * `https://cloudresourcemanager.googleapis.com/v1`, or the endpoint configured for gcloud or the Terraform provider.
 */
export function resourceManagerEndpoint(): string {
  const { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER, GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT } =
    process.env;
  const override =
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER || GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT;
  if (!override) return "https://cloudresourcemanager.googleapis.com/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}

/** `https://orgpolicy.googleapis.com`, or the endpoint configured for gcloud or the Pulumi provider. */
export function orgPolicyEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_ORGPOLICY || process.env.GOOGLE_ORG_POLICY_CUSTOM_ENDPOINT;
  return (override || "https://orgpolicy.googleapis.com").replace(/\/+$/, "").replace(/\/v2$/, "");
}

/** `https://compute.googleapis.com/compute/v1`, or the endpoint configured for gcloud or the Pulumi provider. */
export function computeEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE || process.env.GOOGLE_COMPUTE_CUSTOM_ENDPOINT;
  if (!override) return "https://compute.googleapis.com/compute/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/compute/v1") ? base : `${base}/compute/v1`;
}

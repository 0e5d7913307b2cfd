/** Where Google's APIs answer: where its own tools and the native provider were pointed at, else in the world. */

/** `https://storage.googleapis.com`, or the emulator's address without a slash at its end. */
export function storageEndpoint(): string {
  const emulator = process.env.STORAGE_EMULATOR_HOST;
  if (!emulator) return "https://storage.googleapis.com";
  return (/^https?:\/\//.test(emulator) ? emulator : `http://${emulator}`).replace(/\/+$/, "");
}

/** `https://cloudkms.googleapis.com/v1`, or what gcloud or the Pulumi provider was pointed at. */
export function kmsEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDKMS || process.env.GOOGLE_KMS_CUSTOM_ENDPOINT;
  if (!override) return "https://cloudkms.googleapis.com/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}

/** `https://cloudresourcemanager.googleapis.com/v1`, or what gcloud or the Terraform provider was pointed at. */
export function resourceManagerEndpoint(): string {
  const { CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER, GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT } =
    process.env;
  const override =
    CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDRESOURCEMANAGER || GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT;
  if (!override) return "https://cloudresourcemanager.googleapis.com/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/v1") ? base : `${base}/v1`;
}

/** `https://orgpolicy.googleapis.com`, or what gcloud or the Pulumi provider was pointed at. */
export function orgPolicyEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_ORGPOLICY || process.env.GOOGLE_ORG_POLICY_CUSTOM_ENDPOINT;
  return (override || "https://orgpolicy.googleapis.com").replace(/\/+$/, "").replace(/\/v2$/, "");
}

/** `https://compute.googleapis.com/compute/v1`, or what gcloud or the Pulumi provider was pointed at. */
export function computeEndpoint(): string {
  const override =
    process.env.CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE || process.env.GOOGLE_COMPUTE_CUSTOM_ENDPOINT;
  if (!override) return "https://compute.googleapis.com/compute/v1";
  const base = override.replace(/\/+$/, "");
  return base.endsWith("/compute/v1") ? base : `${base}/compute/v1`;
}

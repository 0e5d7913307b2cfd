/** A key version in Cloud KMS: the version has the public key. */
export interface GcpKmsKey {
  /** `projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/1` */
  readonly version: string;
}

/**
 * Both of cosign's forms (`versions`, and `cryptoKeyVersions` as Google itself has it), always with the version:
 * without one cosign uses the newest, while users may hold the public key of an older one.
 */
export const GCP_KMS_URI =
  /^gcpkms:\/\/(projects\/[a-z0-9:.-]{1,63}\/locations\/[a-z0-9-]{1,63}\/keyRings\/[A-Za-z0-9_-]{1,63}\/cryptoKeys\/[A-Za-z0-9_-]{1,63})\/(?:cryptoKeyVersions|versions)\/([1-9]\d{0,9})$/;

export function gcpKmsKey(uri: string): GcpKmsKey | undefined {
  const [, key, number] = GCP_KMS_URI.exec(uri) ?? [];
  return key === undefined || number === undefined
    ? undefined
    : { version: `${key}/cryptoKeyVersions/${number}` };
}

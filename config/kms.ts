import { z } from "zod";
import { AWS_KMS_URI, awsKmsKey, type AwsKmsKey } from "./aws/kms";
import { AZURE_KMS_URI, azureKmsKey, type AzureKmsKey } from "./azure/kms";
import { GCP_KMS_URI, gcpKmsKey, type GcpKmsKey } from "./gcp/kms";

/** A signing key in a cloud's KMS; the private key never leaves it. */
export type KmsKeyName =
  | ({ readonly cloud: "aws" } & AwsKmsKey)
  | ({ readonly cloud: "gcp" } & GcpKmsKey)
  | ({ readonly cloud: "azure" } & AzureKmsKey);

const FORMS = [AWS_KMS_URI, GCP_KMS_URI, AZURE_KMS_URI];

const NEEDED =
  "a KMS key as cosign names it: awskms:///<ARN of the key or of its alias>, gcpkms://projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/<number> or azurekms://<vault>.vault.azure.net/<key>/<version>";

export const kmsUri = z
  .string()
  // One pattern, so that the editor's schema includes it.
  .regex(new RegExp(FORMS.map(({ source }) => `(?:${source})`).join("|")), { error: NEEDED });

/** @throws if the URI does not name a key in a form of {@link kmsUri} */
export function parseKmsUri(uri: string): KmsKeyName {
  const aws = awsKmsKey(uri);
  if (aws) return { cloud: "aws", ...aws };
  const gcp = gcpKmsKey(uri);
  if (gcp) return { cloud: "gcp", ...gcp };
  const azure = azureKmsKey(uri);
  if (azure) return { cloud: "azure", ...azure };
  throw new Error(`${uri}: needs ${NEEDED}`);
}

/** A key in AWS KMS, named by its ARN or its alias's ARN: both include the region. */
export interface AwsKmsKey {
  readonly arn: string;
  readonly region: string;
}

/**
 * cosign's form without an endpoint (docs.sigstore.dev/cosign/kms_support, read 2026-11). cosign also accepts bare
 * ids and alias names; those would sign with whichever key has that name in the current default region.
 */
export const AWS_KMS_URI =
  /^awskms:\/\/\/(arn:aws(?:-[a-z]+)*:kms:([a-z]+(?:-[a-z]+)+-\d+):\d{12}:(?:key\/[A-Za-z0-9-]{1,128}|alias\/[A-Za-z0-9/_-]{1,250}))$/;

export function awsKmsKey(uri: string): AwsKmsKey | undefined {
  const [, arn, region] = AWS_KMS_URI.exec(uri) ?? [];
  return arn === undefined || region === undefined ? undefined : { arn, region };
}

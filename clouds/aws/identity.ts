/**
 * Selection of credentials: the same as that of the native provider, which runs together with this one in every `up`.
 *
 * | order | aws-sdk-go-v2, `resolveCredentialChain` of config/resolve_credentials.go (read 2026-11) |
 * @aws-sdk/credential-provider-node 3.1138 by default |
 * |---|---|---|
 * | 1 | AWS_ACCESS_KEY_ID (AWS_ACCESS_KEY) with AWS_SECRET_ACCESS_KEY (AWS_SECRET_KEY) | the profile, if AWS_PROFILE
 * is set; else the keys |
 * | 2 | AWS_WEB_IDENTITY_TOKEN_FILE | the profile |
 * | 3 | the profile | AWS_WEB_IDENTITY_TOKEN_FILE |
 */
/** Credentials of an account. */
export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Keys in the environment take precedence over AWS_PROFILE. `undefined`: the SDK's own order applies. */
export function environmentKey(env: Env = process.env): AwsKey | undefined {
  const accessKeyId = env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY;
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY;
  if (!accessKeyId || !secretAccessKey) return undefined;
  const { AWS_SESSION_TOKEN: sessionToken } = env;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** The reason why the two providers would use different identities, naming both. */
export function identityProblem(env: Env = process.env): string | undefined {
  const { AWS_PROFILE: profile, AWS_WEB_IDENTITY_TOKEN_FILE: token } = env;
  if (environmentKey(env) || !profile || !token) return undefined;
  return (
    `AWS_PROFILE (${profile}) and AWS_WEB_IDENTITY_TOKEN_FILE (role ${env.AWS_ROLE_ARN ?? "unknown"}) name two identities, ` +
    "and Pulumi's AWS provider would take the second, this one the first; unset one of them"
  );
}

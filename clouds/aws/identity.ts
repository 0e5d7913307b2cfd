/**
 * Whose credentials are used: the same as by the native provider, which works beside this one in every `up`.
 *
 * | order | aws-sdk-go-v2, `resolveCredentialChain` of config/resolve_credentials.go (read 2026-11) | @aws-sdk/credential-provider-node 3.1138 by itself |
 * |---|---|---|
 * | 1 | AWS_ACCESS_KEY_ID (AWS_ACCESS_KEY) with AWS_SECRET_ACCESS_KEY (AWS_SECRET_KEY) | the profile, if AWS_PROFILE is set; else the keys |
 * | 2 | AWS_WEB_IDENTITY_TOKEN_FILE | the profile |
 * | 3 | the profile | AWS_WEB_IDENTITY_TOKEN_FILE |
 */
/** A key of an account. */
export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Keys in the environment: they come first, whatever AWS_PROFILE says. `undefined`: the SDK's own order decides. */
export function environmentKey(env: Env = process.env): AwsKey | undefined {
  const accessKeyId = env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY;
  const secretAccessKey = env.AWS_SECRET_ACCESS_KEY || env.AWS_SECRET_KEY;
  if (!accessKeyId || !secretAccessKey) return undefined;
  const { AWS_SESSION_TOKEN: sessionToken } = env;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** Why the two providers would work with two identities, with the names of both. */
export function identityProblem(env: Env = process.env): string | undefined {
  const { AWS_PROFILE: profile, AWS_WEB_IDENTITY_TOKEN_FILE: token } = env;
  if (environmentKey(env) || !profile || !token) return undefined;
  return (
    `AWS_PROFILE (${profile}) and AWS_WEB_IDENTITY_TOKEN_FILE (role ${env.AWS_ROLE_ARN ?? "unknown"}) name two identities, ` +
    "and Pulumi's AWS provider would take the second, this one the first; unset one of them"
  );
}

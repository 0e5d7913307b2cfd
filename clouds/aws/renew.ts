/**
 * Keys that expire during a run. The SDK renews keys by itself if it knows their expiration; keys of a profile's
 * credential process, of a revoked session, or of a machine whose clock stopped, expire without its knowledge
 * (`memoizeIdentityProvider` of @smithy/core 3.41, and `memoizeChain` of @aws-sdk/credential-provider-node 3.972:
 * keys without an `expiration` are kept for good; read 2026-11-29).
 */
type Env = Readonly<Record<string, string | undefined>>;

/**
 * AWS's codes for an expired session. EC2 has its own (Amazon EC2 API reference, common client errors; read 2026-11).
 */
export const EXPIRED_CODES: readonly string[] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired"];

interface Keys {
  readonly accessKeyId: string;
  readonly sessionToken?: string | undefined;
}

interface Client {
  readonly config: { readonly credentials: (options?: { forceRefresh: boolean }) => Promise<Keys> };
  readonly middlewareStack: {
    add(middleware: Middleware, where: { step: "initialize"; name: string }): void;
  };
}
/* eslint-disable-next-line @typescript-eslint/no-explicit-any -- the SDK's own handler, for any of its commands */
type Middleware = (next: (args: any) => Promise<any>) => (args: any) => Promise<any>;

/**
 * When AWS reports that the keys have expired, requests new ones once, from the same source as the first; if they are
 * unchanged, the call is not retried.
 */
export function renewing<C extends object>(client: C): C {
  const { config, middlewareStack } = client as unknown as Client;
  middlewareStack.add(
    (next) => async (args) => {
      const before = await config.credentials();
      try {
        return (await next(args)) as unknown;
      } catch (error) {
        if (!EXPIRED_CODES.includes((error as Error).name)) throw error;
        const other = await config.credentials({ forceRefresh: true }).catch(() => before);
        if (other.accessKeyId === before.accessKeyId && other.sessionToken === before.sessionToken)
          throw error;
        return (await next(args)) as unknown;
      }
    },
    { step: "initialize", name: "imprimaturRenewing" },
  );
  return client;
}

/** The source of the expired session and how to renew it, in the order in which keys are looked for (identity.ts). */
export function cureOfExpiry(env: Env = process.env): string {
  const again = "and run the same command again";
  const [key, token] = [env.AWS_ACCESS_KEY_ID || env.AWS_ACCESS_KEY, env.AWS_SESSION_TOKEN];
  if (key && token)
    return `the session of AWS_SESSION_TOKEN in the environment is over: set it anew, with its AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, ${again}`;
  if (key)
    return `the key of AWS_ACCESS_KEY_ID in the environment is refused as too old: check this machine's clock, ${again}`;
  const { AWS_PROFILE: profile, AWS_WEB_IDENTITY_TOKEN_FILE: file } = env;
  if (!profile && file)
    return `the session of the role ${env.AWS_ROLE_ARN ?? "in AWS_ROLE_ARN"} is over, and the token in ${file} (AWS_WEB_IDENTITY_TOKEN_FILE) gave no other: have it renewed, ${again}`;
  const login = profile ? `aws sso login --profile ${profile}` : "aws sso login";
  const whose = profile
    ? `the profile ${profile} (AWS_PROFILE)`
    : "the default profile or this machine's role";
  return `the session of ${whose} is over: log in again (\`${login}\`, or what its keys come from), ${again}`;
}

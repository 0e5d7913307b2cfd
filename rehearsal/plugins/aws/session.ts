import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Properties } from "../../../plugin/resource";
import { asked, CloudError } from "./errors";

/** What the resources need of a configured provider. */
export interface Session {
  /** The provider's region: where a resource lives that names none. */
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  ec2(region: string): Pick<EC2Client, "send">;
  ssm(region: string): Pick<SSMClient, "send">;
  identity(): Promise<Identity>;
}

export interface Identity {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** Connection refused and throttling are tried this often; the real provider's default is 25, and 9 for the former. */
const ATTEMPTS = 9;

/** The provider's config, already checked (`config.ts`). */
export class AwsSession implements Session {
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  private readonly clients = new Map<string, EC2Client | SSMClient>();

  constructor(private readonly config: Properties) {
    this.region = regionOf(config) ?? "";
    this.defaultTags = (config.defaultTags as { tags?: Record<string, string> } | undefined)?.tags ?? {};
  }

  ec2(region: string): EC2Client {
    return this.cached(`ec2 ${region}`, () => new EC2Client(this.settings("ec2", region)));
  }

  ssm(region: string): SSMClient {
    return this.cached(`ssm ${region}`, () => new SSMClient(this.settings("ssm", region)));
  }

  async identity(): Promise<Identity> {
    const region = typeof this.config.stsRegion === "string" ? this.config.stsRegion : this.region;
    const sts = new STSClient(this.settings("sts", region));
    const found = await asked("STS", "GetCallerIdentity", sts.send(new GetCallerIdentityCommand({})));
    return { accountId: found.Account ?? "", arn: found.Arn ?? "", userId: found.UserId ?? "" };
  }

  /** Credentials work, and are those of an account that the config allows. Throws in the real provider's words. */
  async validate(): Promise<void> {
    const flags = {
      skip: this.config.skipCredentialsValidation,
      anonymous: this.config.skipRequestingAccountId,
    };
    const allowed = this.config.allowedAccountIds as string[] | undefined;
    const forbidden = this.config.forbiddenAccountIds as string[] | undefined;
    if (flags.skip && (flags.anonymous || !(allowed?.length || forbidden?.length))) return;
    const { accountId } = await this.identity().catch((error: unknown) => {
      throw new CloudError(credentialsMessage(error));
    });
    if ((allowed?.length && !allowed.includes(accountId)) || forbidden?.includes(accountId)) {
      throw new CloudError(`AWS account ID not allowed: ${accountId}`);
    }
  }

  private cached<C extends EC2Client | SSMClient>(key: string, make: () => C): C {
    const client = (this.clients.get(key) as C | undefined) ?? make();
    this.clients.set(key, client);
    return client;
  }

  /** Without a named endpoint the SDK looks at AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL by itself. */
  private settings(service: "ec2" | "ssm" | "sts", region: string) {
    const { accessKey, secretKey, token, profile, endpoints, maxRetries } = this.config;
    const endpoint = (endpoints as Record<string, string>[] | undefined)?.find((one) => one[service])?.[
      service
    ];
    return {
      region,
      maxAttempts: typeof maxRetries === "number" ? maxRetries + 1 : ATTEMPTS,
      ...(endpoint && { endpoint }),
      ...(typeof profile === "string" && { profile }),
      ...(typeof accessKey === "string" && {
        credentials: {
          accessKeyId: accessKey,
          secretAccessKey: typeof secretKey === "string" ? secretKey : "",
          ...(typeof token === "string" && { sessionToken: token }),
        },
      }),
    };
  }
}

/** The provider's region: config first, then the environment. */
export function regionOf(config: Properties): string | undefined {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return [config.region, AWS_REGION, AWS_DEFAULT_REGION].find(
    (one): one is string => typeof one === "string" && one !== "",
  );
}

function credentialsMessage(error: unknown): string {
  if (error instanceof CloudError && error.code === "CredentialsProviderError") {
    return (
      "No valid credential sources found.\n" +
      "Please see https://www.pulumi.com/registry/packages/aws/installation-configuration/ " +
      "for more information about providing credentials."
    );
  }
  if (error instanceof CloudError && error.code === "InvalidClientTokenId") {
    return (
      "Invalid credentials configured.\n" +
      "Please see https://www.pulumi.com/registry/packages/aws/installation-configuration/ " +
      "for more information about providing credentials."
    );
  }
  const details = error instanceof Error ? error.message : String(error);
  return (
    "unable to validate AWS credentials.\n" +
    `Details: validating provider credentials: retrieving caller identity from STS: ${details}\n`
  );
}

/** Names of the AWS partition a region belongs to, as ARNs spell it. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

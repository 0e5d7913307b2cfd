import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { Properties } from "../../../plugin/resource";
import { firstText } from "../http";
import { asList, asObject, asTexts } from "../properties";
import { asked, CloudError, hasCode } from "./errors";
import { askIam, type Credentials } from "./iam";

/** A configured provider as seen by its resources. */
export interface Session {
  /** The provider's region: the default of resources. */
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  ec2(region: string): Pick<EC2Client, "send">;
  ssm(region: string): Pick<SSMClient, "send">;
  identity(): Promise<Identity>;
}

interface Identity {
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
}

/** Attempts after refused connections and throttling; the real provider's default is 25, and 9 for the former. */
const ATTEMPTS = 9;

/** The provider's config, already validated (`config.ts`). */
export class AwsSession implements Session {
  readonly region: string;
  readonly defaultTags: Readonly<Record<string, string>>;
  private readonly clients = new Map<string, EC2Client | SSMClient>();

  constructor(private readonly config: Properties) {
    this.region = regionOf(config) ?? "";
    this.defaultTags = asTexts(asObject(config.defaultTags).tags);
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

  /**
   * Requests of the real provider when it is configured (`GetAwsConfig` and `GetAwsAccountIDAndPartition` of
   * hashicorp/aws-sdk-go-base, read 2026-11): credentials are always resolved; STS is queried for their owner unless
   * `skipCredentialsValidation`; then IAM and STS are, unless `skipRequestingAccountId`. An unknown account is not an
   * allowed one.
   */
  async validate(): Promise<void> {
    const { skipCredentialsValidation, skipRequestingAccountId } = this.config;
    const allowed = this.config.allowedAccountIds as string[] | undefined;
    const forbidden = this.config.forbiddenAccountIds as string[] | undefined;
    await this.credentials()().catch((error: unknown) => {
      throw new CloudError(credentialsMessage(asCloudError(error)));
    });
    let accountId = "";
    if (!skipCredentialsValidation) {
      const identity = await this.identity().catch((error: unknown) => {
        throw new CloudError(credentialsMessage(error));
      });
      accountId = identity.accountId;
    } else if (!skipRequestingAccountId) accountId = await this.requestedAccount();
    if ((allowed?.length && !allowed.includes(accountId)) || forbidden?.includes(accountId)) {
      throw new CloudError(`AWS account ID not allowed: ${accountId}`);
    }
  }

  /** `getAccountIDAndPartition`: each request is made if the previous one failed. */
  private async requestedAccount(): Promise<string> {
    const problems: string[] = [];
    const ask = async (question: () => Promise<string>): Promise<string> => {
      try {
        return await question();
      } catch (error) {
        if (!hasCode(error, "AccessDenied", "InvalidClientTokenId", "ValidationError"))
          problems.push(error instanceof Error ? error.message : String(error));
        return "";
      }
    };
    const iam = { endpoint: this.endpoint("iam"), credentials: this.credentials() };
    const account = (arn: string) => arn.split(":")[4] ?? "";
    const found =
      (await ask(async () => account(await askIam(iam, "GetUser")))) ||
      (await ask(async () => (await this.identity()).accountId)) ||
      (await ask(async () => account(await askIam(iam, "ListRoles"))));
    if (found) return found;
    throw new CloudError(
      "Retrieving AWS account details: AWS account ID not previously found and failed retrieving via all available methods.\n\n" +
        "See https://www.terraform.io/docs/providers/aws/index.html#skip_requesting_account_id for workaround and implications.\n" +
        `Errors: ${problems.join("; ")}`,
    );
  }

  /** Credentials of the clients. */
  private credentials(): Credentials {
    const client = new STSClient(this.settings("sts", this.region));
    return () => client.config.credentials();
  }

  /** Resolved like the SDK. */
  private endpoint(service: string): string {
    const { [`AWS_ENDPOINT_URL_${service.toUpperCase()}`]: own, AWS_ENDPOINT_URL: all } = process.env;
    return this.configured(service) ?? own ?? all ?? `https://${service}.amazonaws.com`;
  }

  private configured(service: string): string | undefined {
    return firstText(...asList(this.config.endpoints).map((one) => asObject(one)[service]));
  }

  private cached<C extends EC2Client | SSMClient>(key: string, make: () => C): C {
    const client = (this.clients.get(key) as C | undefined) ?? make();
    this.clients.set(key, client);
    return client;
  }

  /** Without a configured endpoint the SDK reads AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL itself. */
  private settings(service: "ec2" | "ssm" | "sts", region: string) {
    const { accessKey, secretKey, token, profile, maxRetries } = this.config;
    const endpoint = this.configured(service);
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

function asCloudError(error: unknown): CloudError {
  return error instanceof Error ? new CloudError(error.message, error.name) : new CloudError(String(error));
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

/** Name of a region's partition, as in ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

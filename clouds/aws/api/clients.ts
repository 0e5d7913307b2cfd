/**
 * The official clients, one set for each region. Credentials and endpoints come from the SDK's own defaults only
 * (environment, profile, `AWS_ENDPOINT_URL`), in the native provider's order (`identity.ts`); this project adds no
 * settings for them.
 */
import { EBSClient } from "@aws-sdk/client-ebs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { transcribeHandler } from "../transcript";
import { type AwsKey, environmentKey } from "../identity";
import { renewing } from "../renew";
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed";

// Silences the SDK's warning about Node versions that a future release will drop; the installed release supports
// every Node version that this project supports. Set here for all commands and the provider, because every client is
// created here; set it to "false" to see the warning.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ||= "true";

/** Above the maximum number of requests in flight (`adaptive-limit.ts`), so that no request waits for a socket. */
const SOCKETS = 96;

/** The transport of all requests to AWS; each client is created on first use. */
export interface Clients {
  readonly ebs: Pick<EBSClient, "send">;
  readonly ec2: Pick<EC2Client, "send">;
  readonly kms: Pick<KMSClient, "send">;
  readonly ssm: Pick<SSMClient, "send">;
  readonly sts: Pick<STSClient, "send">;
  /** For services of which only one call is used; they have no client of their own. */
  signed(request: SignedRequest, signal: AbortSignal): Promise<SignedAnswer>;
}

class RegionClients implements Clients {
  private readonly made: Partial<{
    ebs: EBSClient;
    ec2: EC2Client;
    kms: KMSClient;
    ssm: SSMClient;
    sts: STSClient;
  }> = {};

  private readonly clock = { offset: 0 };

  constructor(
    private readonly region: string,
    private readonly key?: AwsKey,
  ) {}

  get ebs(): EBSClient {
    return (this.made.ebs ??= renewing(new EBSClient(this.settings("ebs"))));
  }
  get ec2(): EC2Client {
    return (this.made.ec2 ??= renewing(new EC2Client(this.settings("ec2"))));
  }
  get kms(): KMSClient {
    return (this.made.kms ??= renewing(new KMSClient(this.settings("kms"))));
  }
  get ssm(): SSMClient {
    return (this.made.ssm ??= renewing(new SSMClient(this.settings("ssm"))));
  }
  get sts(): STSClient {
    return (this.made.sts ??= renewing(new STSClient(this.settings("sts"))));
  }
  signed(request: SignedRequest, signal: AbortSignal): Promise<SignedAnswer> {
    return sendSigned(this.sts.config.credentials, request, this.clock, signal);
  }

  /**
   * Connect timeout: 10 s; each attempt as a whole is bounded in `retry.ts`. Without either, uploads hang (coldsnap
   * issue 437).
   */
  private settings(service: string) {
    const { region, key: credentials = environmentKey() } = this;
    const agent = { keepAlive: true, maxSockets: SOCKETS };
    return {
      region,
      ...(credentials && { credentials }),
      maxAttempts: 1,
      requestHandler: transcribeHandler(
        new NodeHttpHandler({
          connectionTimeout: 10_000,
          socketTimeout: 60_000,
          httpAgent: agent,
          httpsAgent: agent,
        }),
        { service, region },
      ),
    };
  }
}

const shared = new Map<string, Clients>();

/**
 * @param key of an account other than the environment's: clients are then not cached, so that no client is ever
 * shared between two accounts
 */
export function clientsOf(region: string, key?: AwsKey): Clients {
  if (key) return new RegionClients(region, key);
  const clients = shared.get(region) ?? new RegionClients(region);
  shared.set(region, clients);
  return clients;
}

/**
 * The official clients, one set for each region. Credentials and endpoints come from the SDK's own defaults only
 * (environment, profile, `AWS_ENDPOINT_URL`), in the native provider's order (`identity.ts`); this project has no settings of
 * its own for them.
 */
import { EBSClient } from "@aws-sdk/client-ebs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { transcribeHandler } from "../../transcript/aws";
import { type AwsKey, environmentKey } from "../identity";
import { renewing } from "../renew";
import { sendSigned, type SignedAnswer, type SignedRequest } from "./signed";

// Of what a later SDK will need; the one that is installed runs on every Node that this project runs on. Said for all
// commands and the provider, because every client is made here; set to "false" it is heard again.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ||= "true";

/** More than the most requests in flight (`adaptive-limit.ts`), so that none waits for a socket. */
const SOCKETS = 96;

/** Everything through which a request goes to AWS; each is made when it is first used. */
export interface Clients {
  readonly ebs: Pick<EBSClient, "send">;
  readonly ec2: Pick<EC2Client, "send">;
  readonly kms: Pick<KMSClient, "send">;
  readonly ssm: Pick<SSMClient, "send">;
  readonly sts: Pick<STSClient, "send">;
  /** Services of which one call is made, without a client of their own. */
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
    return sendSigned(this.sts.config.credentials, request, signal);
  }

  /** 10 s to connect; the time of a whole try is bounded in `retry.ts`. Without either, uploads hang (coldsnap issue 437). */
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

/** @param key of another account than the environment's: nothing is kept then, so that two accounts never meet in one client */
export function clientsOf(region: string, key?: AwsKey): Clients {
  if (key) return new RegionClients(region, key);
  const clients = shared.get(region) ?? new RegionClients(region);
  shared.set(region, clients);
  return clients;
}

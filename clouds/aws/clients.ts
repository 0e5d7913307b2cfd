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
import { transcribeHandler } from "../transcript/aws";
import { environmentKey } from "./identity";
import { renewing } from "./renew";

// Of what a later SDK will need; the one that is installed runs on every Node that this project runs on. Said for all
// commands and the provider, because every client is made here; set to "false" it is heard again.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ||= "true";

/** More than the most requests in flight (`adaptive-limit.ts`), so that none waits for a socket. */
const SOCKETS = 96;

/** 10 s to connect; the time of a whole try is bounded in `retry.ts`. Without either, uploads hang (coldsnap issue 437). */
function settings(region: string, service: string) {
  const agent = { keepAlive: true, maxSockets: SOCKETS };
  const credentials = environmentKey();
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

function perRegion<T>(make: (region: string) => T): (region: string) => T {
  const made = new Map<string, T>();
  return (region) => {
    const client = made.get(region) ?? make(region);
    made.set(region, client);
    return client;
  };
}

export const ebsClient = perRegion((region) => renewing(new EBSClient(settings(region, "ebs"))));
export const ec2Client = perRegion((region) => renewing(new EC2Client(settings(region, "ec2"))));
export const kmsClient = perRegion((region) => renewing(new KMSClient(settings(region, "kms"))));
export const ssmClient = perRegion((region) => renewing(new SSMClient(settings(region, "ssm"))));
export const stsClient = perRegion((region) => renewing(new STSClient(settings(region, "sts"))));

/** A key of another account than the environment's. */
export interface AwsKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Clients of another account; nothing is kept, so that two accounts never meet in one client. */
export function clientsOf(
  region: string,
  credentials: AwsKey,
): { ec2: EC2Client; ssm: SSMClient; sts: STSClient } {
  const config = (service: string) => ({ ...settings(region, service), credentials });
  return {
    ec2: new EC2Client(config("ec2")),
    ssm: new SSMClient(config("ssm")),
    sts: new STSClient(config("sts")),
  };
}

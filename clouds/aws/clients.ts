/**
 * The official clients, one set for each region. Credentials and endpoints come from the SDK's own defaults only
 * (environment, profile, `AWS_ENDPOINT_URL`); this project has no settings of its own for them.
 */
import { EBSClient } from "@aws-sdk/client-ebs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";

/** More than the most requests in flight (`adaptive-limit.ts`), so that none waits for a socket. */
const SOCKETS = 96;

/** 10 s to connect; the time of a whole try is bounded in `retry.ts`. Without either, uploads hang (coldsnap issue 437). */
function settings(region: string) {
  const agent = { keepAlive: true, maxSockets: SOCKETS };
  return {
    region,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 10_000,
      socketTimeout: 60_000,
      httpAgent: agent,
      httpsAgent: agent,
    }),
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

export const ebsClient = perRegion((region) => new EBSClient(settings(region)));
export const ec2Client = perRegion((region) => new EC2Client(settings(region)));
export const ssmClient = perRegion((region) => new SSMClient(settings(region)));
export const stsClient = perRegion((region) => new STSClient(settings(region)));

import { EBSClient, ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { DescribeSnapshotsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AdaptiveLimit } from "../../clouds/adaptive-limit";
import { call } from "../../clouds/aws/api/session";
import { callAzure } from "../../clouds/azure/api/session";
import { CloudFailure } from "../../clouds/failure";
import { callGoogle } from "../../clouds/gcp/api/session";
import { PATIENT } from "../../clouds/retry";
import type { Exchange } from "./exchange";
import { RECORDED } from "./recorded";
import { bodyOf, headersOf } from "./sample";

/** One try, no waiting. */
const caller = () => ({
  region: "eu-test-1",
  signal: new AbortController().signal,
  policy: { ...PATIENT, attempts: 1 },
  limit: new AdaptiveLimit(),
  status: () => undefined,
});

interface AwsBody {
  Code: string;
  Message?: string;
  Reason?: string;
}

/** The error on the wire, in the format of each AWS protocol. */
function wire(service: string, { Code, Message, Reason }: AwsBody): { headers: object; text: string } {
  switch (service) {
    case "EBS":
      return { headers: { "x-amzn-errortype": Code }, text: JSON.stringify({ Message, Reason }) };
    case "EC2":
    case "IAM":
      return {
        headers: { "content-type": "text/xml" },
        text: `<Response><Errors><Error><Code>${Code}</Code><Message>${Message ?? ""}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
      };
    default:
      return { headers: {}, text: JSON.stringify({ __type: Code, message: Message }) };
  }
}

function awsClient(service: string, exchange: Exchange): () => Promise<unknown> {
  const { headers, text } = wire(service, bodyOf(exchange.body) as AwsBody);
  const response = {
    statusCode: exchange.status,
    headers: { ...headersOf(exchange), ...headers },
    body: Buffer.from(text),
  };
  const config = {
    region: "eu-test-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: { handle: async () => ({ response }) } as never,
  };
  switch (service) {
    case "EBS":
      return () => new EBSClient(config).send(new ListSnapshotBlocksCommand({ SnapshotId: "snap-0" }));
    case "EC2":
    // Called without an SDK client; errors have the same XML.
    case "IAM":
      return () => new EC2Client(config).send(new DescribeSnapshotsCommand({}));
    case "SSM":
      return () => new SSMClient(config).send(new DescribeParametersCommand({}));
    default:
      return () => new KMSClient(config).send(new ListKeysCommand({}));
  }
}

const FEED: Record<keyof typeof RECORDED, (exchange: Exchange) => Promise<unknown>> = {
  aws: (exchange) =>
    call(caller(), exchange.operation, awsClient(exchange.operation.split(" ")[0] ?? "", exchange)),
  gcp: (exchange) => {
    const answer = {
      status: exchange.status,
      headers: new Headers(headersOf(exchange)),
      text: JSON.stringify(bodyOf(exchange.body)),
    };
    return callGoogle({ ...caller(), send: async () => answer }, exchange.operation, {
      method: "GET",
      url: "",
    });
  },
  azure: (exchange) => {
    const answer = {
      status: exchange.status,
      headers: new Headers(headersOf(exchange)),
      body: Buffer.from(JSON.stringify(bodyOf(exchange.body))),
    };
    return callAzure({ ...caller(), send: async () => answer }, exchange.operation, {
      method: "GET",
      url: "",
    });
  },
};

/** Google's status for a cancelled session, which is what the request asked for. */
const CANCELLED = "resumable/cancel";

describe.each(Object.keys(FEED) as (keyof typeof FEED)[])("recorded errors of %s", (cloud) => {
  const errors = RECORDED[cloud].filter(({ status, id }) => status >= 400 && id !== CANCELLED);

  test("say what the product makes of them", () => {
    expect(errors.filter(({ failure }) => !failure).map(({ id }) => id)).toEqual([]);
  });

  test.each(errors.map((exchange) => [exchange.id, exchange]))("%s", async (_id, exchange) => {
    const failure = await FEED[cloud](exchange).catch((error: unknown) => error);
    if (!(failure instanceof CloudFailure)) throw failure;
    expect(failure.kind).toBe(exchange.failure?.kind);
    expect(failure.message).toMatch(exchange.failure?.says ?? /./);
    expect(failure.message).not.toContain("\n");
  });
});

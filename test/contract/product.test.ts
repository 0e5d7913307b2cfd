import { EBSClient, ListSnapshotBlocksCommand } from "@aws-sdk/client-ebs";
import { DescribeSnapshotsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { KMSClient, ListKeysCommand } from "@aws-sdk/client-kms";
import { DescribeParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AdaptiveLimit } from "../../clouds/adaptive-limit";
import { call } from "../../clouds/aws/session";
import { callAzure } from "../../clouds/azure/http";
import { CloudFailure } from "../../clouds/failure";
import { callGoogle } from "../../clouds/gcp/http";
import { PATIENT } from "../../clouds/retry";
import { type Exchange, type Shape } from "./exchange";
import { RECORDED } from "./recorded";

/** One try, and nobody waits. */
const caller = () => ({
  region: "eu-test-1",
  signal: new AbortController().signal,
  policy: { ...PATIENT, attempts: 1 },
  limit: new AdaptiveLimit(),
  status: () => undefined,
});

/** Texts that a pattern or a type stands for, as far as the product reads them. */
const SAMPLES: readonly string[] = [
  "Value (snap-12340000000000000) for parameter snapshotId is invalid. Expected: 'snap-...'.",
  "The value passed in as x-amz-Checksum does not match the computed checksum. Computed checksum: a= expected checksum: b=",
  "Block index 450000 is beyond the volume size extent",
  "The snapshot 'snap-00000000000000001' does not exist.",
  "The pagination token AQID is invalid.",
  "The block token AQID is invalid.",
  "Encrypted snapshots with EBS default key cannot be shared",
  "Too many snapshot copies in progress. The limit is 20 for this destination region.",
  "You can't publicly share this image because block public access is enabled for the account.",
  "You have reached your quota of 5 for the number of public images allowed in this Region.",
  "Invalid ImageId: ami-00000000000000001",
  "Digest is invalid length for algorithm ECDSA_SHA_256.",
  "Key 'arn:aws:kms:eu-test-1:111111111111:key/none' does not exist",
  "The resource 'projects/demo/global/images/image-2' was not found",
  "The Resource 'Microsoft.Compute/disks/disk-2' under resource group 'images' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  "The image is not available in westeurope region.",
  '{"operationGroup":"HighCostGet3Min"}',
];

/** A body of the recorded shape. */
function bodyOf(shape: Shape | undefined): unknown {
  if (shape === undefined) return undefined;
  if (typeof shape === "symbol") return shape.description === "nothing" ? undefined : "some text";
  if (shape instanceof RegExp) {
    const sample = SAMPLES.find((text) => shape.test(text));
    if (sample === undefined) throw new Error(`no sample fits ${String(shape)}`);
    return sample;
  }
  if (Array.isArray(shape)) return (shape as readonly Shape[]).map(bodyOf);
  if (typeof shape !== "object") return shape;
  return Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, bodyOf(value)]));
}

const headersOf = ({ headers = {} }: Exchange) =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, shape]) => [name, bodyOf(shape)] as const)
      .filter((entry): entry is readonly [string, string] => typeof entry[1] === "string"),
  );

interface AwsBody {
  Code: string;
  Message?: string;
  Reason?: string;
}

/** The error on the wire, as each of AWS's protocols writes it. */
function wire(service: string, { Code, Message, Reason }: AwsBody): { headers: object; text: string } {
  switch (service) {
    case "EBS":
      return { headers: { "x-amzn-errortype": Code }, text: JSON.stringify({ Message, Reason }) };
    case "EC2":
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

describe.each(Object.keys(FEED) as (keyof typeof FEED)[])("recorded errors of %s", (cloud) => {
  const errors = RECORDED[cloud].filter(({ status }) => status >= 400);

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

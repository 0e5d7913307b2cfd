import fc from "fast-check";
import net from "node:net";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { HOME, StandIn } from "./stand-in";

let aws: StandIn;
beforeAll(async () => (aws = await StandIn.start()));
afterAll(() => aws.stop());

/** A signed request that no SDK would make. */
async function send(service: string, path: string, headers: Record<string, string>, body: string) {
  const signer = new SignatureV4({ service, region: HOME, credentials: aws.publisher(), sha256: Sha256 });
  const host = `127.0.0.1:${aws.cloud.port}`;
  const { headers: signed } = await signer.sign({
    method: "POST",
    protocol: "http:",
    hostname: "127.0.0.1",
    path,
    query: {},
    headers: { host, ...headers },
    body,
  });
  const response = await fetch(`http://${host}${path}`, { method: "POST", headers: signed, body });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const ec2 = (form: string) => send("ec2", "/", FORM, `Version=2016-11-15&${form}`);

test.each([
  ["an action that EC2 has not", "Action=DescribeUnicorns", "InvalidAction"],
  ["an action that the stand-in has not", "Action=DescribeVpcs", "UnsupportedOperation"],
  ["a parameter that the action has not", "Action=DescribeRegions&RegionNames.1=x", "UnknownParameter"],
  ["a parameter of a part that has not got it", "Action=DescribeImages&Filter.1.Nmae=x", "UnknownParameter"],
  ["parts of what has none", "Action=DescribeRegions&AllRegions.1=true", "UnknownParameter"],
  ["a list that is not numbered", "Action=DescribeImages&ImageId.first=ami-1", "UnknownParameter"],
  ["a missing parameter", "Action=DeregisterImage", "MissingParameter"],
  ["something else than a boolean", "Action=DescribeRegions&AllRegions=yes", "InvalidParameterValue"],
  ["something else than a number", "Action=DescribeImages&MaxResults=many", "InvalidParameterValue"],
  [
    "something else than a time",
    "Action=EnableImageDeprecation&ImageId=ami-12345678&DeprecateAt=soon",
    "InvalidParameterValue",
  ],
  [
    "pages of named images",
    "Action=DescribeImages&MaxResults=5&ImageId.1=ami-12345678",
    "InvalidParameterCombination",
  ],
  ["a filter without values", "Action=DescribeImages&Filter.1.Name=name", "InvalidParameterValue"],
])("EC2 refuses %s", async (_what, form, code) => {
  const { status, text } = await ec2(form);
  expect(status).toBe(400);
  expect(text).toContain(`<Response><Errors><Error><Code>${code}</Code><Message>`);
});

test("a dry run that would succeed says so with status 412", async () => {
  const { status, text } = await ec2("Action=DescribeRegions&DryRun=true");
  expect([status, text.includes("<Code>DryRunOperation</Code>")]).toEqual([412, true]);
});

test("an answer names its action, its version and its request", async () => {
  const { text, headers } = await ec2("Action=DescribeRegions&RegionName.1=eu-central-1");
  const id = headers.get("x-amzn-requestid");
  expect(text).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${id}</requestId>` +
      "<regionInfo><item><optInStatus>opt-in-not-required</optInStatus><regionName>eu-central-1</regionName>" +
      "<regionEndpoint>ec2.eu-central-1.amazonaws.com</regionEndpoint></item></regionInfo></DescribeRegionsResponse>",
  );
});

test("another version of the interface is refused", async () => {
  const { text } = await send("ec2", "/", FORM, "Version=2006-06-26&Action=DescribeRegions");
  expect(text).toContain("<Code>NoSuchVersion</Code>");
});

const target = (name: string) => ({ "content-type": "application/x-amz-json-1.1", "x-amz-target": name });

test.each([
  ["an unknown action", "AmazonSSM.PutUnicorn", "{}", "UnknownOperationException"],
  ["an action that the stand-in has not", "AmazonSSM.SendCommand", "{}", "UnknownOperationException"],
  ["an unknown parameter", "AmazonSSM.GetParameter", '{"Name":"/x","Nmae":"/x"}', "ValidationException"],
  ["a missing parameter", "AmazonSSM.GetParameter", "{}", "ValidationException"],
  ["a parameter of another type", "AmazonSSM.GetParameter", '{"Name":1}', "SerializationException"],
  ["what is not JSON", "AmazonSSM.GetParameter", "{", "SerializationException"],
])("SSM refuses %s", async (_what, name, body, code) => {
  const { status, text } = await send("ssm", "/", target(name), body);
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ __type: code });
});

test.each([
  ["an unknown path", "/snapshot", "{}", 404, "UnknownOperationException"],
  ["an unknown parameter", "/snapshots", '{"VolumeSize":1,"Volume":2}', 400, "ValidationException"],
  ["what is not JSON", "/snapshots", "{", 400, "SerializationException"],
])("EBS direct refuses %s", async (_what, path, body, status, code) => {
  const answer = await send("ebs", path, { "content-type": "application/json" }, body);
  expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([status, code]);
});

test("a service that is not there is refused by name", async () => {
  const { status, text } = await send("s3", "/", {}, "");
  expect([status, text.includes("has no service 's3'")]).toEqual([404, true]);
});

/** Sends bytes on a bare connection; returns the response received until the server or we close it. */
async function bare(text: string, endAfterMs?: number): Promise<string> {
  const socket = net.connect(aws.cloud.port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data.toString()));
  socket.on("error", () => undefined);
  socket.write(text);
  if (endAfterMs !== undefined) setTimeout(() => socket.destroy(), endAfterMs);
  await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}

test("nothing that is sent brings the server down", async () => {
  const authorization = `Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261124/eu-central-1/ebs/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`;
  const rest = "Host: x\r\nConnection: close\r\n";
  expect(await bare("nonsense\r\n\r\n")).toContain("400 Bad Request");
  expect(await bare(`GET /%zz?%zz=%zz HTTP/1.1\r\n${rest}${authorization}\r\n\r\n`)).toContain(
    "403 Forbidden",
  );
  expect(await bare(`PUT / HTTP/1.1\r\n${rest}Content-Length: 99999999\r\n\r\n`)).toContain("413 ");
  await bare(`PUT /snapshots HTTP/1.1\r\n${rest}Content-Length: 1000\r\n\r\nhalf`, 20);
  const { status } = await ec2("Action=DescribeRegions");
  expect(status).toBe(200);
});

test("whatever the form says, EC2 answers with its own error or succeeds", async () => {
  const name = fc.stringMatching(/^[A-Za-z]{1,8}(\.([A-Za-z]{1,5}|[0-9]{1,2})){0,3}$/);
  const known = fc.constantFrom(
    "ImageId.1",
    "Filter.1.Name",
    "Filter.1.Value.1",
    "Owner.1",
    "MaxResults",
    "NextToken",
  );
  const field = fc.tuple(fc.oneof(name, known), fc.string({ maxLength: 12 }));
  await fc.assert(
    fc.asyncProperty(fc.array(field, { maxLength: 4 }), async (fields) => {
      const form = new URLSearchParams([["Action", "DescribeImages"], ...fields]);
      const { status, text } = await ec2(form.toString());
      expect(text).not.toContain("The stand-in failed");
      expect([200, 400]).toContain(status);
    }),
    { numRuns: 150 },
  );
});

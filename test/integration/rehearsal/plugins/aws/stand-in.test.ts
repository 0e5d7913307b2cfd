/** The plugin against the stand-in cloud, both unchanged: each understands the other's messages. */
import { waitUntilSnapshotCompleted } from "@aws-sdk/client-ec2";
import { awsPlugin } from "../../../../../rehearsal/plugins/aws/plugin";
import type { Properties } from "../../../../../plugin/resource";
import { Engine } from "../../../plugin/engine";
import { HOME, PUBLISHER, StandIn } from "../../aws/stand-in";

const AMI = "aws:ec2/ami:Ami";
const COPY = "aws:ec2/amiCopy:AmiCopy";
const PARAMETER = "aws:ssm/parameter:Parameter";

// Two servers and a client share a machine that may be busy.

let cloud: StandIn;
let engine: Engine;
let snapshotId: string;

function config(more: Properties = {}): Properties {
  const endpoint = `http://127.0.0.1:${cloud.cloud.port}`;
  const { accessKeyId, secretAccessKey } = cloud.publisher();
  return {
    region: HOME,
    accessKey: accessKeyId,
    secretKey: secretAccessKey,
    endpoints: JSON.stringify([{ ec2: endpoint, iam: endpoint, ssm: endpoint, sts: endpoint }]),
    ...more,
  };
}

beforeAll(async () => {
  // A positive pace: new ids are unknown for a moment, and endpoints disagree.
  cloud = await StandIn.start(0.05);
  snapshotId = await cloud.snapshot();
  await waitUntilSnapshotCompleted(
    { client: cloud.ec2(HOME), minDelay: 1, maxWaitTime: 60 },
    { SnapshotIds: [snapshotId] },
  );
  engine = await Engine.start(awsPlugin(), config());
});
afterAll(async () => {
  engine.stop();
  await cloud.stop();
});

const image = (name: string) => ({
  name,
  architecture: "x86_64",
  bootMode: "uefi",
  tpmSupport: "v2.0",
  imdsSupport: "v2.0",
  enaSupport: true,
  virtualizationType: "hvm",
  rootDeviceName: "/dev/xvda",
  description: "a test",
  deprecationTime: "2027-01-01T00:00:00Z",
  ebsBlockDevices: [{ deviceName: "/dev/xvda", snapshotId, volumeType: "gp3", volumeSize: 1 }],
  tags: { "imprimatur:product": "demo" },
});

test("an image, its copy and the parameter that names it: made, settled, changed, gone", async () => {
  const ami = await engine.up(AMI, image("demo-1"));
  const copy = await engine.up(COPY, {
    name: "demo-1",
    region: "us-east-1",
    sourceAmiId: ami.id,
    sourceAmiRegion: HOME,
    tags: { "imprimatur:product": "demo" },
    deprecationTime: "2027-01-01T00:00:00Z",
  });
  const parameter = await engine.up(PARAMETER, {
    name: "/demo/latest",
    type: "String",
    dataType: "aws:ec2:image",
    value: ami.id,
    tags: { owner: "images" },
  });
  expect(ami.outputs).toMatchObject({ ownerId: PUBLISHER, rootSnapshotId: snapshotId, public: false });
  expect(copy.outputs).toMatchObject({ region: "us-east-1", bootMode: "uefi", manageEbsSnapshots: true });
  expect(copy.outputs.rootSnapshotId).not.toBe(snapshotId);
  expect(parameter.outputs).toMatchObject({ version: 1, tier: "Standard", tags: { owner: "images" } });

  await engine.expectSettled(AMI, ami);
  await engine.expectSettled(COPY, copy);
  await engine.expectSettled(PARAMETER, parameter);

  const changed = {
    ...copy.inputs,
    tags: { stage: "old" },
    description: "older",
    deprecationTime: "2026-12-01T00:00:00Z",
  };
  copy.outputs = await engine.update(COPY, copy.id, copy, changed);
  copy.inputs = changed;
  expect(copy.outputs).toMatchObject({ tags: { stage: "old" }, description: "older" });
  await engine.expectSettled(COPY, copy);

  await engine.delete(PARAMETER, parameter.id, parameter);
  await engine.delete(COPY, copy.id, copy);
  await engine.delete(AMI, ami.id, ami);
  const left = (await cloud.cloud.inventory()).map(({ kind, id }) => `${kind} ${id}`);
  expect(left).toEqual([`snapshot ${snapshotId}`]);
});

test("a parameter gets a new version for a new value, and keeps it for new tags", async () => {
  const given = { name: "/demo/text", type: "String", value: "one", description: "d" };
  const old = await engine.up(PARAMETER, given);
  const next = { ...given, value: "two" };
  expect((await engine.diff(PARAMETER, old.id, old, next)).detail).toEqual({ value: "update" });
  const second = await engine.update(PARAMETER, old.id, old, next);
  expect(second).toMatchObject({ value: "two", version: 2, description: "d" });
  const tagged = await engine.update(
    PARAMETER,
    old.id,
    { inputs: next, outputs: second },
    { ...next, tags: { a: "b" } },
  );
  expect(tagged).toMatchObject({ value: "two", version: 2, tags: { a: "b" } });
  expect(
    (await engine.diff(PARAMETER, old.id, { ...old, outputs: second }, { ...next, name: "/demo/other" }))
      .replaces,
  ).toEqual(["name"]);
  await engine.delete(PARAMETER, old.id, old);
  expect(await engine.read(PARAMETER, old.id, old)).toBeUndefined();
});

test("an image parameter is read at once after an update, and keeps its old value while AWS checks the new one", async () => {
  const [first, second] = [await engine.up(AMI, image("demo-2")), await engine.up(AMI, image("demo-3"))];
  const given = { name: "/demo/pointer", type: "String", dataType: "aws:ec2:image", insecureValue: first.id };
  const old = await engine.up(PARAMETER, given);
  await cloud.cloud.fault!({ kind: "delay", what: "parameterChecked", seconds: 3600 });
  const next = { ...given, insecureValue: second.id };
  const outputs = await engine.update(PARAMETER, old.id, old, next);
  expect(outputs).toMatchObject({ insecureValue: first.id });
  // Therefore moving back is not a difference, and nothing is sent.
  expect((await engine.diff(PARAMETER, old.id, { inputs: next, outputs }, given)).detail).toEqual({});
  await cloud.cloud.fault!({ kind: "clear" });
  await engine.delete(PARAMETER, old.id, old);
  for (const made of [first, second]) await engine.delete(AMI, made.id, made);
});

test("a parameter that exists is overwritten only on request", async () => {
  const given = { name: "/demo/taken", type: "String", value: "one" };
  await engine.up(PARAMETER, given);
  await expect(engine.create(PARAMETER, { ...given, value: "two" })).rejects.toThrow(
    /creating SSM Parameter \(\/demo\/taken\).*ParameterAlreadyExists/s,
  );
  const taken = await engine.up(PARAMETER, { ...given, value: "two", overwrite: true, tags: { a: "b" } });
  expect(taken.outputs).toMatchObject({ version: 2, value: "two", tags: { a: "b" } });
});

test("whose credentials these are, and where they work", async () => {
  expect(await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")).toMatchObject({
    accountId: PUBLISHER,
  });
  expect(await engine.invoke("aws:index/getRegion:getRegion")).toMatchObject({ name: HOME, region: HOME });
});

describe("provider config", () => {
  test("another account than the allowed ones is refused before anything happens", async () => {
    const start = Engine.start(awsPlugin(), config({ allowedAccountIds: '["999999999999"]' }));
    await expect(start).rejects.toThrow(`AWS account ID not allowed: ${PUBLISHER}`);
  });

  test("wrong keys are named as such, and not asked for when told so", async () => {
    await expect(Engine.start(awsPlugin(), config({ secretKey: "wrong" }))).rejects.toThrow(
      /unable to validate AWS credentials.*GetCallerIdentity/s,
    );
    const unasked = {
      secretKey: "wrong",
      skipCredentialsValidation: "true",
      skipRequestingAccountId: "true",
    };
    (await Engine.start(awsPlugin(), config(unasked))).stop();
  });

  test("left to itself it asks IAM, then STS, then IAM once more, and an account that it was not to ask for is no allowed one", async () => {
    const own = { skipCredentialsValidation: "true", allowedAccountIds: JSON.stringify([PUBLISHER]) };
    (await Engine.start(awsPlugin(), config(own))).stop();
    await cloud.cloud.fault!({ kind: "error", action: "GetUser", code: "AccessDenied", status: 403 });
    await cloud.cloud.fault!({
      kind: "error",
      action: "GetCallerIdentity",
      code: "ServiceUnavailable",
      status: 400,
    });
    (await Engine.start(awsPlugin(), config(own))).stop();
    await expect(Engine.start(awsPlugin(), config({ ...own, secretKey: "wrong" }))).rejects.toThrow(
      /AWS account ID not previously found and failed retrieving via all available methods/,
    );
    const unasked = Engine.start(awsPlugin(), config({ ...own, skipRequestingAccountId: "true" }));
    await expect(unasked).rejects.toThrow("AWS account ID not allowed: ");
  });

  test("a missing region and a setting that is not rehearsed are refused together", async () => {
    const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
    delete process.env.AWS_REGION;
    delete process.env.AWS_DEFAULT_REGION;
    const failures = await engine.checkConfig({ assumeRoles: "[]" });
    Object.assign(process.env, {
      ...(AWS_REGION && { AWS_REGION }),
      ...(AWS_DEFAULT_REGION && { AWS_DEFAULT_REGION }),
    });
    expect(failures.join("\n")).toMatch(/"assumeRoles" is not rehearsed.*Missing region configuration/s);
  });
});

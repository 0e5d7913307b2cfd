import { EC2Client, RegisterImageCommand } from "@aws-sdk/client-ec2";
import { DescribeParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { start } from "../../../rehearsal/aws/index";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { BLOCK, failure, Harness } from "../../unit/provider/harness";

const REGION = "eu-central-1";
const TYPE = "aws:Pointer";
const NAME = "/images/demo/x86_64/latest";

let harness: Harness;
let cloud: RunningCloud;
let ssm: SSMClient;
/** Two AMIs. */
let images: string[];
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  await harness.disk(8 * BLOCK, [0]);
  const upload = { region: REGION, description: "", tags: {}, ...harness.diskInputs() };
  const { id: SnapshotId } = await harness.handler("aws:Snapshot").create(upload, harness.call());
  const ec2 = new EC2Client({ region: REGION });
  ssm = new SSMClient({ region: REGION });
  images = [];
  for (const Name of ["one", "two"]) {
    const BlockDeviceMappings = [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }];
    const image = { Name, RootDeviceName: "/dev/xvda", Architecture: "x86_64", BlockDeviceMappings } as const;
    images.push((await ec2.send(new RegisterImageCommand(image))).ImageId!);
  }
  ec2.destroy();
});
afterAll(async () => {
  ssm.destroy();
  await harness.stop();
});

const inputs = (imageId: string, release = "1") => ({
  region: REGION,
  name: NAME,
  imageId,
  description: "newest",
  tags: { "imprimatur:stack": "dev", "imprimatur:release": release },
});
const handler = () => harness.handler(TYPE);

test("is made, read as it is, moved back while AWS checks, and deleted", async () => {
  const [one = "", two = ""] = images;
  const { id, outputs } = await handler().create(inputs(one), harness.call());
  expect(id).toBe(NAME);
  expect(outputs.arn).toContain(`:111111111111:parameter${NAME}`);
  const again = await handler().read(id, { inputs: inputs(one), outputs }, harness.call());
  expect(again).toEqual({ id, inputs: inputs(one), outputs });

  await cloud.fault!({ kind: "delay", what: "parameterChecked", seconds: 0.5 });
  const moved = await handler().update(
    id,
    { inputs: inputs(one), outputs },
    inputs(two, "2"),
    harness.call(),
  );
  const back = await handler().update(
    id,
    { inputs: inputs(two, "2"), outputs: moved },
    inputs(one),
    harness.call(),
  );
  await cloud.fault!({ kind: "clear" });
  expect(await harness.inputsSeen(TYPE, id, inputs(one), back)).toEqual(inputs(one));

  await handler().delete(id, { inputs: inputs(one), outputs: back }, harness.call());
  expect(await harness.inputsSeen(TYPE, id, inputs(one), back)).toBeUndefined();
});

test("a native parameter of an older state is no change, is moved, and is deleted", async () => {
  const [one = "", two = ""] = images;
  const Tags = Object.entries(inputs(one).tags).map(([Key, Value]) => ({ Key, Value }));
  const put = { Name: NAME, Value: one, Type: "String", DataType: "aws:ec2:image", Tags } as const;
  await ssm.send(new PutParameterCommand({ ...put, Description: "newest" }));
  const { imageId: insecureValue, ...rest } = inputs(one);
  const native = { ...rest, insecureValue, type: "String", dataType: "aws:ec2:image", __defaults: [] };
  const old = { inputs: native, outputs: { ...native, arn: "", version: 1, tier: "Standard", value: "" } };
  expect(handler().diff(old, inputs(one), harness.call())).toEqual({ changes: {} });
  expect(handler().diff(old, inputs(two), harness.call())).toEqual({
    changes: { imageId: { kind: "update", replace: false } },
  });
  expect(await harness.inputsSeen(TYPE, NAME, old.inputs, old.outputs)).toEqual(inputs(one));
  const outputs = await handler().update(NAME, old, inputs(two, "2"), harness.call());
  expect(await harness.inputsSeen(TYPE, NAME, inputs(two, "2"), outputs)).toEqual(inputs(two, "2"));
  await handler().delete(NAME, { inputs: inputs(two, "2"), outputs }, harness.call());
  const filter = { Key: "Name", Option: "Equals", Values: [NAME] };
  const { Parameters } = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
  expect(Parameters).toEqual([]);
});

test("a value that AWS does not take is said, kept as unsettled, and sent again by the next up", async () => {
  const [one = ""] = images;
  const none = inputs("ami-00000000000000000");
  const impatient = { ...harness.call(), timeoutSeconds: 0.2 };
  const first = await failure(handler().create(none, impatient));
  expect(first).toMatchObject({ id: NAME, outputs: { imageId: "" } });
  expect(first.message).toMatch(
    /holds nothing and not ami-00000000000000000.*AWS takes only the id of an available/,
  );
  const old = { inputs: none, outputs: first.outputs! };
  const outputs = await handler().update(NAME, old, inputs(one), harness.call());
  expect(await harness.inputsSeen(TYPE, NAME, inputs(one), outputs)).toEqual(inputs(one));
  await handler().delete(NAME, { inputs: inputs(one), outputs }, harness.call());
});

test("moves although another parameter of the account is being changed", async () => {
  const [one = ""] = images;
  const wanted = { ...inputs(one), name: `${NAME}-other` };
  await cloud.fault!({ kind: "conflict", operation: "PutParameter", times: 3 });
  const { id, outputs } = await handler().create(wanted, harness.call());
  expect(await handler().read(id, { inputs: wanted, outputs }, harness.call())).toMatchObject({ id });
  await handler().delete(id, { inputs: wanted, outputs }, harness.call());
});

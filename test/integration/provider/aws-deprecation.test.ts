import {
  DescribeImagesCommand,
  DisableImageCommand,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import { EC2Client } from "@aws-sdk/client-ec2";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, Harness } from "../../unit/provider/harness";
import { asAdministrator } from "../administrator";

const REGION = "eu-central-1";
const TYPE = "aws:ImageDeprecation";
const MINUTE = 60_000;

let harness: Harness;
let cloud: RunningCloud;
let client: EC2Client;
let imageId: string;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  await harness.disk(8 * BLOCK, [0, 3]);
  client = new EC2Client(asAdministrator(REGION));
  const inputs = { region: REGION, description: "", tags: {}, ...harness.diskInputs() };
  const { id: SnapshotId } = await harness.handler("aws:Snapshot").create(inputs, harness.call());
  const registered = await client.send(
    new RegisterImageCommand({
      Name: "demo",
      RootDeviceName: "/dev/xvda",
      Architecture: "x86_64",
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }],
    }),
  );
  imageId = registered.ImageId!;
});
afterAll(async () => {
  client.destroy();
  await harness.stop();
});

const inputs = (at: string) => ({ region: REGION, imageId, at });
const id = () => `${imageId}/deprecation`;
async function deprecationTime(): Promise<number | undefined> {
  const { Images } = await client.send(new DescribeImagesCommand({ ImageIds: [imageId] }));
  const time = Images?.[0]?.DeprecationTime;
  return time ? Date.parse(time) : undefined;
}

test("a date to come is set as it is, and read as it was written", async () => {
  const want = inputs("2030-01-01T00:00:00Z");
  expect((await harness.handler(TYPE).create(want, harness.call())).id).toBe(id());
  expect(await deprecationTime()).toBe(Date.parse(want.at));
  expect(await harness.inputsSeen(TYPE, id(), want, want)).toEqual(want);
});

test("a date that is past deprecates at once, and is no drift afterwards", async () => {
  const want = inputs("2020-01-01T00:00:00Z");
  const before = Date.now();
  await harness.handler(TYPE).update(id(), { inputs: want, outputs: want }, want, harness.call());
  const at = await deprecationTime();
  expect(at).toBeGreaterThanOrEqual(before - MINUTE);
  expect(at).toBeLessThanOrEqual(Date.now() + MINUTE);
  expect(await harness.inputsSeen(TYPE, id(), want, want)).toEqual(want);
});

test("another date and no date are differences", async () => {
  const want = inputs("2030-01-01T00:00:00Z");
  const DeprecateAt = new Date("2031-01-01T00:00:00Z");
  await client.send(new EnableImageDeprecationCommand({ ImageId: imageId, DeprecateAt }));
  expect(await harness.inputsSeen(TYPE, id(), want, want)).toEqual(inputs("2031-01-01T00:00:00Z"));
  await harness.handler(TYPE).delete(id(), { inputs: want, outputs: want }, harness.call());
  expect(await deprecationTime()).toBeUndefined();
  expect(await harness.inputsSeen(TYPE, id(), want, want)).toEqual(inputs(""));
});

test("an AMI that somebody disabled is there with its date: nothing of it is lost", async () => {
  const want = inputs("2030-01-01T00:00:00Z");
  await harness.handler(TYPE).create(want, harness.call());
  await client.send(new DisableImageCommand({ ImageId: imageId }));
  expect(await harness.inputsSeen(TYPE, id(), want, want)).toEqual(want);
  await client.send(new EnableImageCommand({ ImageId: imageId }));
});

test("an AMI that one endpoint does not see yet is waited for", async () => {
  await cloud.fault!({
    kind: "error",
    action: "EnableImageDeprecation",
    code: "InvalidAMIID.NotFound",
    status: 400,
    times: 2,
  });
  const want = inputs("2030-01-01T00:00:00Z");
  await harness.handler(TYPE).create(want, harness.call());
  expect(await deprecationTime()).toBe(Date.parse(want.at));
});

test("an AMI that is gone has no deprecation, and losing it is no error", async () => {
  const gone = { ...inputs("2030-01-01T00:00:00Z"), imageId: "ami-00000000000000000" };
  await harness.handler(TYPE).delete("gone", { inputs: gone, outputs: gone }, harness.call());
  expect(await harness.inputsSeen(TYPE, "gone", gone, gone)).toBeUndefined();
});

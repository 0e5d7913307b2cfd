import { EC2Client, RegisterImageCommand } from "@aws-sdk/client-ec2";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, Harness } from "../../unit/provider/harness";
import { asAdministrator } from "../administrator";

/**
 * AWS's endpoints disagree for a while about what was just made (github.com/awslabs/coldsnap/issues/43, 2021-02-01):
 * not the first call alone may be told that there is none, but any later one too.
 */
const REGION = "eu-central-1";
let harness: Harness;
let cloud: RunningCloud;
let client: EC2Client;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  await harness.disk(8 * BLOCK, [0, 3]);
  client = new EC2Client(asAdministrator(REGION));
});
afterAll(async () => {
  client.destroy();
  await harness.stop();
});
jest.setTimeout(120_000);

let counter = 0;
const unseen = (operation: string) => cloud.fault!({ kind: "absent", operation, times: 2 });
/** Every call was refused as often as it was to be. */
const nothingWaits = async () => expect(await cloud.fault!({ kind: "list" })).toEqual([]);
const upload = () => ({
  region: REGION,
  description: `demo ${++counter}`,
  tags: { Name: `demo ${counter}` },
  ...harness.diskInputs(),
});
const create = (type: string, inputs: Properties) =>
  harness.handler(`aws:${type}`).create(inputs, harness.call());

async function published(): Promise<{ snapshotId: string; imageId: string }> {
  const { id: SnapshotId } = await create("Snapshot", upload());
  const { ImageId = "" } = await client.send(
    new RegisterImageCommand({
      Name: `demo-${++counter}`,
      RootDeviceName: "/dev/xvda",
      Architecture: "x86_64",
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId } }],
    }),
  );
  return { snapshotId: SnapshotId, imageId: ImageId };
}

test("PutSnapshotBlock of Snapshot", async () => {
  await unseen("PutSnapshotBlock");
  await create("Snapshot", upload());
  await nothingWaits();
});

type Made = Awaited<ReturnType<typeof published>>;
const proof = ({ snapshotId }: Made) => ({
  region: REGION,
  snapshotId,
  size: harness.size,
  blockMapRoot: harness.root,
});
const share = (made: Made) => ({
  region: REGION,
  ...made,
  ...{ public: true, accounts: [], organizations: [], organizationalUnits: [] },
});
test.each<[string, string, (made: Made) => Properties]>([
  ["ListSnapshotBlocks", "Verification", proof],
  ["GetSnapshotBlock", "Verification", proof],
  ["DescribeImageAttribute", "ImageSharing", share],
  ["DescribeSnapshotAttribute", "ImageSharing", share],
  ["ModifySnapshotAttribute", "ImageSharing", share],
  ["ModifyImageAttribute", "ImageSharing", share],
  [
    "EnableImageDeprecation",
    "ImageDeprecation",
    ({ imageId }) => ({ region: REGION, imageId, at: "2030-01-01T00:00:00Z" }),
  ],
  ["CreateTags", "SnapshotTags", ({ snapshotId }) => ({ region: REGION, snapshotId, tags: { a: "b" } })],
])("%s of %s", async (operation, type, inputs) => {
  const made = await published();
  await unseen(operation);
  await create(type, inputs(made));
  await nothingWaits();
});

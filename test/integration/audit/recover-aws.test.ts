import { setMaxListeners } from "node:events";
import {
  CopyImageCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
} from "@aws-sdk/client-ec2";
import { findRemnant } from "../../../audit/recover/remnants";
import type { Creation, Recovery } from "../../../audit/recover/remnant";
import { start } from "../../../rehearsal/aws/index";
import { asAdministrator } from "../administrator";
import { BLOCK, Harness } from "../../unit/provider/harness";
import { IDENTITY } from "../../unit/audit/exported";

const HOME = "eu-central-1";
const AWAY = "us-east-1";
const { signal } = new AbortController();
setMaxListeners(0, signal);
const recovery = (ids: readonly string[] = [], next: Recovery["next"] = "up"): Recovery => ({
  owner: { stack: "dev", product: "demo" },
  ids: new Set(ids),
  accounts: {},
  next,
  signal,
  status: () => undefined,
});
const tagList = (tags: Record<string, string>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

let harness: Harness;
let home: EC2Client;
let away: EC2Client;
let snapshot: string;
let snapshotInputs: Record<string, unknown>;
beforeAll(async () => {
  harness = new Harness();
  await harness.start(start);
  await harness.disk(64 * BLOCK, [0, 1]);
  snapshotInputs = { region: HOME, description: "demo", tags: IDENTITY, ...harness.diskInputs() };
  snapshot = (await harness.handler("aws:Snapshot").create(snapshotInputs, harness.call())).id;
  home = new EC2Client(asAdministrator(HOME));
  away = new EC2Client(asAdministrator(AWAY));
});
afterAll(() => harness.stop());

async function register(name: string, tags: Record<string, string> = {}): Promise<string> {
  const made = await home.send(
    new RegisterImageCommand({
      Name: name,
      Architecture: "x86_64",
      VirtualizationType: "hvm",
      RootDeviceName: "/dev/xvda",
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: snapshot } }],
    }),
  );
  const Tags = tagList(tags);
  if (Tags.length > 0) await home.send(new CreateTagsCommand({ Resources: [made.ImageId!], Tags }));
  return made.ImageId!;
}

const ami = (name: string, snapshotId = snapshot): Creation => ({
  urn: `urn:pulumi:dev::imprimatur::aws:ec2/ami:Ami::${name}`,
  resourceType: "aws:ec2/ami:Ami",
  inputs: { region: HOME, name, ebsBlockDevices: [{ snapshotId }] },
});

async function names(ec2: EC2Client): Promise<(string | undefined)[]> {
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ["self"] }));
  return Images.map(({ Name }) => Name);
}

test("where nothing was made there is nothing to find", async () => {
  expect(await findRemnant(ami("demo-0"), recovery())).toBeUndefined();
});

test.each<[string, Record<string, string>]>([
  ["tagged", IDENTITY],
  ["not tagged yet, over the very snapshot", {}],
])("an AMI that was registered and %s is deregistered, its snapshot kept", async (_how, tags) => {
  const id = await register("demo-1", tags);
  const remnant = await findRemnant(ami("demo-1"), recovery());
  expect(remnant).toMatchObject({ what: `AMI ${id} (demo-1) in ${HOME}` });
  expect(remnant?.kept).toBeUndefined();
  await remnant?.resolve();
  expect(await names(home)).not.toContain("demo-1");
  const { Snapshots } = await home.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }));
  expect(Snapshots).toHaveLength(1);
});

test.each<[string, string, Record<string, string>, string, RegExp]>([
  ["another stack's", "demo-2", { ...IDENTITY, "imprimatur:stack": "other" }, "", /its tags do not name/],
  ["another product's", "demo-3", { ...IDENTITY, "imprimatur:product": "other" }, "", /its tags do not name/],
  ["somebody's over another snapshot", "demo-4", {}, "snap-0123456789abcdef0", /was not made from/],
])("an AMI of the name that is %s stays", async (_whose, name, tags, over, why) => {
  await register(name, tags);
  const remnant = await findRemnant(over ? ami(name, over) : ami(name), recovery());
  expect(remnant?.kept).toMatch(why);
});

test("an AMI that is shared stays, and one that the state knows is no remnant", async () => {
  const id = await register("demo-5", IDENTITY);
  expect(await findRemnant(ami("demo-5"), recovery([id]))).toBeUndefined();
  const LaunchPermission = { Add: [{ UserId: "222222222222" }] };
  await home.send(new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission }));
  expect((await findRemnant(ami("demo-5"), recovery()))?.kept).toBe("it is shared");
});

test("a copy that was begun and never tagged goes with its snapshot", async () => {
  const source = await register("demo-6", IDENTITY);
  const copied = { Name: "demo-6", SourceImageId: source, SourceRegion: HOME };
  const { ImageId } = await away.send(new CopyImageCommand(copied));
  const creation: Creation = {
    urn: "urn:pulumi:dev::imprimatur::aws:ec2/amiCopy:AmiCopy::demo-6",
    resourceType: "aws:ec2/amiCopy:AmiCopy",
    inputs: { region: AWAY, name: "demo-6", sourceAmiId: source },
  };
  const remnant = await findRemnant(creation, recovery());
  expect(remnant).toMatchObject({ what: `AMI ${ImageId} (demo-6) in ${AWAY}` });
  await remnant?.resolve();
  expect(await names(away)).toEqual([]);
  const { Snapshots } = await away.send(new DescribeSnapshotsCommand({ OwnerIds: ["self"] }));
  expect(Snapshots).toEqual([]);
});

describe("a snapshot that is complete and was not handed to the engine", () => {
  const creation = (): Creation => ({
    urn: harness.call().urn,
    resourceType: "imprimatur:aws:Snapshot",
    inputs: snapshotInputs,
  });
  test("is handed over by the next up, and not uploaded again", async () => {
    expect(await findRemnant(creation(), recovery([snapshot]))).toBeUndefined();
    const remnant = await findRemnant(creation(), recovery());
    expect(remnant?.what).toContain(snapshot);
    await remnant?.resolve();
    const sent = harness.requests.filter((line) => line.includes("PutSnapshotBlock")).length;
    const again = await harness.handler("aws:Snapshot").create(snapshotInputs, harness.call());
    expect(again.id).toBe(snapshot);
    expect(harness.requests.filter((line) => line.includes("PutSnapshotBlock"))).toHaveLength(sent);
  });

  test("goes where the stack is to be gone", async () => {
    const remnant = await findRemnant(creation(), recovery([], "gone"));
    expect(remnant?.what).toContain(snapshot);
    expect(remnant?.done).toContain("deleted");
  });
});

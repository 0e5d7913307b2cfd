import {
  CompleteSnapshotCommand,
  ListSnapshotBlocksCommand,
  StartSnapshotCommand,
} from "@aws-sdk/client-ebs";
import { DescribeImageAttributeCommand, DescribeImagesCommand } from "@aws-sdk/client-ec2";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import fs from "node:fs";
import path from "node:path";
import { block, putBlock, shareImage, StandIn, STRANGER } from "./stand-in";

let aws: StandIn;
beforeEach(async () => (aws = await StandIn.start()));
afterEach(() => aws.stop());

test("what was answered is there after a crash: keys, images, permissions, parameters, quotas", async () => {
  const id = await aws.image("image");
  await aws.ec2().send(shareImage(id, STRANGER));
  await aws.ssm().send(new PutParameterCommand({ Name: "/latest", Value: id, Type: "String" }));
  const [keys, before] = [aws.publisher(), await aws.cloud.inventory()];
  await aws.restart();
  expect(aws.publisher()).toEqual(keys);
  expect(await aws.cloud.inventory()).toEqual(before);
  const { LaunchPermissions } = await aws
    .ec2()
    .send(new DescribeImageAttributeCommand({ ImageId: id, Attribute: "launchPermission" }));
  expect(LaunchPermissions).toEqual([{ UserId: STRANGER }]);
  const { Parameter } = await aws.ssm().send(new GetParameterCommand({ Name: "/latest" }));
  expect(Parameter!.Value).toBe(id);
});

test("an upload goes on after a crash, by its client token, with the blocks that had arrived", async () => {
  const start = new StartSnapshotCommand({ VolumeSize: 1, ClientToken: "token" });
  const { SnapshotId: id } = await aws.ebs().send(start);
  await aws.ebs().send(putBlock(id!, 0, block(1)));
  await aws.restart();
  expect((await aws.ebs().send(start)).SnapshotId).toBe(id);
  await aws.ebs().send(putBlock(id!, 9, block(2)));
  await aws.ebs().send(new CompleteSnapshotCommand({ SnapshotId: id, ChangedBlocksCount: 2 }));
  const { Blocks } = await aws.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: id }));
  expect(Blocks!.map((one) => one.BlockIndex)).toEqual([0, 9]);
});

test("a line and a record that a kill cut in two are dropped, and what nobody holds is swept away", async () => {
  const id = await aws.image("image");
  const snapshot = (await aws.cloud.inventory()).find((item) => item.kind === "snapshot")!.id;
  fs.appendFileSync(path.join(aws.directory, "journal.jsonl"), '["images","eu-central-1/ami-0');
  fs.appendFileSync(path.join(aws.directory, "maps", snapshot), Buffer.alloc(20));
  fs.writeFileSync(path.join(aws.directory, "blocks", "incoming-1-1"), "half a block");
  fs.writeFileSync(path.join(aws.directory, "maps", "snap-nobody"), "");
  await aws.restart();
  const { Images } = await aws.ec2().send(new DescribeImagesCommand({ Owners: ["self"] }));
  expect(Images!.map((image) => image.ImageId)).toEqual([id]);
  const { Blocks } = await aws.ebs().send(new ListSnapshotBlocksCommand({ SnapshotId: snapshot }));
  expect(Blocks).toHaveLength(1);
  expect(fs.readdirSync(path.join(aws.directory, "maps"))).toEqual([snapshot]);
  expect(fs.existsSync(path.join(aws.directory, "blocks", "incoming-1-1"))).toBe(false);
});

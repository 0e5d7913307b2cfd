import { DescribeImagesCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { ec2 } from "./harness/aws";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import type { StackOutputs } from "./harness/stack-file";

/** The main job on the demo product, in the order of a release's life; each test goes on where the last one ended. */
describe("the demo product", () => {
  let rehearsed: Rehearsed;
  let ids: Record<string, string>;
  let snapshots: Record<string, string>;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo");
  });
  afterAll(() => rehearsed?.end());

  test("is published to at least five regions by one up", async () => {
    expectSuccess(await rehearsed.up());
    const { releases } = await rehearsed.outputs<StackOutputs>();
    const [release] = Object.values(releases);
    ids = release!.aws.x86_64!;
    snapshots = release!.snapshots.x86_64!;
    expect(Object.keys(ids).length).toBeGreaterThanOrEqual(5);
    expect(Object.keys(snapshots)).toEqual(Object.keys(ids));
    expect(new Set(Object.values(release!.proof.aws.x86_64!))).toEqual(new Set(["bytes"]));
  });

  test("is left alone by a second up", async () => {
    expectSuccess(await rehearsed.up("--expect-no-changes"));
  });

  test("has not drifted", async () => {
    expectSuccess(await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]));
  });

  test("can be started, and its disk copied, by a stranger in every region", async () => {
    for (const [region, id] of Object.entries(ids)) {
      const stranger = ec2(rehearsed.env, region, "stranger");
      const seen = await stranger.send(new DescribeImagesCommand({ ImageIds: [id] }));
      expect(seen.Images).toMatchObject([{ ImageId: id, Public: true, State: "available" }]);
      const copied = await stranger.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshots[region]!] }));
      expect(copied.Snapshots).toMatchObject([{ SnapshotId: snapshots[region], State: "completed" }]);
      stranger.destroy();
    }
  });

  test("says of every image and snapshot which bytes it holds", async () => {
    for (const [region, id] of Object.entries(ids)) {
      const publisher = ec2(rehearsed.env, region);
      const image = (await publisher.send(new DescribeImagesCommand({ ImageIds: [id] }))).Images?.[0];
      const found = await publisher.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshots[region]!] }));
      for (const tags of [image?.Tags, found.Snapshots?.[0]?.Tags]) {
        const byKey = Object.fromEntries(
          (tags ?? []).map(({ Key = "", Value = "" }): [string, string] => [Key, Value]),
        );
        expect(byKey).toMatchObject({ "imprimatur:product": "demo", "imprimatur:stack": "demo" });
        expect(byKey["imprimatur:digest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
      }
      publisher.destroy();
    }
  });

  test("is gone from every account after destroy", async () => {
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

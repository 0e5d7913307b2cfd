import path from "node:path";
import { DescribeImagesCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { publishedImages } from "../../rehearsal/guided/outputs";
import { readPublished } from "../../rehearsal/guided/read-back";
import { differentBlocks, digestsOfFile } from "../../rehearsal/guided/read-back/blocks";
import { checkAsStranger } from "../../rehearsal/guided/stranger";
import { ec2, pointedTo } from "./harness/aws";
import { strangerOnAzure } from "./harness/azure";
import { askGoogle } from "./harness/gcp";
import { compareRights, PUBLISHING } from "./harness/rights";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import type { StackOutputs } from "./harness/stack-file";

/** The main job on the demo product, in the order of a release's life; each test continues from the previous one. */
describe("the demo product", () => {
  let rehearsed: Rehearsed;
  let outputs: StackOutputs;
  let ids: Record<string, string>;
  let snapshots: Record<string, string>;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo", { sources: true });
    await rehearsed.may(...PUBLISHING);
  });
  afterAll(() => rehearsed?.end());

  test("is published to three clouds, at least five regions of AWS, by one up", async () => {
    expectSuccess(await rehearsed.up());
    outputs = await rehearsed.outputs<StackOutputs>();
    const [release] = Object.values(outputs.releases);
    ids = release!.aws.x86_64!;
    snapshots = release!.snapshots.x86_64!;
    expect(Object.keys(ids).length).toBeGreaterThanOrEqual(5);
    expect(Object.keys(snapshots)).toEqual(Object.keys(ids));
    expect(new Set(Object.values(release!.proof.aws.x86_64!))).toEqual(new Set(["bytes"]));
    expect(release!.proof).toMatchObject({ gcp: { x86_64: "archive bytes" }, azure: { x86_64: "bytes" } });
  });

  test("is left alone by a second up", async () => {
    expectSuccess(await rehearsed.up("--expect-no-changes"));
  });

  test("has not drifted", async () => {
    expectSuccess(await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]));
  });

  test("is what the parameter of every AWS region names", async () => {
    for (const [region, id] of Object.entries(ids)) {
      expect(await pointedTo(rehearsed.env, region, "/images/demo/x86_64/latest")).toBe(id);
    }
  });

  test("is genuine on each cloud, says the check that npm start lets a stranger make", async () => {
    const record = rehearsed.checkout.path("records/demo/20261120.0.sigstore.json");
    const key = path.join(rehearsed.env.IMPRIMATUR_REHEARSAL_DIR!, "publisher.pem");
    const asked = await checkAsStranger(rehearsed.env, record, key);
    expect(asked?.lines).toHaveLength(3);
    for (const line of asked?.lines ?? []) expect(line).toContain(" is genuine: demo 20261120.0 (x86_64)");
    await expect(checkAsStranger(rehearsed.env, record, record)).rejects.toThrow("not a public key");
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

  test("can be used, and found by its family, by a stranger on Google Cloud", async () => {
    const [release] = Object.values(outputs.releases);
    const id = release!.gcp!.x86_64!;
    const image: unknown = await (await askGoogle(rehearsed.env, `/compute/v1/${id}`, "stranger")).json();
    expect(image).toMatchObject({ status: "READY", family: "demo-x86-64", architecture: "X86_64" });
    const family = id.replace(/[^/]+$/, "family/demo-x86-64");
    const newest: unknown = await (
      await askGoogle(rehearsed.env, `/compute/v1/${family}`, "stranger")
    ).json();
    expect(newest).toMatchObject({ selfLink: (image as { selfLink: string }).selfLink });
  });

  test("is found by a stranger in every Azure region, in the community gallery", async () => {
    const stranger = strangerOnAzure(rehearsed.env);
    const gallery = outputs.shared.azure!.publicName!;
    const regions = ["westeurope", "eastus", "southeastasia"];
    for (const region of regions) {
      const found: string[] = [];
      const versions = stranger.communityGalleryImageVersions.list(region, gallery, "demo-x86_64");
      for await (const { name = "" } of versions) found.push(name);
      expect({ region, found }).toEqual({ region, found: ["0.20261120.0"] });
    }
  });

  test("holds the bytes of the raw disk in every published copy", async () => {
    const raw = await digestsOfFile(rehearsed.checkout.path("images/demo/demo.raw"));
    expect(raw.size).toBeGreaterThan(0);
    const images = publishedImages(outputs);
    expect(new Set(images.map(({ cloud }) => cloud))).toEqual(new Set(["aws", "gcp", "azure"]));
    for (const image of images) {
      const different = differentBlocks(raw, await readPublished(rehearsed.env, image));
      expect({ image: image.id, different }).toEqual({ image: image.id, different: [] });
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

  // Last: covers everything that the publisher's identity did, by this program and by the native resources.
  test("needed no right that the tables do not give, and none is in them for nothing", async () => {
    const { uncovered, unused } = compareRights(await rehearsed.rights());
    expect(uncovered).toEqual([]);
    expect(unused).toEqual(Object.keys(UNUSED));
  });
});

/** Rows of the tables that this life does not need, with the reason, or the test that needs them. */
const UNUSED: Readonly<Record<string, string>> = {
  "aws ec2:GetInstanceUefiData":
    "the real provider asks it at every read of an AMI; the stand-in plugin does not",
  "aws ec2:GetEbsDefaultKmsKeyId": "asked in a region that encrypts by default, and none does here",
  "aws ssm:RemoveTagsFromResource": "a pointer's tag is taken away: unit tests of the pointer",
  "aws ec2:RunInstances": "the demo disk boots nothing: test/e2e/launch.test.ts",
  "aws ec2:DescribeInstanceTypes": "the demo disk boots nothing: test/e2e/launch.test.ts",
  "aws ec2:DescribeInstances": "the demo disk boots nothing: test/e2e/launch.test.ts",
  "aws ec2:GetConsoleOutput": "the demo disk boots nothing: test/e2e/launch.test.ts",
  "aws ec2:TerminateInstances": "the demo disk boots nothing: test/e2e/launch.test.ts",
  "aws kms:GetPublicKey": "signed with a key in a file: test/e2e/record.test.ts",
  "aws kms:Sign": "signed with a key in a file: test/e2e/record.test.ts",
  "gcp compute.images.setLabels": "no label changes: npm run life",
  "gcp compute.licenses.get": "the demo has no licence",
  "gcp storage.objects.update": "an archive's metadata do not change",
  "gcp storage.buckets.update": "nothing of the bucket changes: npm run life",
  "gcp cloudkms.cryptoKeyVersions.viewPublicKey": "signed with a key in a file: test/e2e/record.test.ts",
  "gcp cloudkms.cryptoKeyVersions.useToSign": "signed with a key in a file: test/e2e/record.test.ts",
  "azure Microsoft.Resources/subscriptions/read":
    "whoever has a role in a subscription sees it, the stand-in says",
  "azure Microsoft.Compute/locations/diskOperations/read": "without delays nothing is polled",
  "azure Microsoft.Compute/locations/capsOperations/read": "without delays nothing is polled",
  "azure Microsoft.Compute/locations/operations/read": "without delays nothing is polled",
  "azure Microsoft.Resources/subscriptions/operationresults/read": "without delays nothing is polled",
  "azure Microsoft.KeyVault/vaults/keys/read": "signed with a key in a file: test/e2e/record.test.ts",
  "azure Microsoft.KeyVault/vaults/keys/sign/action": "signed with a key in a file: test/e2e/record.test.ts",
};

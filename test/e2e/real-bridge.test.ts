import { ec2, pointedTo } from "./harness/aws";
import { describeWithBridge } from "./harness/bridge";
import { TOLD_OTHERWISE } from "./drift/told-otherwise";
import { askGoogle } from "./harness/gcp";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { stackFile, type StackOutputs } from "./harness/stack-file";
import { DescribeImagesCommand, type Image } from "@aws-sdk/client-ec2";

const [OLD, NEW] = ["20261120.0", "20261121.0"];
const REGIONS = ["eu-central-1", "us-east-1"] as const;
const LATEST = "/images/demo/x86_64/latest";

interface Life {
  readonly states: Record<string, string>;
  readonly image?: object;
  readonly sharing?: object;
  readonly members?: object;
}

/**
 * A product's life with aws and gcp behind the real bridge, Azure behind its stand-in plugin. The meaning of each
 * step for users is asserted with the stand-in plugins elsewhere; here each has to end as it does there, and leave
 * nothing to do.
 */
describeWithBridge("behind the real Pulumi bridge", (plugins) => {
  let rehearsed: Rehearsed;
  let outputs: StackOutputs;
  const idOf = (version: string, region: string) => outputs.releases[version]!.aws.x86_64![region]!;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("bridge", { plugins });
    // A parameter's new value is accepted before it is checked, and reads as the old one until then.
    await rehearsed.fault({ cloud: "aws", kind: "delay", what: "parameterChecked", seconds: 1.5 });
    for (const version of [OLD, NEW]) {
      const imageFile = `images/demo/${version}.test.json`;
      expectSuccess(await rehearsed.inspect("images/demo/demo.raw", "demo", version, imageFile));
    }
  });
  afterAll(() => rehearsed?.end());

  function write({ states, image, sharing, members }: Life): void {
    const file = {
      product: "demo",
      version: OLD,
      imageFile: "",
      regions: [...REGIONS],
      azureRegions: ["westeurope", "eastus"],
    };
    const { config } = JSON.parse(stackFile(file)) as { config: Record<string, object> };
    config["imprimatur:releases"] = Object.entries(states).map(([version, state]) => ({
      version,
      state,
      imageFile: `images/demo/${version}.test.json`,
      protect: false,
      deprecateOn: "2028-11-20T00:00:00Z",
    }));
    config["imprimatur:allow"] = ["make-public", "delete-published"];
    Object.assign(config["imprimatur:aws"]!, {
      sharing: sharing ?? { public: true },
      pointers: ["/images/{product}/{architecture}/latest"],
      image: { imdsSupport: "optional", ...image },
    });
    Object.assign(config["imprimatur:gcp"]!, { sharing: members ?? { public: true } });
    rehearsed.checkout.write("stacks/Pulumi.bridge.yaml", JSON.stringify({ config }));
  }

  /** One `up`, after which there is nothing to do and a refresh finds nothing. */
  async function settled(): Promise<void> {
    expectSuccess(await rehearsed.up());
    expectSuccess(await rehearsed.pulumi(["preview", "--refresh", "--expect-no-changes"]));
    outputs = await rehearsed.outputs<StackOutputs>();
  }

  async function imageIn(region: string, version: string): Promise<Image> {
    const client = ec2(rehearsed.env, region);
    const found = await client.send(new DescribeImagesCommand({ ImageIds: [idOf(version, region)] }));
    client.destroy();
    return found.Images![0]!;
  }

  async function imageOnGoogle(version: string): Promise<unknown> {
    return (await askGoogle(rehearsed.env, `/compute/v1/${outputs.releases[version]!.gcp!.x86_64}`)).json();
  }

  test("a release is published, and nothing is left to do, before and after a refresh", async () => {
    write({ states: { [OLD]: "published" } });
    await settled();
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    expectSuccess(await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]));
    expectSuccess(await rehearsed.pulumi(["preview", "--expect-no-changes"]));
    for (const region of REGIONS) {
      expect(await pointedTo(rehearsed.env, region, LATEST)).toBe(idOf(OLD, region));
    }
  });

  test("what AWS tells otherwise of its AMIs replaces none", async () => {
    const before = outputs;
    for (const region of REGIONS) {
      const image = idOf(OLD, region);
      await rehearsed.fault({ cloud: "aws", kind: "describe", region, image, as: TOLD_OTHERWISE });
    }
    expectSuccess(await rehearsed.pulumi(["up", "--refresh", "--yes", "--skip-preview"]));
    expect(await rehearsed.outputs<StackOutputs>()).toEqual(before);
    for (const region of REGIONS) {
      const image = idOf(OLD, region);
      await rehearsed.fault({ cloud: "aws", kind: "describe", region, image });
    }
  });

  test("another description of its AMIs keeps their ids", async () => {
    const before = REGIONS.map((region) => idOf(OLD, region));
    write({ states: { [OLD]: "published" }, image: { description: "told otherwise" } });
    await settled();
    for (const [index, region] of REGIONS.entries()) {
      expect(await imageIn(region, OLD)).toMatchObject({
        ImageId: before[index],
        Description: "told otherwise",
      });
    }
  });

  test("another volume type makes them anew, in every region", async () => {
    const image = { description: "told otherwise", volumeType: "gp2" };
    write({ states: { [OLD]: "published" }, image });
    await settled();
    for (const region of REGIONS) {
      const { BlockDeviceMappings } = await imageIn(region, OLD);
      expect(BlockDeviceMappings).toMatchObject([{ Ebs: { VolumeType: "gp2" } }]);
    }
  });

  const image = { description: "told otherwise", volumeType: "gp2" };

  test("a newer release, shared with few, takes the pointers and the family", async () => {
    const sharing = { accounts: ["222222222222"] };
    const members = { principals: ["group:Partners@Example.org"] };
    write({ states: { [NEW]: "published", [OLD]: "deprecated" }, image, sharing, members });
    await settled();
    for (const region of REGIONS) {
      expect(await pointedTo(rehearsed.env, region, LATEST)).toBe(idOf(NEW, region));
      expect(await imageIn(region, OLD)).toMatchObject({ Public: false });
    }
    expect(await imageOnGoogle(NEW)).toMatchObject({ family: "demo-x86-64" });
    expect(await imageOnGoogle(OLD)).toMatchObject({ deprecated: { state: "DEPRECATED" } });
  });

  test("a withdrawal moves the pointers back", async () => {
    write({ states: { [NEW]: "withdrawn", [OLD]: "published" }, image });
    await settled();
    for (const region of REGIONS) {
      expect(await pointedTo(rehearsed.env, region, LATEST)).toBe(idOf(OLD, region));
      expect(await imageIn(region, NEW)).toMatchObject({ Public: false });
    }
  });

  test("destroy leaves nothing", async () => {
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

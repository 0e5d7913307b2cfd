import { DescribeImagesCommand, DescribeSnapshotsCommand } from "@aws-sdk/client-ec2";
import { ec2, pointedTo, type Who } from "./harness/aws";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const [OLD, NEW] = ["20261120.0", "20261121.0"];
const REGIONS = ["eu-central-1", "us-east-1"] as const;
const LATEST = "/images/demo/x86_64/latest";
/** The stranger's account. */
const SHARING = { accounts: ["222222222222"] };

/** Two releases on AWS; each test continues from the previous one. */
describe("a release that is withdrawn", () => {
  let rehearsed: Rehearsed;
  let outputs: StackOutputs;
  const idOf = (version: string, region: string) => outputs.releases[version]!.aws.x86_64![region]!;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("withdrawal");
    // A parameter's value is accepted before it is checked, and reads as the old one until then.
    await rehearsed.fault({ cloud: "aws", kind: "delay", what: "parameterChecked", seconds: 1.5 });
    for (const version of [OLD, NEW]) {
      const imageFile = `images/demo/${version}.test.json`;
      expectSuccess(await rehearsed.inspect("images/demo/demo.raw", "demo", version, imageFile));
    }
    write({ [NEW]: "published", [OLD]: "published" }, { public: true });
    expectSuccess(await rehearsed.up());
    outputs = await rehearsed.outputs<StackOutputs>();
  });
  afterAll(() => rehearsed?.end());

  function write(states: Record<string, string>, sharing: object): void {
    const file = { product: "demo", version: OLD, imageFile: "", regions: [...REGIONS] };
    const { config } = JSON.parse(stackFile(file)) as { config: Record<string, object> };
    config["imprimatur:releases"] = Object.entries(states).map(([version, state]) => ({
      version,
      state,
      imageFile: `images/demo/${version}.test.json`,
      protect: false,
    }));
    Object.assign(config["imprimatur:aws"]!, {
      sharing,
      pointers: ["/images/{product}/{architecture}/latest"],
    });
    rehearsed.checkout.write("stacks/Pulumi.withdrawal.yaml", JSON.stringify({ config }));
  }

  /** A caller's view of a release's image and snapshot in a region. */
  async function seen(version: string, region: string, who: Who): Promise<string[]> {
    const client = ec2(rehearsed.env, region, who);
    const snapshot = outputs.releases[version]!.snapshots.x86_64![region]!;
    const image = client.send(new DescribeImagesCommand({ ImageIds: [idOf(version, region)] }));
    const volume = client.send(new DescribeSnapshotsCommand({ SnapshotIds: [snapshot] }));
    const found = await Promise.allSettled([image, volume]);
    client.destroy();
    return ["image", "snapshot"].filter((_what, index) => found[index]?.status === "fulfilled");
  }

  test("was what the pointers of every region named", async () => {
    for (const region of REGIONS) {
      expect(await pointedTo(rehearsed.env, region, LATEST)).toBe(idOf(NEW, region));
      expect(await seen(NEW, region, "stranger")).toEqual(["image", "snapshot"]);
    }
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    expectSuccess(await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]));
  });

  test("was pointed to by native parameters in older states, which are taken over where they are", async () => {
    const exported = await rehearsed.pulumi(["stack", "export", "--show-secrets"]);
    rehearsed.checkout.write("older.json", withNativeParameters(exported.stdout));
    expectSuccess(
      await rehearsed.pulumi(["stack", "import", "--file", rehearsed.checkout.path("older.json")]),
    );
    expectSuccess(await rehearsed.pulumi(["preview", "--expect-no-changes"]));
  });

  test("is closed where its region answers, whatever another region does, and it is said what is open", async () => {
    const before = rehearsed.requests().length;
    const [down, up] = REGIONS;
    const refused = { kind: "error", code: "UnauthorizedOperation", status: 403, times: 1000 };
    await rehearsed.fault({
      cloud: "aws",
      ...refused,
      service: "ec2",
      action: "*",
      region: down,
      account: "publisher",
    });
    const command = ["withdraw", NEW, "--reason", "a bad build", "--yes"];
    const ran = await rehearsed.checkout.imprimatur(command, { env: rehearsed.env });
    expect(ran.status).toBe(3);
    expect(ran.stdout).toContain(`aws ${up} ${idOf(NEW, up)}: closed: a stranger sees nothing of it`);
    expect(ran.stdout).toContain(`aws ${down} ${idOf(NEW, down)}: STILL OPEN: a stranger sees it`);
    expect(ran.stderr).toContain("1 place is not closed for certain; `imprimatur withdraw");
    const open = oneLineError(ran, /^\s*- AMI .* is still open/);
    expect(open).toMatch(
      new RegExp(
        `AMI demo-x86_64-${NEW} in ${down} is still open for everyone: .*UnauthorizedOperation.*\`imprimatur up\` tries again`,
      ),
    );
    expect(await seen(NEW, up, "stranger")).toEqual([]);
    expect(await seen(NEW, down, "stranger")).toEqual(["image", "snapshot"]);
    const order = rehearsed
      .requests()
      .slice(before)
      .filter((request) => request.includes(` ${up} `))
      .flatMap((request) => /^(PutParameter|Modify\w+)/.exec(request)?.[0] ?? []);
    expect(order).toEqual(["ModifyImageAttribute", "ModifySnapshotAttribute", "PutParameter"]);
    for (const region of REGIONS)
      expect(await pointedTo(rehearsed.env, region, LATEST)).toBe(idOf(OLD, region));
  });

  test("is closed there too by the next up, once the region answers, and nothing else is done", async () => {
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    const before = rehearsed.requests().length;
    expectSuccess(await rehearsed.up());
    const changes = rehearsed
      .requests()
      .slice(before)
      .flatMap((request) => /^(Put|Modify|Delete|Create)\S+ \S+/.exec(request)?.[0] ?? []);
    expect(changes).toEqual([`ModifyImageAttribute ${REGIONS[0]}`, `ModifySnapshotAttribute ${REGIONS[0]}`]);
    for (const region of REGIONS) {
      expect(await seen(NEW, region, "stranger")).toEqual([]);
      expect(await seen(NEW, region, "publisher")).toEqual(["image", "snapshot"]);
      expect(await seen(OLD, region, "stranger")).toEqual(["image", "snapshot"]);
    }
    expect(rehearsed.requests("DeleteParameter")).toEqual([]);
    expectSuccess(await rehearsed.pulumi(["preview", "--expect-no-changes"]));
    expectSuccess(await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]));
  });

  test("and that somebody opens again is found by a refresh, and closed by the next up", async () => {
    const [region] = REGIONS;
    await rehearsed.fault({ cloud: "aws", kind: "share", region, image: idOf(NEW, region), add: ["all"] });
    expect(await seen(NEW, region, "stranger")).toEqual(["image"]);
    const drifted = await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    expect(drifted.status).not.toBe(0);
    expect(drifted.stdout + drifted.stderr).toContain(`demo-${NEW}-x86_64-${region}`);
    expectSuccess(await rehearsed.up());
    expect(await seen(NEW, region, "stranger")).toEqual([]);
  });

  test("and the other, shared with one account instead of everyone, is closed before it is opened", async () => {
    const before = rehearsed.requests().length;
    write({ [NEW]: "withdrawn", [OLD]: "published" }, SHARING);
    expectSuccess(await rehearsed.up());
    for (const region of REGIONS) {
      const order = rehearsed
        .requests()
        .slice(before)
        .filter((request) => request.includes(` ${region} `))
        .flatMap((request) => /^Modify(Image|Snapshot)/.exec(request)?.[1] ?? []);
      expect(order).toEqual(["Image", "Snapshot", "Snapshot", "Image"]);
      expect(await seen(OLD, region, "stranger")).toEqual(["image", "snapshot"]);
    }
  });

  test("takes the pointer with it when no other is published; destroy leaves nothing", async () => {
    write({ [NEW]: "withdrawn", [OLD]: "withdrawn" }, SHARING);
    expectSuccess(await rehearsed.up());
    expect(await pointedTo(rehearsed.env, REGIONS[0], LATEST)).toBeUndefined();
    // AWS still holds a snapshot just after its image was deregistered: the native resource gives up at once.
    const kept = { action: "DeleteSnapshot", region: REGIONS[1], code: "InvalidSnapshot.InUse", status: 400 };
    await rehearsed.fault({ cloud: "aws", kind: "error", ...kept });
    const first = await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(first.status).not.toBe(0);
    expect(first.stdout + first.stderr).toContain("InvalidSnapshot.InUse");
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

/** The state as version 0.1 left it: a pointer was `aws:ssm/parameter:Parameter`, of the native provider. */
function withNativeParameters(exported: string): string {
  const state = JSON.parse(exported.replaceAll("imprimatur:aws:Pointer", "aws:ssm/parameter:Parameter")) as {
    deployment: {
      resources: {
        type: string;
        provider?: string;
        inputs: Record<string, unknown>;
        outputs: Record<string, unknown>;
      }[];
    };
  };
  const { resources } = state.deployment;
  const provider = resources.find(({ type }) => type === "aws:ec2/ami:Ami")!.provider!;
  for (const resource of resources) {
    if (resource.type !== "aws:ssm/parameter:Parameter") continue;
    const { imageId, ...rest } = resource.inputs;
    const native = { ...rest, insecureValue: imageId, type: "String", dataType: "aws:ec2:image" };
    resource.inputs = { ...native, __defaults: [] };
    resource.outputs = { ...native, arn: resource.outputs.arn, version: 1, tier: "Standard" };
    resource.provider = provider;
  }
  return JSON.stringify(state);
}

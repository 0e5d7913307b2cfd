import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateTagsCommand,
  DeregisterImageCommand,
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  RegisterImageCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { bootCheckMark } from "../../../clouds/aws/instances";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, failure, Harness } from "../../unit/provider/harness";
import { asAdministrator } from "../administrator";

const REGION = "eu-central-1";
const CONSOLES = join(__dirname, "../../unit/inspection/boot/consoles");
const recorded = (name: string) => readFileSync(join(CONSOLES, name), "utf8");
const SOUND = recorded("debian-12-ec2.txt");
const BROKEN = recorded("broken-init.txt");

let harness: Harness;
let cloud: RunningCloud;
let ec2: EC2Client;
let imageId: string;
let removeSnapshot: () => Promise<void>;

beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  await harness.disk(4 * BLOCK, [0]);
  const inputs = { region: REGION, description: "demo", tags: {}, ...harness.diskInputs() };
  const made = await harness.handler("aws:Snapshot").create(inputs, harness.call());
  removeSnapshot = () =>
    harness.handler("aws:Snapshot").delete(made.id, { inputs, outputs: made.outputs }, harness.call());
  ec2 = new EC2Client(asAdministrator(REGION));
  const registered = await ec2.send(
    new RegisterImageCommand({
      Name: "demo-1",
      Architecture: "x86_64",
      RootDeviceName: "/dev/xvda",
      VirtualizationType: "hvm",
      EnaSupport: true,
      BootMode: "uefi",
      BlockDeviceMappings: [{ DeviceName: "/dev/xvda", Ebs: { SnapshotId: made.id } }],
    }),
  );
  imageId = registered.ImageId ?? "";
});
afterEach(async () => {
  await cloud.fault?.({ kind: "clear" });
  harness.shown.length = 0;
  expect((await cloud.inventory()).map(({ kind }) => kind).sort()).toEqual(["image", "snapshot"]);
});
afterAll(async () => {
  await ec2.send(new DeregisterImageCommand({ ImageId: imageId }));
  await removeSnapshot();
  ec2.destroy();
  await harness.stop();
});

const TAGS = { "imprimatur:product": "demo", "imprimatur:stack": "dev" };
const inputs = (change: Properties = {}): Properties => ({
  region: REGION,
  imageId,
  instanceType: "t3.micro",
  cloudInit: "there",
  allowFailed: [],
  timeout: 60,
  launch: true,
  tags: TAGS,
  ...change,
});
const check = () => harness.handler("aws:BootCheck");
const shows = (text: string) => cloud.fault?.({ kind: "console", region: REGION, image: imageId, text });

async function instances(): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}
const states = async () => new Set((await instances()).map(({ State }) => State?.Name));

/** A call that runs `act` at the first read of the console. */
function atFirstLook(act: () => unknown, signal?: AbortSignal) {
  let acted: unknown;
  return { call: { ...harness.call(signal), status: () => (acted ??= act()) }, acted: () => acted };
}

test("an instance that comes up passes, is over afterwards, and what it showed is kept", async () => {
  await shows(SOUND);
  const { outputs } = await check().create(inputs(), harness.call());
  expect(outputs).toEqual({
    ...inputs(),
    boot: {
      outcome: "passed",
      instanceType: "t3.micro",
      kernel: "6.1.0-56-cloud-amd64",
      cloudInit: { outcome: "done", version: "22.4.2", datasource: "DataSourceEc2Local" },
      failedUnits: [],
      imprimatur: expect.stringMatching(/^\d/) as string,
    },
  });
  expect(await states()).toEqual(new Set(["terminated"]));
});

test("a launch asks for as little as can be, and says whose it is", async () => {
  await shows("");
  const { call, acted } = atFirstLook(instances);
  await failure(check().create(inputs({ timeout: 0.5 }), call));
  const running = ((await acted()) as Instance[]).find(({ State }) => State?.Name === "running");
  expect(running).toMatchObject({
    ImageId: imageId,
    MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1 },
    Tags: expect.arrayContaining([
      { Key: "imprimatur:stack", Value: "dev" },
      { Key: "imprimatur:boot-check", Value: bootCheckMark({ owner: call.urn, imageId }) },
    ]) as object,
  });
  expect(running).not.toHaveProperty("PublicIpAddress");
  expect(running).not.toHaveProperty("KeyName");
});

test.each<[string, string, Properties, RegExp]>([
  [
    "the kernel panics",
    BROKEN,
    {},
    /i-\w+ \(t3\.micro\) in eu-central-1 does not pass the boot check of ami-\w+: the kernel panicked: Attempted to kill init!.*; its console ends: .*Kernel panic.*; mend the image and publish it as a new version/,
  ],
  [
    "it says nothing",
    "",
    { timeout: 0.5 },
    /a login prompt on the serial console did not come within 0\.5 s; its console showed nothing; let the kernel's command line name the serial console, .*imprimatur:aws\.bootCheck\.timeout/,
  ],
  [
    "cloud-init looks elsewhere",
    "Debian GNU/Linux 12 debian ttyS0\n\ndebian login: ",
    { timeout: 0.5 },
    /cloud-init's result did not come within 0\.5 s; .*; let cloud-init's datasource_list name this cloud/,
  ],
])("an instance does not pass when %s: one line, and it is over", async (_when, text, change, wanted) => {
  await shows(text);
  const { message } = await failure(check().create(inputs(change), harness.call()));
  expect(message).toMatch(wanted);
  expect(message).not.toContain("\n");
  expect(await states()).toEqual(new Set(["terminated"]));
});

test("an image without cloud-init only has to show its login prompt", async () => {
  await shows("minimal login: ");
  const { outputs } = await check().create(inputs({ cloudInit: "absent" }), harness.call());
  expect(outputs.boot).toMatchObject({ outcome: "passed", cloudInit: { outcome: "absent" } });
});

test("Ctrl-C ends the instance", async () => {
  await shows("");
  const stop = new AbortController();
  const { call } = atFirstLook(() => stop.abort() ?? true, stop.signal);
  expect((await failure(check().create(inputs(), call))).message).toBe("stopped by request");
  expect(await states()).toEqual(new Set(["terminated"]));
});

test("an instance that somebody else ends is told as such", async () => {
  await shows("");
  const { call } = atFirstLook(async () => {
    const running = (await instances()).filter(({ State }) => State?.Name === "running");
    await ec2.send(
      new TerminateInstancesCommand({ InstanceIds: running.map(({ InstanceId = "" }) => InstanceId) }),
    );
  });
  expect((await failure(check().create(inputs(), call))).message).toMatch(
    /before a login prompt on the serial console; Client\.UserInitiatedShutdown/,
  );
});

test("what a killed run left is ended by the next one; other people's instances are not", async () => {
  const launch = async (mark: string) => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({ ImageId: imageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1 }),
    );
    const id = Instances?.[0]?.InstanceId ?? "";
    const Tags = [{ Key: "imprimatur:boot-check", Value: mark }];
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
    return id;
  };
  const left = await launch(bootCheckMark({ owner: harness.call().urn, imageId }));
  const other = await launch("another");
  await shows(SOUND);
  await check().create(inputs(), harness.call());
  expect(harness.shown).toContainEqual(`${left} in ${REGION} was left by an earlier check and is ended`);
  const running = (await instances()).filter(({ State }) => State?.Name === "running");
  expect(running.map(({ InstanceId }) => InstanceId)).toEqual([other]);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [other] }));
});

test("a type that cannot start the image is refused, and nothing is left", async () => {
  const { message } = await failure(check().create(inputs({ instanceType: "t4g.micro" }), harness.call()));
  expect(message).toMatch(
    /RunInstances of ami-\w+ in eu-central-1: InvalidParameterValue: The architecture 'arm64'/,
  );
});

test.each<[string, string, string, string, RegExp]>([
  [
    "a type of another architecture",
    "t4g.micro",
    "x86_64",
    "uefi",
    /1 problem:\n- eu-central-1: t4g\.micro is for arm64, not for x86_64; name another one in imprimatur:aws\.bootCheck\.instanceType\.x86_64/,
  ],
  ["a type that is not there", "t9.micro", "x86_64", "uefi", /there is no instance type t9\.micro/],
  [
    "a type with other firmware",
    "t2.micro",
    "x86_64",
    "uefi",
    /t2\.micro starts images with legacy-bios, and this one needs uefi/,
  ],
  [
    "a type that tells late",
    "t2.micro",
    "x86_64",
    "uefi-preferred",
    /^eu-central-1: t2\.micro is not on Nitro, so its console is told only minutes later/,
  ],
  ["a type that fits", "t3.micro", "x86_64", "uefi", /^$/],
])(
  "the preflight looks at %s before a byte is sent",
  async (_what, instanceType, architecture, bootMode, wanted) => {
    const given = {
      homeRegion: REGION,
      regions: [{ region: REGION, public: false }],
      ...{ product: "demo", release: "1", images: [], pointers: [] },
      launches: [{ architecture, bootMode, instanceType }],
    };
    const said = await harness
      .handler("aws:Preflight")
      .create(given, harness.call())
      .then(
        () => harness.shown.join("\n"),
        (error: Error) => error.message,
      );
    expect(said).toMatch(wanted);
  },
);

const BOOT = { outcome: "passed" };
test.each<[string, Properties, Properties, string[]]>([
  ["nothing changed", {}, { boot: BOOT }, []],
  ["another machine is wanted", { instanceType: "m7i.large", timeout: 90, tags: {} }, { boot: BOOT }, []],
  ["the image was made anew", { imageId: "ami-2" }, { boot: BOOT }, ["imageId!"]],
  ["fewer units may fail", { allowFailed: ["a.service"] }, { boot: BOOT }, ["allowFailed"]],
  ["it is deprecated", { launch: false, allowFailed: ["a.service"] }, { boot: BOOT }, []],
  ["it is published at last", {}, {}, ["launch"]],
])("when %s, as little as can be is launched", async (_when, change, outputs, wanted) => {
  const old = { inputs: inputs(), outputs: { ...inputs(), ...outputs } };
  const news = inputs(change);
  const { changes } = check().diff(old, news, harness.call());
  expect(Object.entries(changes).map(([key, { replace }]) => (replace ? `${key}!` : key))).toEqual(wanted);
  if (wanted.length > 0) return;
  expect(await check().update("x", old, news, harness.call())).toEqual({ ...news, boot: BOOT });
  expect(await check().plan?.(old, news, harness.call())).toEqual({ ...news, boot: BOOT });
});

test("what came to be expected while nothing was launched is asked for when something is again", () => {
  const old = {
    inputs: inputs({ launch: false }),
    outputs: inputs({ allowFailed: ["a.service"], boot: BOOT }),
  };
  expect(Object.keys(check().diff(old, inputs(), harness.call()).changes)).toEqual(["allowFailed"]);
});

test("a release that is deprecated from the start launches nothing", async () => {
  const given = inputs({ launch: false });
  expect((await check().create(given, harness.call())).outputs).toEqual(given);
  expect(await check().plan?.(undefined, given, harness.call())).toEqual(given);
});

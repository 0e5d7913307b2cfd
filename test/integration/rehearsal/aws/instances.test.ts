import http from "node:http";
import {
  DeregisterImageCommand,
  DeleteSnapshotCommand,
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { serveMetadata } from "../../../../rehearsal/aws/machines/metadata";
import { qemuArguments } from "../../../../rehearsal/aws/machines/qemu";
import type { Instance as InstanceRecord } from "../../../../rehearsal/aws/state/records";
import { advance, errorMessage, errorName, HOME, shareImage, StandIn, stopClock } from "./stand-in";

let aws: StandIn;
let image: string;
let count = 0;
beforeEach(async () => {
  aws = await StandIn.start();
  image = await aws.image(`image-${count++}`);
});
afterEach(async () => {
  await aws.stop();
  jest.useRealTimers();
});

type Input = Partial<RunInstancesCommandInput>;
const command = (input: Input = {}) =>
  new RunInstancesCommand({ ImageId: image, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, ...input });
const run = async (input: Input = {}) => (await aws.ec2().send(command(input))).Instances![0]!;
const see = async (id: string): Promise<Instance> =>
  (await aws.ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations![0]!
    .Instances![0]!;
const end = (id: string) => aws.ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }));
const consoleOf = async (id: string, Latest = true) =>
  (await aws.ec2().send(new GetConsoleOutputCommand({ InstanceId: id, Latest }))).Output;

describe("RunInstances refuses", () => {
  test.each<[string, Input, string]>([
    ["an unknown type", { InstanceType: "t3.gigantic" as "t3.micro" }, "InvalidParameterValue"],
    ["a type of another architecture", { InstanceType: "t4g.micro" }, "InvalidParameterValue"],
    ["the default type, which is paravirtual", { InstanceType: undefined }, "InvalidParameterCombination"],
    ["a key pair that nobody made", { KeyName: "mine" }, "InvalidKeyPair.NotFound"],
    [
      "a subnet that is not there",
      { NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: "subnet-0123456789abcdef0" }] },
      "InvalidSubnetID.NotFound",
    ],
    [
      "two places at once",
      { SubnetId: "subnet-1", NetworkInterfaces: [{ DeviceIndex: 0 }] },
      "InvalidParameterCombination",
    ],
    [
      "too much user data",
      { UserData: Buffer.alloc(16 * 1024 + 1).toString("base64") },
      "InvalidParameterValue",
    ],
    ["no instances", { MinCount: 0 }, "InvalidParameterValue"],
    ["what the stand-in has not", { EbsOptimized: true }, "UnsupportedOperation"],
    ["an image that is not there", { ImageId: "ami-0123456789abcdef0" }, "InvalidAMIID.NotFound"],
    [
      "tags on what it does not make",
      { TagSpecifications: [{ ResourceType: "image", Tags: [] }] },
      "InvalidParameterValue",
    ],
  ])("%s", async (_what, input, code) => {
    expect(await errorName(aws.ec2().send(command(input)))).toBe(code);
    expect(await aws.cloud.inventory()).toHaveLength(2);
  });

  test("an image that the caller may not launch, and one that needs what the type has not", async () => {
    const stranger = aws.ec2(HOME, aws.stranger());
    expect(await errorName(stranger.send(command()))).toBe("InvalidAMIID.NotFound");
    await aws.ec2().send(shareImage(image, "all"));
    expect((await stranger.send(command())).Instances).toHaveLength(1);
    const old = await aws.image("without-ena", { EnaSupport: false });
    expect(await errorMessage(aws.ec2().send(command({ ImageId: old })))).toMatch(/ENA\) is required/);
    const uefi = await aws.image("uefi-only", { BootMode: "uefi" });
    expect(await errorMessage(aws.ec2().send(command({ ImageId: uefi, InstanceType: "t2.micro" })))).toMatch(
      /boot mode 'uefi' .* not supported by the instance type t2\.micro/,
    );
  });
});

test("an instance lives in AWS's states; its volume goes with it, and it is forgotten after an hour", async () => {
  await aws.restart(1);
  stopClock();
  advance(10);
  const { InstanceId: id = "", State } = await run();
  expect(State?.Name).toBe("pending");
  expect(await errorName(see(id))).toBe("InvalidInstanceID.NotFound");
  advance(5);
  expect((await see(id)).State).toEqual({ Code: 16, Name: "running" });
  const kinds = async () => (await aws.cloud.inventory()).map(({ kind }) => kind).sort();
  expect(await kinds()).toEqual(["image", "instance", "snapshot", "volume"]);
  const { Volumes } = await aws.ec2().send(new DescribeVolumesCommand({}));
  expect(Volumes).toMatchObject([
    { State: "in-use", Attachments: [{ InstanceId: id, DeleteOnTermination: true }] },
  ]);
  expect((await end(id)).TerminatingInstances).toMatchObject([
    { PreviousState: { Name: "running" }, CurrentState: { Name: "shutting-down" } },
  ]);
  expect(await kinds()).toEqual(["image", "instance", "snapshot", "volume"]);
  advance(5);
  expect(await see(id)).toMatchObject({
    State: { Name: "terminated" },
    StateReason: { Code: "Client.UserInitiatedShutdown" },
  });
  expect(await kinds()).toEqual(["image", "snapshot"]);
  expect((await end(id)).TerminatingInstances).toMatchObject([{ CurrentState: { Name: "terminated" } }]);
  advance(3700);
  expect(await errorName(end(id))).toBe("no error");
  const { Reservations } = await aws.ec2().send(new DescribeInstancesCommand({}));
  expect(Reservations).toEqual([]);
});

test("a client token stands for one launch, also after a restart", async () => {
  const first = await run({ ClientToken: "one" });
  await aws.restart();
  expect((await run({ ClientToken: "one" })).InstanceId).toBe(first.InstanceId);
  expect(await errorName(aws.ec2().send(command({ ClientToken: "one", UserData: "" })))).toBe(
    "IdempotentParameterMismatch",
  );
  await end(first.InstanceId!);
  expect(await run({ ClientToken: "one" })).toMatchObject({
    InstanceId: first.InstanceId,
    State: { Name: "terminated" },
  });
});

test("image and snapshot may go while an instance runs", async () => {
  await run();
  const { Images } = await aws.ec2().send(new DescribeImagesCommand({ ImageIds: [image] }));
  expect(Images![0]!.LastLaunchedTime).toBeDefined();
  await aws.ec2().send(new DeregisterImageCommand({ ImageId: image }));
  const SnapshotId = Images![0]!.BlockDeviceMappings![0]!.Ebs!.SnapshotId!;
  await aws.ec2().send(new DeleteSnapshotCommand({ SnapshotId }));
  expect((await aws.cloud.inventory()).map(({ kind }) => kind).sort()).toEqual(["instance", "volume"]);
});

test("searches know tags, states and images; no public address where none is asked for", async () => {
  const NetworkInterfaces = [{ DeviceIndex: 0, AssociatePublicIpAddress: false }];
  const TagSpecifications = [{ ResourceType: "instance" as const, Tags: [{ Key: "a", Value: "b" }] }];
  const one = await run({ NetworkInterfaces, TagSpecifications });
  const two = await run();
  await end(two.InstanceId!);
  expect(one.PublicIpAddress).toBeUndefined();
  expect(two.PublicIpAddress).toBeDefined();
  const found = async (Name: string, ...Values: string[]) => {
    const answer = await aws.ec2().send(new DescribeInstancesCommand({ Filters: [{ Name, Values }] }));
    return answer.Reservations!.flatMap(({ Instances }) => Instances!.map(({ InstanceId }) => InstanceId));
  };
  expect(await found("tag:a", "b")).toEqual([one.InstanceId]);
  expect(await found("instance-state-name", "terminated")).toEqual([two.InstanceId]);
  expect((await found("image-id", image)).length).toBe(2);
  expect(await errorName(found("vpc-id", "x"))).toBe("InvalidParameterValue");
});

describe("a console", () => {
  const shows = (text: string) => aws.cloud.fault!({ kind: "console", region: HOME, image, text });

  test("shows the last 64 KB of what was asked for, base64", async () => {
    await shows(`first${"x".repeat(64 * 1024)}last`);
    const { InstanceId: id = "" } = await run();
    const text = Buffer.from((await consoleOf(id)) ?? "", "base64").toString();
    expect([text.length, text.slice(-4), text.includes("first")]).toEqual([64 * 1024, "last", false]);
  });

  test("tells the latest on Nitro only; else what was posted later", async () => {
    await aws.restart(1);
    stopClock();
    advance(10);
    await shows("hello");
    const { InstanceId: id = "" } = await run({ InstanceType: "t2.micro" });
    advance(5);
    expect(await errorName(consoleOf(id))).toBe("UnsupportedOperation");
    expect(await consoleOf(id, false)).toBeUndefined();
    advance(60);
    expect(Buffer.from((await consoleOf(id, false)) ?? "", "base64").toString()).toBe("hello");
  });

  test("stays empty where machines are switched off", async () => {
    process.env.IMPRIMATUR_REHEARSAL_MACHINES = "none";
    try {
      const { InstanceId: id = "" } = await run();
      expect(await consoleOf(id)).toBeUndefined();
      expect(await consoleOf(id)).toBeUndefined();
    } finally {
      delete process.env.IMPRIMATUR_REHEARSAL_MACHINES;
    }
  });
});

test("instance types say what they are", async () => {
  const { InstanceTypes } = await aws
    .ec2()
    .send(new DescribeInstanceTypesCommand({ InstanceTypes: ["t4g.micro"] }));
  expect(InstanceTypes).toMatchObject([
    {
      Hypervisor: "nitro",
      ProcessorInfo: { SupportedArchitectures: ["arm64"] },
      SupportedBootModes: ["uefi"],
    },
  ]);
  const unknown = new DescribeInstanceTypesCommand({ InstanceTypes: ["t9.micro" as "t3.micro"] });
  expect(await errorName(aws.ec2().send(unknown))).toBe("InvalidInstanceType");
});

const RECORD: InstanceRecord = {
  id: "i-0123456789abcdef0",
  region: HOME,
  owner: "111111111111",
  createdAt: 0,
  visibleAt: 0,
  settledAt: 0,
  tags: {},
  imageId: "ami-1",
  instanceType: "t3.micro",
  architecture: "x86_64",
  bootMode: "uefi",
  rootDeviceName: "/dev/xvda",
  volumeId: "vol-0123",
  subnetId: "subnet-1",
  interfaceId: "eni-1",
  mac: "02:00:00:00:00:01",
  address: "172.31.16.15",
  userData: Buffer.from("#!/bin/sh\n").toString("base64"),
  metadata: { enabled: true, tokens: "required", hopLimit: 1 },
  onShutdown: "terminate",
  runningAt: 0,
};

/** A request without any client; `token` is the session token of IMDSv2. */
function ask(port: number, path: string, { method = "GET", ...headers }: Record<string, string> = {}) {
  return new Promise<string>((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.on("end", () => resolve(answer.statusCode === 200 ? body : String(answer.statusCode)));
    });
    request.on("error", reject).end();
  });
}

test("metadata is for sessions with a token, and says who the instance is", async () => {
  const service = await serveMetadata(RECORD);
  try {
    const { port } = service;
    const TTL = "x-aws-ec2-metadata-token-ttl-seconds";
    expect(await ask(port, "/latest/meta-data/instance-id")).toBe("401");
    expect(await ask(port, "/latest/api/token", { method: "PUT" })).toBe("400");
    const token = await ask(port, "/latest/api/token", { method: "PUT", [TTL]: "60" });
    const get = (path: string) => ask(port, path, { "x-aws-ec2-metadata-token": token });
    expect(await get("/2021-03-23/meta-data/instance-id")).toBe(RECORD.id);
    expect(await get("/2021-03-23/meta-data/network/interfaces/macs/")).toBe("02:00:00:00:00:01/");
    expect(await get("/2021-03-23/user-data")).toBe("#!/bin/sh\n");
    const document = JSON.parse(await get("/latest/dynamic/instance-identity/document")) as object;
    expect(document).toMatchObject({ accountId: "111111111111", region: HOME, instanceId: RECORD.id });
    expect(await get("/latest/meta-data/iam/")).toBe("404");
    expect(await ask(port, "/latest/user-data", { "x-aws-ec2-metadata-token": "another" })).toBe("401");
  } finally {
    service.close();
  }
});

test("the machine is one that an image takes for EC2's, and its network leads to the metadata service alone", () => {
  const files = { volume: "/tmp/a,b/volume", console: "/tmp/console", variables: "/tmp/variables" };
  const args = qemuArguments(
    RECORD,
    { program: "qemu", firmware: { code: "/code", variables: "/vars" } },
    files,
    {
      accelerator: "tcg",
      memory: 1024,
      metadataPort: 4711,
    },
  );
  const after = (name: string) => args[args.indexOf(name) + 1];
  expect(after("-smbios")).toMatch(
    /uuid=(ec2[0-9a-f]{5}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}),serial=\1$/,
  );
  expect(after("-netdev")).toMatch(/,restrict=on,guestfwd=tcp:169\.254\.169\.254:80-cmd:'.*relay\.js' 4711$/);
  expect(args.join(" ")).toContain("file=/tmp/a,,b/volume");
});

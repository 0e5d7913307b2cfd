import { GetSnapshotBlockCommand, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import { DescribeImagesCommand, DescribeRegionsCommand } from "@aws-sdk/client-ec2";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { advance, errorName, HOME, PUBLISHER, StandIn, STRANGER, stopClock } from "./stand-in";

let aws: StandIn;
beforeAll(async () => (aws = await StandIn.start()));
afterAll(() => aws.stop());
afterEach(() => jest.useRealTimers());

test("the keys say who is calling", async () => {
  const publisher = await aws.sts().send(new GetCallerIdentityCommand({}));
  const stranger = await aws.sts(HOME, aws.stranger()).send(new GetCallerIdentityCommand({}));
  expect([publisher.Account, stranger.Account]).toEqual([PUBLISHER, STRANGER]);
});

test.each([
  ["ec2", "AuthFailure"],
  ["ebs", "InvalidSignatureException"],
  ["ssm", "InvalidSignatureException"],
  ["sts", "SignatureDoesNotMatch"],
])("a wrong secret is refused by %s as %s", async (service, name) => {
  const keys = { ...aws.publisher(), secretAccessKey: "not the secret" };
  const calls: Record<string, () => Promise<unknown>> = {
    ec2: () => aws.ec2(HOME, keys).send(new DescribeRegionsCommand({})),
    ebs: () => aws.ebs(HOME, keys).send(new StartSnapshotCommand({ VolumeSize: 1 })),
    ssm: () => aws.ssm(HOME, keys).send(new GetParameterCommand({ Name: "/x" })),
    sts: () => aws.sts(HOME, keys).send(new GetCallerIdentityCommand({})),
  };
  expect(await errorName(calls[service]!())).toBe(name);
});

test.each([
  ["ec2", "AuthFailure"],
  ["ebs", "UnrecognizedClientException"],
])("an access key that nobody has is refused by %s as %s", async (service, name) => {
  const keys = { ...aws.publisher(), accessKeyId: "AKIANOBODYHASTHISKEY" };
  const call =
    service === "ec2"
      ? aws.ec2(HOME, keys).send(new DescribeRegionsCommand({}))
      : aws.ebs(HOME, keys).send(new StartSnapshotCommand({ VolumeSize: 1 }));
  expect(await errorName(call)).toBe(name);
});

test("a path or query that was changed after signing is refused", async () => {
  const client = aws.ebs();
  client.middlewareStack.add(
    (next) => (args) => {
      (args.request as { query: Record<string, string> }).query["blockToken"] = "another";
      return next(args);
    },
    { step: "finalizeRequest", priority: "low" },
  );
  const call = client.send(
    new GetSnapshotBlockCommand({ SnapshotId: "snap-0123456789abcdef0", BlockIndex: 0, BlockToken: "x" }),
  );
  expect(await errorName(call)).toBe("InvalidSignatureException");
});

test("a clock that is wrong by more than a quarter of an hour is refused", async () => {
  const client = aws.ec2();
  client.config.systemClockOffset = -16 * 60_000;
  expect(await errorName(client.send(new DescribeRegionsCommand({})))).toBe("RequestExpired");
});

test("a region that the account did not opt in to refuses its keys until it does", async () => {
  const describe = () => aws.ec2("me-south-1").send(new DescribeImagesCommand({ Owners: ["self"] }));
  expect(await errorName(describe())).toBe("AuthFailure");
  await aws.cloud.fault!({ kind: "opt-in", region: "me-south-1" });
  expect(await errorName(describe())).toBe("no error");
  const { Regions } = await aws.ec2().send(new DescribeRegionsCommand({ AllRegions: true }));
  const status = (name: string) => Regions!.find((region) => region.RegionName === name)!.OptInStatus;
  expect([status("me-south-1"), status("af-south-1"), status(HOME)]).toEqual([
    "opted-in",
    "not-opted-in",
    "opt-in-not-required",
  ]);
});

test("a request without a signature is refused", async () => {
  const response = await fetch(
    `http://127.0.0.1:${aws.cloud.port}/?Action=DescribeRegions&Version=2016-11-15`,
  );
  expect(response.status).toBe(400);
  expect(await response.text()).toContain("AWSAccessKeyId");
});

test("the stopped clock of these tests is the server's too", async () => {
  stopClock();
  advance(3600);
  expect(await errorName(aws.ec2().send(new DescribeRegionsCommand({})))).toBe("no error");
});

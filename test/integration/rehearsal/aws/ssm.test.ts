import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  type PutParameterCommandInput,
} from "@aws-sdk/client-ssm";
import { advance, errorName, HOME, registerImage, StandIn, stopClock } from "./stand-in";

let aws: StandIn;
beforeAll(async () => (aws = await StandIn.start()));
afterAll(() => aws.stop());
afterEach(() => jest.useRealTimers());

function put(Name: string, Value: string, input: Partial<PutParameterCommandInput> = {}) {
  return new PutParameterCommand({ Name, Value, Type: "String", ...input });
}

async function value(standIn: StandIn, Name: string): Promise<string> {
  const call = standIn.ssm().send(new GetParameterCommand({ Name }));
  return call.then(
    ({ Parameter }) => Parameter!.Value!,
    (error: Error) => error.name,
  );
}

test("versions count up, and each can be asked for", async () => {
  await aws.ssm().send(put("/count", "one"));
  const { Version } = await aws.ssm().send(put("/count", "two", { Overwrite: true }));
  expect(Version).toBe(2);
  expect([await value(aws, "/count"), await value(aws, "/count:1"), await value(aws, "/count:3")]).toEqual([
    "two",
    "one",
    "ParameterVersionNotFound",
  ]);
  const { Parameter } = await aws.ssm().send(new GetParameterCommand({ Name: "/count" }));
  expect(Parameter).toMatchObject({
    ARN: "arn:aws:ssm:eu-central-1:111111111111:parameter/count",
    Type: "String",
    DataType: "text",
    Version: 2,
  });
});

test("a pointer to an image becomes true after its check, and never when there is no such image", async () => {
  const slow = await StandIn.start(1);
  try {
    stopClock();
    const snapshot = await slow.snapshot();
    advance(10);
    const { ImageId: image } = await slow.ec2().send(registerImage("image", snapshot));
    advance(10);
    await slow.ssm().send(put("/latest", image!, { DataType: "aws:ec2:image" }));
    expect(await value(slow, "/latest")).toBe("ParameterNotFound");
    advance(5);
    expect(await value(slow, "/latest")).toBe(image);
    await slow
      .ssm()
      .send(put("/latest", "ami-0123456789abcdef0", { DataType: "aws:ec2:image", Overwrite: true }));
    advance(5);
    expect(await value(slow, "/latest")).toBe(image);
    await slow.ssm().send(put("/nothing", "ami-0123456789abcdef0", { DataType: "aws:ec2:image" }));
    advance(5);
    expect(await value(slow, "/nothing")).toBe("ParameterNotFound");
    expect((await slow.cloud.inventory()).filter((item) => item.kind === "parameter")).toHaveLength(1);
  } finally {
    await slow.stop();
  }
});

test.each<[string, PutParameterCommand, string]>([
  ["a name with a space", put("/a b", "x"), "ValidationException"],
  ["a path without its first slash", put("a/b", "x"), "ValidationException"],
  ["AWS's own names", put("/aws/service/x", "x"), "AccessDeniedException"],
  ["no type", put("/typeless", "x", { Type: undefined }), "ValidationException"],
  [
    "a type that there is not",
    put("/typed", "x", { Type: "Number" as "String" }),
    "UnsupportedParameterType",
  ],
  ["more than 4 KiB", put("/long", "x".repeat(4097)), "ValidationException"],
  [
    "a value off its pattern",
    put("/pattern", "x", { AllowedPattern: "^ami-" }),
    "ParameterPatternMismatchException",
  ],
  [
    "tags while overwriting",
    put("/tagged", "x", { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }),
    "ValidationException",
  ],
])("PutParameter refuses %s", async (_what, command, wanted) => {
  expect(await errorName(aws.ssm().send(command))).toBe(wanted);
});

test("what exists is not overwritten by accident", async () => {
  await aws.ssm().send(put("/once", "x"));
  expect(await errorName(aws.ssm().send(put("/once", "y")))).toBe("ParameterAlreadyExists");
  expect(await value(aws, "/once")).toBe("x");
});

test("a path lists what is right under it, and below when asked, page by page", async () => {
  for (const name of ["/tree/a", "/tree/b", "/tree/b/c", "/treetop"]) await aws.ssm().send(put(name, name));
  const list = async (input: object) => {
    const page = await aws.ssm().send(new GetParametersByPathCommand({ Path: "/tree", ...input }));
    return [page.Parameters!.map((one) => one.Name), page.NextToken] as const;
  };
  expect((await list({}))[0]).toEqual(["/tree/a", "/tree/b"]);
  const [first, NextToken] = await list({ Recursive: true, MaxResults: 2 });
  expect([first, (await list({ Recursive: true, NextToken }))[0]]).toEqual([
    ["/tree/a", "/tree/b"],
    ["/tree/b/c"],
  ]);
  const { Parameters } = await aws.ssm().send(
    new DescribeParametersCommand({
      ParameterFilters: [{ Key: "Name", Option: "BeginsWith", Values: ["/tree/"] }],
    }),
  );
  expect(Parameters).toHaveLength(3);
});

test("several at once: those that are missing are named", async () => {
  await aws.ssm().send(put("/here", "x"));
  const answer = await aws.ssm().send(new GetParametersCommand({ Names: ["/here", "/gone"] }));
  expect([answer.Parameters!.map((one) => one.Value), answer.InvalidParameters]).toEqual([["x"], ["/gone"]]);
});

test("parameters belong to one account and one region", async () => {
  await aws.ssm().send(put("/mine", "x"));
  const read = (client: ReturnType<StandIn["ssm"]>) =>
    client.send(new GetParameterCommand({ Name: "/mine" }));
  expect(await errorName(read(aws.ssm(HOME, aws.stranger())))).toBe("ParameterNotFound");
  expect(await errorName(read(aws.ssm("us-east-1")))).toBe("ParameterNotFound");
});

test("tags come, go, and go with the parameter", async () => {
  await aws.ssm().send(put("/tags", "x", { Tags: [{ Key: "a", Value: "1" }] }));
  const resource = { ResourceType: "Parameter", ResourceId: "/tags" } as const;
  await aws.ssm().send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: "b", Value: "2" }] }));
  await aws.ssm().send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ["a"] }));
  const { TagList } = await aws.ssm().send(new ListTagsForResourceCommand(resource));
  expect(TagList).toEqual([{ Key: "b", Value: "2" }]);
  await aws.ssm().send(new DeleteParameterCommand({ Name: "/tags" }));
  expect(await errorName(aws.ssm().send(new ListTagsForResourceCommand(resource)))).toBe("InvalidResourceId");
});

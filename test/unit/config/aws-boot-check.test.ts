import { aws } from "../../../config/aws/schema";
import { publishedObjectSchema } from "../../../trust/statement";

const AWS = { homeRegion: "eu-central-1", regions: { "eu-central-1": {} } };
const parse = (bootCheck: unknown) =>
  aws.safeParse({ ...AWS, ...(bootCheck !== undefined && { bootCheck }) });

test("nothing is launched unless it is asked for; asking is enough", () => {
  expect(parse(undefined).data?.bootCheck).toBeUndefined();
  expect(parse({}).data?.bootCheck).toEqual({
    instanceType: { x86_64: "t3.micro", arm64: "t4g.micro" },
    timeout: 900,
    allowFailed: [],
  });
  expect(parse({ instanceType: { arm64: "m7g.medium" } }).data?.bootCheck?.instanceType).toEqual({
    x86_64: "t3.micro",
    arm64: "m7g.medium",
  });
});

test.each([
  ["a type without a size", { instanceType: { x86_64: "t3" } }],
  ["an architecture that there is not", { instanceType: { riscv64: "t3.micro" } }],
  ["one type for all", { instanceType: "t3.micro" }],
  ["no subnet", { subnetId: "vpc-0123456789abcdef0" }],
  ["less than a minute", { timeout: 30 }],
  ["what is no unit", { allowFailed: ["foo"] }],
  ["an unknown key", { keyName: "mine" }],
])("refused: %s", (_what, bootCheck) => {
  expect(parse(bootCheck).success).toBe(false);
});

const FACTS = {
  uri: "aws:ec2:eu-central-1:111111111111:image/ami-1",
  annotations: {
    cloud: "aws",
    account: "111111111111",
    region: "eu-central-1",
    kind: "image",
    id: "ami-1",
    name: "demo",
    architecture: "x86_64",
    proof: "bytes",
  },
};
const BOOT = {
  outcome: "passed",
  instanceType: "t3.micro",
  kernel: "6.1.0",
  cloudInit: { outcome: "done", version: "22.4.2", datasource: "DataSourceEc2Local" },
  failedUnits: [],
  imprimatur: "0.1.0",
};

test.each([
  ["an object of an earlier record", {}, true],
  ["one that an instance was launched from", { boot: BOOT }, true],
  ["one whose instance failed", { boot: { ...BOOT, outcome: "failed" } }, false],
])("a record holds %s", (_what, more, wanted) => {
  const object = { ...FACTS, annotations: { ...FACTS.annotations, ...more } };
  expect(publishedObjectSchema.safeParse(object).success).toBe(wanted);
});

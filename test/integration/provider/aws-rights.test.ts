import { AWS_PERMISSIONS } from "../../../clouds/aws/permissions";
import { principalOf } from "../../../clouds/aws/rights";
import { permissionsFor } from "../../../clouds/permissions";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { failure, Harness } from "../../unit/provider/harness";

const REGION = "eu-central-1";
const WHO = "arn:aws:iam::111111111111:user/publisher";
const harness = new Harness();
let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await harness.start(start);
});
afterAll(() => harness.stop());
beforeEach(() => {
  harness.shown.length = 0;
});

const INPUTS: Properties = {
  homeRegion: REGION,
  regions: [{ region: REGION, public: true }],
  product: "demo",
  release: "1",
  images: [],
  pointers: ["/demo/latest"],
  launches: [],
};

const documents = ["publisher"];
const allow = (without: string[]) => cloud.fault!({ kind: "policy", documents, without });
const check = (more: Properties = {}) =>
  harness.handler("aws:Preflight").create({ ...INPUTS, ...more }, harness.call());

test("the published policy is all that the preflight asks for", async () => {
  await allow([]);
  await check();
  expect(harness.shown).toEqual([]);
});

const needed = permissionsFor(AWS_PERMISSIONS, ["publish", "share", "point"]);
const publisher = needed.filter(({ optional }) => optional === undefined);
test.each(publisher.map(({ name }) => name))(
  "without %s it refuses, and says who, what and where",
  async (name) => {
    await allow([name]);
    const said = (await failure(check())).message;
    expect(said).toContain(`${WHO} may not, on account 111111111111: ${name} (`);
    expect(said).toContain("attach docs/policies/aws-publisher.json to it");
  },
);

const later = permissionsFor(AWS_PERMISSIONS, ["delete"]);
test.each(later.map(({ name }) => name))("without %s it goes on, and warns", async (name) => {
  await allow([name]);
  await check();
  expect(harness.shown.join("\n")).toMatch(
    new RegExp(`deleting .* will be refused: ${WHO} may not.*${name} \\(`),
  );
});

test("an optional right is in the published policy, and not missed", async () => {
  const [uefi] = needed.filter(({ optional }) => optional !== undefined);
  expect(uefi?.name).toBe("ec2:GetInstanceUefiData");
  await allow([uefi!.name]);
  await check();
  expect(harness.shown).toEqual([]);
});

test("all that is missing is in one refusal", async () => {
  await allow(["ec2:CopyImage", "ebs:PutSnapshotBlock", "ssm:PutParameter"]);
  const said = (await failure(check())).message;
  expect(said).toMatch(/ebs:PutSnapshotBlock .*ec2:CopyImage .*ssm:PutParameter /);
});

test("a right that this publication does not need is not missed", async () => {
  await allow(["ssm:PutParameter", "ec2:ModifySnapshotAttribute"]);
  await check({ pointers: [], regions: [{ region: REGION, public: false }] });
  expect(harness.shown).toEqual([]);
});

test("conditions of a policy that a simulation cannot decide refuse nothing", async () => {
  await cloud.fault!({ kind: "policy", documents: ["publisher", "boot-check"] });
  const launches = [{ architecture: "x86_64", bootMode: "uefi", instanceType: "t3.micro" }];
  await check({ launches });
  await cloud.fault!({ kind: "policy", documents: ["publisher"] });
  expect((await failure(check({ launches }))).message).toMatch(/ec2:RunInstances .*aws-boot-check\.json/);
});

test.each([
  [
    "is not allowed",
    () => allow(["iam:SimulatePrincipalPolicy"]),
    /AccessDenied.*iam:SimulatePrincipalPolicy/,
  ],
  [
    "fails",
    async () => {
      await allow([]);
      const error = { kind: "error", service: "iam", action: "SimulatePrincipalPolicy" };
      await cloud.fault!({ ...error, code: "ServiceFailure", status: 500, times: 9 });
    },
    /ServiceFailure.*gave up after 2 tries/,
  ],
])("asking that %s is one sentence, and no refusal", async (_what, prepare, why) => {
  await prepare();
  await check();
  expect(harness.shown).toEqual([expect.stringMatching(/^which rights are missing could not be asked/)]);
  expect(harness.shown[0]).toMatch(why);
  await cloud.fault!({ kind: "clear" });
});

test.each([
  ["arn:aws:iam::1:user/ci", "arn:aws:iam::1:user/ci"],
  ["arn:aws:sts::1:assumed-role/Publisher/session", "arn:aws:iam::1:role/Publisher"],
  ["arn:aws-cn:sts::1:assumed-role/Publisher/session", "arn:aws-cn:iam::1:role/Publisher"],
  ["arn:aws:iam::1:root", undefined],
])("behind %s is %s", (caller, want) => expect(principalOf(caller)).toBe(want));

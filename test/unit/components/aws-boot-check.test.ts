import { openClouds } from "../../../components/open";
import { planStack } from "../../../components/plan";
import { recordingOf } from "../../../components/record";
import { Release } from "../../../components/release";
import type { ReleaseBuild } from "../../../components/cloud";
import type { BootEvidence } from "../../../config/evidence";
import type { ReleaseState } from "../../../config/release";
import { build, stackOf } from "./builds";
import { BOOT, find, namesOf, registrationsOf } from "./registrations";

const NAME = "demo-20261120.0";
const AWS = {
  homeRegion: "eu-central-1",
  regions: { "eu-central-1": {}, "us-east-1": {} },
  sharing: { public: true },
};
const DATES = { deprecateOn: "2027-11-20T00:00:00Z" };
const CHECKS = [`${NAME}-x86_64-eu-central-1`, `${NAME}-arm64-eu-central-1`];

async function released(
  state: ReleaseState,
  bootCheck: object | undefined,
  change: (one: ReleaseBuild) => void = () => undefined,
) {
  const one = build({ state, ...DATES }, ["x86_64", "arm64"]);
  change(one);
  const config = stackOf({ aws: { ...AWS, ...(bootCheck && { bootCheck }) }, record: {} }, [one]);
  const { registrations } = await registrationsOf(() => {
    const clouds = openClouds(planStack(config, { stack: "test", builds: [one] }), {
      after: [],
      closings: new Map(),
    });
    new Release(NAME, { ...one, product: config.product, clouds, recording: recordingOf(config) });
    for (const cloud of clouds) cloud.finish?.();
    return { outputs: undefined };
  });
  return registrations;
}

test("nothing is copied, recorded or shared anywhere before every architecture's image has booted at home", async () => {
  const registrations = await released("published", {});
  expect(namesOf(registrations, "BootCheck")).toEqual(CHECKS);
  for (const name of CHECKS)
    expect(find(registrations, "BootCheck", name).dependencies).toContain(`Verification ${name}`);
  const held = registrations.filter(({ kind }) => ["AmiCopy", "ImageSharing", "Record"].includes(kind));
  expect(held.map(({ kind }) => kind).sort()).toEqual(
    ["AmiCopy", "AmiCopy", ...Array<string>(4).fill("ImageSharing"), "Record"].sort(),
  );
  const checks = CHECKS.map((name) => `BootCheck ${name}`);
  for (const { kind, name, dependencies } of held)
    expect([`${kind} ${name}`, dependencies]).toEqual([`${kind} ${name}`, expect.arrayContaining(checks)]);
});

test("an instance is launched from the image at home, with the types and the tags of the stack", async () => {
  const registrations = await released("staged", {
    instanceType: { x86_64: "m7i.large" },
    subnetId: "subnet-0123456789abcdef0",
    timeout: 300,
    allowFailed: ["b.service", "a.service", "b.service"],
  });
  const [x86, arm] = CHECKS.map((name) => find(registrations, "BootCheck", name).inputs);
  expect(x86).toEqual({
    region: "eu-central-1",
    imageId: `${CHECKS[0]}-id`,
    instanceType: "m7i.large",
    subnetId: "subnet-0123456789abcdef0",
    cloudInit: "there",
    allowFailed: ["a.service", "b.service"],
    timeout: 300,
    launch: true,
    tags: {
      Name: "demo-x86_64-20261120.0",
      "imprimatur:product": "demo",
      "imprimatur:release": "20261120.0",
      "imprimatur:digest": `sha256:${"a".repeat(64)}`,
      "imprimatur:stack": "test",
    },
  });
  expect(arm?.instanceType).toBe("t4g.micro");
  expect(find(registrations, "Preflight", NAME).inputs.launches).toEqual([
    { architecture: "x86_64", bootMode: "uefi", instanceType: "m7i.large" },
    { architecture: "arm64", bootMode: "uefi", instanceType: "t4g.micro" },
  ]);
});

test("only an image that a boot check found without cloud-init may be silent of it", async () => {
  const boot = { cloudInit: { outcome: "absent" } } as BootEvidence;
  const registrations = await released("staged", {}, ({ imageFile }) => {
    imageFile.images.arm64 = { ...imageFile.images.arm64!, boot };
  });
  expect(CHECKS.map((name) => find(registrations, "BootCheck", name).inputs.cloudInit)).toEqual([
    "there",
    "absent",
  ]);
});

test.each<[ReleaseState, boolean]>([
  ["staged", true],
  ["published", true],
  ["deprecated", false],
  ["withdrawn", false],
])("a %s release launches: %s; what was seen earlier stays in its record", async (state, launch) => {
  const registrations = await released(state, {});
  expect(CHECKS.map((name) => find(registrations, "BootCheck", name).inputs.launch)).toEqual([
    launch,
    launch,
  ]);
  const objects = find(registrations, "Record", NAME).inputs.objects as {
    kind: string;
    region: string;
    boot?: object;
  }[];
  for (const { kind, region, boot } of objects)
    expect([kind, region, boot]).toEqual([
      kind,
      region,
      kind === "image" && region === "eu-central-1" ? BOOT : undefined,
    ]);
});

test("withdrawing waits for no instance", async () => {
  const registrations = await released("withdrawn", {});
  for (const { dependencies } of registrations.filter(({ kind }) => kind === "ImageSharing"))
    expect(dependencies.filter((dependency) => dependency.startsWith("BootCheck"))).toEqual([]);
});

test("a stack that asks for nothing launches nothing", async () => {
  const registrations = await released("published", undefined);
  expect(namesOf(registrations, "BootCheck")).toEqual([]);
  expect(find(registrations, "Preflight", NAME).inputs).not.toHaveProperty("launches");
  const objects = find(registrations, "Record", NAME).inputs.objects as object[];
  for (const object of objects) expect(object).not.toHaveProperty("boot");
});

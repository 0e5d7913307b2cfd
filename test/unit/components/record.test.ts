import { openClouds } from "../../../components/open";
import { planStack } from "../../../components/plan";
import { askForKey, recordingOf } from "../../../components/record";
import { Release } from "../../../components/release";
import type { ReleaseState } from "../../../config/release";
import { build, stackOf } from "./builds";
import { find, namesOf, registrationsOf } from "./registrations";

const NAME = "demo-20261120.0";
const CLOUDS = {
  aws: {
    homeRegion: "eu-central-1",
    regions: { "eu-central-1": {}, "us-east-1": {} },
    sharing: { public: true },
  },
  gcp: { project: "demo-project", bucket: { name: "demo-bucket" }, sharing: { public: true } },
  azure: {
    resourceGroup: { name: "demo" },
    location: "westeurope",
    gallery: { name: "demo" },
    regions: { westeurope: {}, eastus: {} },
  },
};

async function released(record: object | undefined, state: ReleaseState = "published") {
  const dates = { deprecateOn: "2027-11-20T00:00:00Z" };
  const one = build({ state, ...dates }, ["x86_64", "arm64"]);
  const config = stackOf({ ...CLOUDS, ...(record && { record }) }, [one]);
  const { registrations } = await registrationsOf(() => {
    const recording = recordingOf(config);
    const first = recording ? [askForKey("demo", recording, [one])] : [];
    const clouds = openClouds(planStack(config, { stack: "test", builds: [one] }), {
      after: first,
      closings: new Map(),
    });
    new Release(NAME, { ...one, product: config.product, clouds, recording }, { dependsOn: first });
    for (const cloud of clouds) cloud.finish?.();
    return { outputs: undefined };
  });
  return registrations;
}

/** Resources that give access to anyone but the owner. */
const OPENING = ["ImageSharing", "ImageMember", "ImageFamily", "VersionPublication"];

test("a release is recorded when every cloud has verified what it has, and opened by none of them before", async () => {
  const registrations = await released({});
  const verifications = registrations.filter(
    ({ kind, type }) => kind === "Verification" && !type.includes("azure"),
  );
  expect(verifications).toHaveLength(4 + 2);
  const { dependencies, inputs } = find(registrations, "Record", NAME);
  for (const { name } of verifications) expect(dependencies).toContain(`Verification ${name}`);
  expect(dependencies).toContain(`Verification ${NAME}-x86_64`);
  expect((inputs.objects as object[]).length).toBe(4 * 2 + 2 + 2);

  const opened = registrations.filter(({ kind }) => OPENING.includes(kind));
  expect(new Set(opened.map(({ kind }) => kind))).toEqual(new Set(OPENING));
  for (const { kind, name, dependencies: found } of opened) {
    expect([`${kind} ${name}`, found]).toEqual([
      `${kind} ${name}`,
      expect.arrayContaining([`Record ${NAME}`]),
    ]);
  }
});

test("every object is recorded with its owner, place, level of proof and names", async () => {
  const { objects } = find(await released({}), "Record", NAME).inputs as { objects: object[] };
  expect(objects).toContainEqual(
    expect.objectContaining({
      cloud: "aws",
      region: "us-east-1",
      kind: "image",
      id: `${NAME}-x86_64-us-east-1-id`,
      name: "demo-x86_64-20261120.0",
      architecture: "x86_64",
      proof: "bytes",
    }),
  );
  expect(objects).toContainEqual(
    expect.objectContaining({ cloud: "gcp", account: "demo-project", region: "all", proof: "source" }),
  );
  expect(objects).toContainEqual(
    expect.objectContaining({
      cloud: "azure",
      region: "westeurope",
      kind: "image",
      name: "demo-arm64/0.20261120.0",
    }),
  );
});

test("withdrawing changes no record and waits for none", async () => {
  const registrations = await released({}, "withdrawn");
  expect(find(registrations, "Record", NAME).ignoreChanges).toEqual(["objects"]);
  const waiting = registrations.filter(({ dependencies }) => dependencies.includes(`Record ${NAME}`));
  expect(waiting.map(({ kind }) => kind)).toEqual([]);
});

test("without imprimatur:record there is none, and no key is asked for", async () => {
  const registrations = await released(undefined);
  expect(namesOf(registrations, "Record")).toEqual([]);
  expect(namesOf(registrations, "SigningKey")).toEqual([]);
});

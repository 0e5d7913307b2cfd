import { openClouds } from "../../../components/open";
import { planStack } from "../../../components/plan";
import type { StackConfig } from "../../../config/stack";
import { build, stackOf } from "./builds";
import { registrationsOf } from "./registrations";

// A cloud's component imports its SDK, and its provider asks for credentials.
jest.mock("../../../components/gcp/cloud", () => {
  throw new Error("Google Cloud was loaded");
});
jest.mock("../../../components/azure/cloud", () => {
  throw new Error("Azure was loaded");
});

const one = build();
const open = (config: StackConfig) =>
  openClouds(planStack(config, { stack: "test", builds: [one] }), { after: [], closings: new Map() }).map(
    ({ cloud }) => cloud,
  );

test("a cloud that the config leaves out is not even loaded", async () => {
  const config = stackOf({ aws: { homeRegion: "eu-central-1", regions: { "eu-central-1": {} } } }, [one]);
  const { outputs, registrations } = await registrationsOf(() => ({ outputs: open(config) }));
  expect(outputs).toEqual(["aws"]);
  expect(registrations.map(({ type }) => type)).toEqual(["pulumi:providers:aws"]);
});

test("a cloud that the config names is loaded", () => {
  const config = stackOf({ gcp: { project: "demo-project", bucket: { name: "demo-bucket" } } }, [one]);
  expect(() => open(config)).toThrow("Google Cloud was loaded");
});

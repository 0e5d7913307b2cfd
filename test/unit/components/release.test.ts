import { openClouds } from "../../../components/open";
import { planStack } from "../../../components/plan";
import { Release } from "../../../components/release";
import { build, stackOf } from "./builds";
import { registrationsOf } from "./registrations";

const GCP = { project: "demo-project", bucket: { name: "demo-bucket" } };
const AWS = { homeRegion: "eu-central-1", regions: { "eu-central-1": {} } };

async function released(clouds: Record<string, unknown>) {
  const one = build();
  const config = stackOf(clouds, [one]);
  return registrationsOf(() => {
    const open = openClouds(planStack(config, { stack: "test", builds: [one] }), {
      after: [],
      closings: new Map(),
    });
    const release = new Release("demo-20261120.0", { ...one, product: config.product, clouds: open });
    for (const cloud of open) cloud.finish?.();
    return { outputs: release.published };
  });
}

test("a release shows product, version, state, digests, and each cloud's ids under the cloud's name", async () => {
  const { outputs } = await released({ aws: AWS, gcp: GCP });
  expect(outputs).toEqual({
    product: "demo",
    release: "20261120.0",
    state: "published",
    digests: { x86_64: `sha256:${"a".repeat(64)}` },
    aws: { x86_64: { "eu-central-1": "demo-20261120.0-x86_64-eu-central-1-id" } },
    snapshots: { x86_64: { "eu-central-1": "demo-20261120.0-x86_64-eu-central-1-id" } },
    gcp: { x86_64: "demo-20261120.0-x86_64-id" },
    proof: { aws: { x86_64: { "eu-central-1": "bytes" } }, gcp: { x86_64: "source" } },
  });
});

import { auditStack } from "../../../audit/audit";
import { CLOUD_AUDITS, cloudsOf } from "../../../audit/clouds";
import { Deployment } from "../../../audit/deployment";
import { placesOf } from "../../../audit/sight/ask";
import { findLeftovers, searchPlacesOf } from "../../../audit/sweep/sweep";
import { CLOUDS } from "../../../facts/clouds";
import { exportOf, releaseResources, state } from "./exported";

const { signal } = new AbortController();
const deploymentOf = (...resources: object[]) =>
  Deployment.parse(exportOf([...releaseResources("1", "published", {}), ...resources]));

afterEach(() => jest.restoreAllMocks());

/** Clouds whose clients are loaded. */
function watchLoads(): string[] {
  const loaded: string[] = [];
  for (const cloud of CLOUDS) {
    const audit = async () => undefined;
    const queries = { audit, places: () => [], sweep: async () => [], remnants: {} };
    jest.spyOn(CLOUD_AUDITS[cloud], "load").mockImplementation(() => (loaded.push(cloud), queries));
  }
  return loaded;
}

test("a cloud that the stack has nothing on is neither asked nor loaded", async () => {
  const loaded = watchLoads();
  const deployment = deploymentOf(
    state("azure-native:compute:Gallery", "gallery", "/subscriptions/s/galleries/g", {}),
    state("pulumi:providers:aws", "default", "id", {}),
  );
  const result = await auditStack(deployment, { signal });
  placesOf(deployment, "1", {});
  await findLeftovers({
    deployment,
    owner: { stack: "dev", product: "demo" },
    places: {},
    options: {},
    signal,
  });
  expect(loaded).toEqual(["azure", "azure", "azure"]);
  expect(Object.keys(result.looked)).toEqual(CLOUDS);
});

test("a sweep looks on the clouds of the stack file too, of which the state may know nothing", async () => {
  const loaded = watchLoads();
  const deployment = Deployment.parse(exportOf([]));
  const places = await searchPlacesOf({
    aws: { homeRegion: "eu-central-1", regions: { "us-east-1": {} } } as never,
    gcp: { project: "p", bucket: { name: "archives" } } as never,
  });
  expect(places).toEqual({
    aws: { regions: ["eu-central-1", "us-east-1"] },
    gcp: { projects: ["p"], buckets: ["archives"] },
  });
  await findLeftovers({ deployment, owner: { stack: "dev", product: "demo" }, places, options: {}, signal });
  expect(loaded).toEqual(["aws", "gcp"]);
});

test("a cloud on which a creation was interrupted is asked", () => {
  const resource = {
    urn: "urn:pulumi:dev::i::imprimatur:gcp:ImageArchive::a",
    type: "imprimatur:gcp:ImageArchive",
  };
  const pending_operations = [{ type: "creating", resource }];
  const text = JSON.stringify({ version: 3, deployment: { resources: [], pending_operations } });
  expect(cloudsOf(Deployment.parse(text))).toEqual(["gcp"]);
});

test.each(CLOUDS)("what an interrupted creation may leave on %s can be looked for", (cloud) => {
  const { remnants, load } = CLOUD_AUDITS[cloud];
  expect(Object.keys(load().remnants).sort()).toEqual([...remnants].sort());
});

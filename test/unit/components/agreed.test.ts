import { openClouds } from "../../../components/open";
import { planStack } from "../../../components/plan";
import { Release } from "../../../components/release";
import type { Ledger } from "../../../config/ledger";
import { Lifecycle } from "../../../resources/lifecycle";
import { build, stackOf } from "./builds";
import { find, registrationsOf } from "./registrations";

const NAME = "demo-20261120.0-x86_64";
const community = {
  ...{ publicNamePrefix: "demonstration", publisherUri: "https://demo.example" },
  ...{ eula: "https://demo.example/eula", publisherContact: "images@demo.example" },
};

/** A program whose guard last agreed to `releases`. */
async function program(releases: Ledger) {
  const one = build();
  const config = stackOf(
    {
      aws: { homeRegion: "eu-central-1", regions: { "eu-central-1": {} }, sharing: { public: true } },
      gcp: { project: "demo-project", bucket: { name: "demo-bucket" }, sharing: { public: true } },
      azure: {
        ...{ resourceGroup: { name: "demo" }, location: "westeurope" },
        ...{ gallery: { name: "demo", sharing: { community } }, regions: { westeurope: {}, eastus: {} } },
      },
    },
    [one],
  );
  const { registrations } = await registrationsOf(() => {
    const guard = new Lifecycle("demo", { releases, allow: [], have: { images: {} }, closings: {} });
    const plan = planStack(config, { stack: "test", builds: [one] });
    const clouds = openClouds(plan, { after: [guard], closings: new Map(), guard });
    new Release("demo-20261120.0", { ...one, product: config.product, clouds });
    for (const cloud of clouds) cloud.finish?.();
    return { outputs: {} };
  });
  return registrations;
}

test("what gives is told who may have it by what the guard agreed to last, which --target leaves as it was", async () => {
  const everyone = ["public"];
  const audience = {
    aws: { "eu-central-1": everyone },
    gcp: { global: everyone },
    azure: { westeurope: everyone, eastus: everyone },
  };
  const entry = { state: "published", protected: true, digests: {}, audience } as const;
  const registrations = await program({ "20261120.0": entry });
  const agreed = (kind: string, name: string) => find(registrations, kind, name).inputs.agreed;
  expect(agreed("ImageSharing", `${NAME}-eu-central-1`)).toEqual(everyone);
  expect(agreed("ImageMember", `${NAME}-public`)).toEqual(everyone);
  expect(agreed("GallerySharing", "demo-gallery")).toEqual(everyone);
  expect(agreed("VersionPublication", NAME)).toEqual(["eastus", "westeurope"]);
});

import { expectedOfAws } from "../../../audit/aws/expectations";
import { expectedOfAzure } from "../../../audit/azure/expectations";
import { Deployment } from "../../../audit/deployment";
import { expectedOfGcp } from "../../../audit/gcp/expectations";
import { exportOf, state } from "./exported";

const DEFINITION = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/gal/images/Demo";

/**
 * A refresh writes the cloud's values into the inputs of a resource, and an `up` keeps those that it does not compare
 * (`ignoreChanges`): for such properties the expected values are those that the stack wants.
 */
const refreshed = (entry: object) =>
  Deployment.parse(
    exportOf([
      state("imprimatur:index:Lifecycle", "demo", "demo", {
        releases: { "1.0": { state: "published", protected: false, digests: {}, audience: {}, ...entry } },
        allow: [],
      }),
      state("imprimatur:component:Release", "demo-1.0", "", {}, undefined, { published: { release: "1.0" } }),
      state("gcp:compute/image:Image", "demo-1.0-x86_64", "i", { name: "i", description: "found" }, "1.0"),
      state(
        "imprimatur:gcp:Arm64Image",
        "demo-1.0-arm64",
        "j",
        { imageName: "j", description: "found" },
        "1.0",
      ),
      state(
        "aws:ec2/ami:Ami",
        "demo-1.0-x86_64-r",
        "ami-1",
        { deprecationTime: "2030-01-01T00:00:00Z" },
        "1.0",
      ),
      state("azure-native:compute:GalleryImage", "demo-x86_64", DEFINITION, {
        features: [{ name: "SecurityType", value: "TrustedLaunch" }],
      }),
    ]),
  );

const MADE = {
  made: {
    gcp: { x86_64: { description: "wanted" }, arm64: { description: "wanted on arm" } },
    azure: { x86_64: { definition: "demo" } },
  },
  fixed: {
    azure: {
      x86_64: { publisher: "p", SecurityType: "Standard", "storageAccountType in eastus": "Standard_LRS" },
    },
  },
};

test.each([
  {
    what: "by the ledger",
    entry: { ...MADE, deprecateOn: "2028-01-01T00:00:00Z" },
    want: {
      descriptions: ["wanted", "wanted on arm"],
      date: "2028-01-01T00:00:00Z",
      features: [{ name: "SecurityType", value: "Standard" }],
    },
  },
  {
    what: "by the ledger, which names no date",
    entry: MADE,
    want: {
      descriptions: ["wanted", "wanted on arm"],
      date: undefined,
      features: [{ name: "SecurityType", value: "Standard" }],
    },
  },
  {
    what: "by the resource, where the ledger is of version 0.1",
    entry: {},
    want: {
      descriptions: ["found", "found"],
      date: undefined,
      features: [{ name: "SecurityType", value: "TrustedLaunch" }],
    },
  },
])("what the engine does not compare is expected $what", ({ entry, want }) => {
  const deployment = refreshed(entry);
  expect({
    descriptions: expectedOfGcp(deployment).map(({ description }) => description),
    date: expectedOfAws(deployment).images[0]?.deprecationTime,
    features: expectedOfAzure(deployment).definitions[0]?.fields.features,
  }).toEqual(want);
});

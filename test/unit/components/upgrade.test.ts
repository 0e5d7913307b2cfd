import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { resourcesIn } from "../../../components/access";
import { ledgerOf } from "../../../components/lifecycle";
import { planStack } from "../../../components/plan";
import { currentAccessIn } from "../../../config/access";
import { forbiddenTransitions } from "../../../config/transitions";
import type { Ledger } from "../../../config/ledger";
import { changesBetween, isGuarded } from "../../../config/lifecycle";
import { CLOUD_CONFIGS } from "../../../config/clouds";
import { assembleStack } from "../../../stacks/load";

const FIXTURE = join(__dirname, "../../fixtures/state-0.1.0");
const text = (path: string) => readFileSync(join(FIXTURE, path), "utf8");

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly outputs?: Record<string, unknown>;
}
const { resources } = (JSON.parse(text("state.json")) as { deployment: { resources: Resource[] } })
  .deployment;
const outputs = Object.fromEntries(
  resources.map(({ urn, type, outputs: values = {} }) => [urn, { type, outputs: values }]),
);
const have = currentAccessIn(resourcesIn({ outputs }), CLOUD_CONFIGS);
const old = resources.find(({ type }) => type === "imprimatur:index:Lifecycle")?.outputs?.releases as Ledger;

type Values = Record<string, Record<string, unknown>>;

/** The ledger of the stack file after a change, with the same image files. */
function wanted(change: (values: Values) => void): Ledger {
  const { config } = parse(text("Pulumi.upgrade.yaml")) as { config: Values };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("imprimatur:", ""), value]),
  );
  change(values);
  const { stack, ...problems } = assembleStack(values, (path) => {
    const file = path.replace(/^.*images\/upgrade\//, "images/");
    return existsSync(join(FIXTURE, file)) ? text(file) : undefined;
  });
  if (stack === undefined) throw new Error(JSON.stringify(problems));
  return ledgerOf(planStack(stack.config, { stack: "upgrade", builds: stack.builds }));
}

test("what a stack of version 0.1 wants is what its images were made with", () => {
  const now = wanted(() => undefined);
  expect(forbiddenTransitions(old, now, have)).toEqual([]);
  expect(changesBetween(old, now, have).filter(isGuarded)).toEqual([]);
  const names = (made: object | undefined = {}) =>
    Object.entries(made as Record<string, Record<string, object>>).map(([cloud, values]) => [
      cloud,
      // AWS reports these two even where they are not set.
      Object.keys(values.x86_64 ?? {})
        .filter((name) => !["tpmSupport", "imdsSupport"].includes(name))
        .sort(),
    ]);
  expect(names(have.made?.["20261115.0"])).toEqual(names(now["20261115.0"]?.made));
});

test.each<{ cloud: string; change: object; says: string | undefined }>([
  {
    cloud: "gcp",
    change: { image: { nameTemplate: "x-{product}-{version}" } },
    says: "name upgrade-x86-64-20261101-0 becomes x-upgrade-20261101-0 on gcp",
  },
  { cloud: "gcp", change: { image: { description: "x" } }, says: "description upgrade generic" },
  { cloud: "gcp", change: { image: { storageLocations: ["us"] } }, says: "storageLocations" },
  {
    cloud: "gcp",
    change: { image: { guestOsFeatures: { x86_64: ["UEFI_COMPATIBLE", "SEV_CAPABLE"] } } },
    says: "guestOsFeatures",
  },
  {
    cloud: "gcp",
    change: { image: { guestOsFeatures: { x86_64: ["UEFI_COMPATIBLE"] } } },
    says: "guestOsFeatures UEFI_COMPATIBLE, VIRTIO_SCSI_MULTIQUEUE, GVNIC becomes UEFI_COMPATIBLE on gcp",
  },
  {
    cloud: "gcp",
    change: {
      image: { guestOsFeatures: { x86_64: ["GVNIC", "VIRTIO_SCSI_MULTIQUEUE", "UEFI_COMPATIBLE"] } },
    },
    says: undefined,
  },
  {
    cloud: "gcp",
    change: { bucket: { name: "other" } },
    says: "bucket upgrade-archives becomes other on gcp",
  },
  {
    cloud: "gcp",
    change: { project: "other-project" },
    says: "project rehearsal-publisher becomes other-project on gcp",
  },
  {
    cloud: "aws",
    change: { image: { bootMode: "uefi-preferred" } },
    says: "bootMode uefi becomes uefi-preferred on aws",
  },
  { cloud: "aws", change: { image: { volumeType: "gp2" } }, says: "volumeType gp3 becomes gp2 on aws" },
  {
    cloud: "aws",
    change: { image: { imdsSupport: "optional" } },
    says: "imdsSupport v2.0 becomes (none) on aws",
  },
  { cloud: "aws", change: { image: { tpmSupport: "v2.0" } }, says: "tpmSupport (none) becomes v2.0 on aws" },
  { cloud: "aws", change: { image: { enaSupport: false } }, says: "enaSupport true becomes false on aws" },
  {
    cloud: "aws",
    change: { image: { rootDeviceName: "/dev/sda1" } },
    says: "rootDeviceName /dev/xvda becomes /dev/sda1 on aws",
  },
  {
    cloud: "aws",
    change: { homeRegion: "us-east-1" },
    says: "homeRegion eu-central-1 becomes us-east-1 on aws",
  },
  { cloud: "azure", change: { gallery: { name: "other" } }, says: "gallery upgrade becomes other on azure" },
  {
    cloud: "azure",
    change: { resourceGroup: { name: "other" } },
    says: "resourceGroup upgrade becomes other on azure",
  },
  { cloud: "azure", change: { location: "eastus" }, says: "location westeurope becomes eastus on azure" },
  {
    cloud: "azure",
    change: { definition: { nameTemplate: "y-{architecture}" } },
    says: "definition upgrade-x86_64 becomes y-x86_64 on azure",
  },
])(
  "a change of what images of version 0.1 were made with is refused until one up was without it: $cloud, $says",
  ({ cloud, change, says }) => {
    const now = wanted((values) => Object.assign(values[cloud] as object, change));
    const jumps = forbiddenTransitions(old, now, have).filter(({ message }) =>
      message.includes("made by an older version"),
    );
    if (says === undefined) expect(jumps).toEqual([]);
    else expect(jumps.map(({ message }) => message).join("\n")).toContain(says);
  },
);

test("a feature that Google added to an image of version 0.1 is no change of it", () => {
  const added = structuredClone(outputs);
  for (const { type, outputs: values } of Object.values(added))
    if (type === "gcp:compute/image:Image")
      values.guestOsFeatures = [...(values.guestOsFeatures as object[]), { type: "IDPF" }];
  const found = currentAccessIn(resourcesIn({ outputs: added }), CLOUD_CONFIGS);
  const now = wanted(() => undefined);
  expect(forbiddenTransitions(old, now, found)).toEqual([]);
});

test.each<{ change: object; says: string }>([
  {
    change: { definition: { hibernation: true } },
    says: "IsHibernateSupported from False to True on azure",
  },
  {
    change: { definition: { securityType: "Standard" } },
    says: "SecurityType from TrustedLaunchSupported to Standard on azure",
  },
  { change: { definition: { offer: "other" } }, says: "offer from upgrade to other on azure" },
  {
    change: { regions: { westeurope: {}, eastus: { replicas: 2, storageAccountType: "Premium_LRS" } } },
    says: "storageAccountType in eastus from Standard_LRS to Premium_LRS on azure",
  },
])("what Azure never changes is refused in the first up after version 0.1 too: $says", ({ change, says }) => {
  const now = wanted((values) => Object.assign(values.azure as object, change));
  const jumps = forbiddenTransitions(old, now, have).map(({ message }) => message);
  expect(jumps.join("\n")).toContain(says);
});

import { planRelease as planAws } from "../../../components/aws/plan";
import { planPointers } from "../../../components/aws/pointers";
import { planDefinitions, planRelease as planAzure } from "../../../components/azure/plan";
import { planRelease as planGcp } from "../../../components/gcp/plan";
import { replacementFor } from "../../../components/images";
import { goodValues } from "../config/stack-values";
import { build, stackOf } from "./builds";

const PRODUCT = {
  ...{ name: "demo", publisher: "Imprimatur", provenance: "official" },
  variants: { refresh: { description: "kernel from backports" } },
};
const both = ["x86_64", "arm64"] as ("x86_64" | "arm64")[];
const GENERIC = build({ version: "20261120.0" }, both);
const REFRESH = build({ version: "20261120.0-refresh", variant: "refresh" }, both);
const builds = [REFRESH, GENERIC];
const { aws, gcp, azure } = goodValues();
const pointers = ["/images/{productVariant}/{architecture}/latest"];
const stack = stackOf({ product: PRODUCT, gcp, azure, aws: { ...(aws as object), pointers } }, builds);
const args = { product: stack.product, stack: "test", builds };

test("a variant has names, a family and a definition of its own; the product's own are as without variants", () => {
  const google = builds.map((each) => planGcp({ ...args, config: stack.gcp! }, each));
  expect(google.map(({ name, images: [image] }) => [name, image!.image.name, image!.family])).toEqual([
    ["demo-20261120.0-refresh", "demo-x86-64-20261120-0-refresh", "demo-refresh-x86-64"],
    ["demo-20261120.0", "demo-x86-64-20261120-0", "demo-x86-64"],
  ]);
  const gallery = builds.map((each) => planAzure({ ...args, config: stack.azure! }, each));
  expect(
    gallery.map(({ images }) => images.map(({ definition, version }) => [definition, version?.name])),
  ).toEqual([
    [
      ["demo-refresh-x86_64", "0.20261120.0"],
      ["demo-refresh-arm64", "0.20261120.0"],
    ],
    [
      ["demo-x86_64", "0.20261120.0"],
      ["demo-arm64", "0.20261120.0"],
    ],
  ]);
  const skus = planDefinitions({ ...args, config: stack.azure! }).map(({ identifier }) => identifier.sku);
  expect(skus).toEqual(["refresh-x86_64", "refresh-arm64", "generic-x86_64", "generic-arm64"]);
  const names = planPointers({ ...args, config: stack.aws! }).map(
    ({ name, version }) => `${name} ${version}`,
  );
  expect([...new Set(names)].sort()).toEqual([
    "/images/demo-refresh/arm64/latest 20261120.0-refresh",
    "/images/demo-refresh/x86_64/latest 20261120.0-refresh",
    "/images/demo/arm64/latest 20261120.0",
    "/images/demo/x86_64/latest 20261120.0",
  ]);
});

test("descriptions say what is in a variant, and of the product's own what they always said", () => {
  const [refresh, generic] = builds.map((each) => planAws({ ...args, config: stack.aws! }, each).images[0]!);
  expect(refresh!.ami.description).toBe(
    "demo refresh 20261120.0-refresh (x86_64), official image by Imprimatur: kernel from backports",
  );
  expect(generic!.ami.description).toBe("demo generic 20261120.0 (x86_64), official image by Imprimatur");
});

test("a release is replaced by the newest of its own variant", () => {
  const old = build({ version: "20261020.0", state: "deprecated" });
  expect(replacementFor([...builds, old], old.release, "x86_64")?.version).toBe("20261120.0");
  const other = build({ version: "20261020.0-refresh", variant: "refresh", state: "deprecated" });
  expect(replacementFor([...builds, other], other.release, "arm64")?.version).toBe("20261120.0-refresh");
  expect(replacementFor([GENERIC, other], other.release, "arm64")).toBeUndefined();
});

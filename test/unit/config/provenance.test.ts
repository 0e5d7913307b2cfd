import { parseStackConfig } from "../../../config/parse";
import { formatPath } from "../../../config/problem";
import { protectedName } from "../../../config/provenance";
import { goodValues } from "./stack-values";

test.each([
  ["Debian 13", "debian"],
  ["Ubuntu", "ubuntu"],
  ["Red Hat Enterprise Linux 9", "red-hat"],
  ["SUSE", "suse"],
])("of %s the name %s is protected", (basedOn, name) => {
  expect(protectedName(basedOn)).toBe(name);
});

/** Where names are refused of a product that is based on Debian 13, or official. */
function refused(change: { product?: object; aws?: object; gcp?: object; azure?: object }): string[] {
  const good = goodValues() as Record<string, object>;
  const values: Record<string, object> = { ...good };
  const product = { name: "mine", publisher: "Me", provenance: { basedOn: "Debian 13" } };
  for (const [key, more] of Object.entries({ ...change, product: { ...product, ...change.product } })) {
    values[key] = { ...(key === "product" ? {} : good[key]), ...more };
  }
  return (parseStackConfig(values).problems ?? []).map(({ path }) => formatPath(path));
}

test.each<[string, Parameters<typeof refused>[0], string]>([
  ["the name itself", { product: { name: "debian" } }, "imprimatur:product.name"],
  ["a name that begins with it", { product: { name: "debian-tuned" } }, "imprimatur:product.name"],
  ["one with a number after it", { product: { name: "debian13" } }, "imprimatur:product.name"],
  ["the publisher", { product: { publisher: "Debian-Cloud" } }, "imprimatur:product.publisher"],
  ["the variant", { product: { variant: "debian" } }, "imprimatur:product.variant"],
  [
    "AMI names",
    { aws: { image: { nameTemplate: "debian-{product}-{version}-{architecture}" } } },
    "imprimatur:aws.image.nameTemplate",
  ],
  ["a family of Google's", { gcp: { family: "debian-13-{architecture}" } }, "imprimatur:gcp.family"],
  ["a gallery", { azure: { gallery: { name: "Debian_13" } } }, "imprimatur:azure.gallery.name"],
  ["an offer", { azure: { definition: { offer: "debian-13" } } }, "imprimatur:azure.definition.offer"],
])("%s of a product based on Debian is refused", (_what, change, path) => {
  expect(refused(change)).toEqual([path]);
});

test.each<[string, Parameters<typeof refused>[0]]>([
  ["the maker of a system", { product: { name: "debian-13", publisher: "Debian", provenance: "official" } }],
  ["a name of its own", {}],
  ["one that tells afterwards what it is made from", { product: { name: "mine-on-debian-13" } }],
  ["another word with the same beginning", { product: { name: "debianish" } }],
])("%s is accepted", (_what, change) => {
  expect(refused(change)).toEqual([]);
});

test("what is to be done is said with the name", () => {
  const values = {
    ...goodValues(),
    product: { name: "debian", publisher: "Me", provenance: { basedOn: "Debian 13" } },
  };
  expect(parseStackConfig(values).problems).toEqual([
    {
      path: ["product", "name"],
      needs: "a name that does not begin with debian: the product is based on Debian 13, and is not it",
      given: "debian",
      cure: "Begin with your own name; debian may come after it",
    },
  ]);
});

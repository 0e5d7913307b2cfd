import { parseStackConfig } from "../../../config/parse";
import { formatPath } from "../../../config/problem";
import { protectedNames } from "../../../config/protected-names";
import { goodValues } from "./stack-values";

test.each([
  ["Debian 13", ["debian"]],
  ["GNU/Debian", ["debian"]],
  ["The Debian 13", ["debian"]],
  ["13 Debian", ["debian"]],
  ["based on Debian", ["debian"]],
  ["D\u00e9bian 13", ["debian"]],
  ["Debian trixie", ["debian", "trixie"]],
  ["Ubuntu 24.04 LTS", ["ubuntu"]],
  ["Red Hat Enterprise Linux 9", ["red-hat"]],
  ["AlmaLinux 9", ["almalinux", "alma"]],
  ["Amazon Linux 2023", ["amazon"]],
  ["SUSE", ["suse"]],
  ["{x} 13", ["x"]],
  ["Linux 13", []],
])("of %s the names %j are protected", (basedOn, names) => {
  expect(protectedNames(basedOn)).toEqual(names);
});

/** Paths of names that are refused for a product that is based on Debian 13, or official. */
function refused(change: { product?: object; aws?: object; gcp?: object; azure?: object }): string[] {
  const good = goodValues() as Record<string, object>;
  // By default a description names the publisher, and AWS allows only certain characters in it.
  good.aws = { ...good.aws, image: { description: "An image" } };
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
  ["one with Linux after it", { product: { name: "debianlinux-13" } }, "imprimatur:product.name"],
  ["letters taken apart", { product: { name: "de-bian-13" } }, "imprimatur:product.name"],
  ["a family in two parts", { gcp: { family: "de-bian-tuned-{architecture}" } }, "imprimatur:gcp.family"],
  ["words before it that say nothing", { product: { name: "the-debian-13" } }, "imprimatur:product.name"],
  ["a number before it", { product: { name: "x13", variant: "13-debian" } }, "imprimatur:product.variant"],
  ...[
    ["The Debian Project"],
    ["D.ebian", "punctuation"],
    ["D\u0435bian", "a Cyrillic letter"],
    ["\uff24\uff45\uff42\uff49\uff41\uff4e", "wide letters"],
    ["De\u200bbian", "an invisible letter"],
    ["D\u00e9bian", "an accent"],
    ["Team Debian"],
    ["Acme Debian Project"],
  ].map(([publisher = "", how = ""]): [string, Parameters<typeof refused>[0], string] => [
    `the publisher ${how === "" ? publisher : `with ${how}`}`,
    { product: { publisher }, azure: { definition: { publisher: "me" } } },
    "imprimatur:product.publisher",
  ]),
  [
    "alma-9 of AlmaLinux",
    { product: { name: "alma-9", provenance: { basedOn: "AlmaLinux 9" } } },
    "imprimatur:product.name",
  ],
  [
    "redhat of Red Hat",
    { product: { name: "redhat-9", provenance: { basedOn: "Red Hat Enterprise Linux 9" } } },
    "imprimatur:product.name",
  ],
  ...["GNU/Debian", "The Debian 13", "13 Debian", "based on Debian"].map(
    (basedOn): [string, Parameters<typeof refused>[0], string] => [
      `debian-13 of "${basedOn}"`,
      { product: { name: "debian-13", provenance: { basedOn } } },
      "imprimatur:product.name",
    ],
  ),
  [
    "a Cyrillic letter in what it is based on",
    { product: { provenance: { basedOn: "D\u0435bian 13" } } },
    "imprimatur:product.provenance.basedOn",
  ],
])("%s of a product based on Debian is refused", (_what, change, path) => {
  expect(refused(change)).toEqual([path]);
});

test.each<[string, Parameters<typeof refused>[0]]>([
  ["the maker of a system", { product: { name: "debian-13", publisher: "Debian", provenance: "official" } }],
  ["a name of its own", {}],
  ["one that tells afterwards what it is made from", { product: { name: "mine-on-debian-13" } }],
  ["the same after its own name", { product: { name: "acme-debian-13", publisher: "Acme" } }],
  [
    "a publisher that says whom it works for",
    { product: { publisher: "ImageWorks for Debian users" }, azure: { definition: { publisher: "me" } } },
  ],
  [
    "the same without the users",
    { product: { publisher: "Images for Debian" }, azure: { definition: { publisher: "me" } } },
  ],
  [
    "a publisher in one other alphabet",
    {
      product: { publisher: "\u0411\u0430\u0437\u0430\u043b\u044c\u0442" },
      azure: { definition: { publisher: "me" } },
    },
  ],
  [
    "a common word of the other's name",
    { product: { name: "enterprise-9", provenance: { basedOn: "Red Hat Enterprise Linux 9" } } },
  ],
  [
    "a variant that tells the other's release",
    { product: { variant: "trixie", provenance: { basedOn: "Debian trixie" } } },
  ],
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

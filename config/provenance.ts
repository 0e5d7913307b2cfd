import type { ConfigPath, Problem } from "./problem";
import type { Product } from "./product";
import type { StackConfig } from "./stack";

/** A name must not be taken for a short word that many begin with: "red" of Red Hat. */
const SHORTEST = 4;

/**
 * The name that belongs to the publisher of the product that this one is based on: `debian` of "Debian 13", `red-hat` of
 * "Red Hat Enterprise Linux 9".
 */
export function protectedName(basedOn: string): string {
  const words = slug(basedOn).split("-").filter(Boolean);
  let name = words[0] ?? "";
  for (const word of words.slice(1)) {
    if (name.length >= SHORTEST) break;
    name = `${name}-${word}`;
  }
  return name;
}

/**
 * What would make users take a product that is based on another for that one: its own name, and whatever names its images
 * have in the clouds, must not begin with the other's.
 */
export function provenanceProblems(config: Partial<StackConfig>): Problem[] {
  const { product } = config;
  if (product === undefined || product.provenance === "official") return [];
  const { basedOn } = product.provenance;
  const name = protectedName(basedOn);
  return namesOf(product, config).flatMap(([path, given]): Problem[] =>
    given !== undefined && beginsWith(given, name)
      ? [
          {
            path,
            needs: `a name that does not begin with ${name}: the product is based on ${basedOn}, and is not it`,
            given,
            cure: `Begin with your own name; ${name} may come after it`,
          },
        ]
      : [],
  );
}

/** Placeholders in front of a template are the product's own values, which are looked at themselves. */
function namesOf(
  product: Product,
  { aws, gcp, azure }: Partial<StackConfig>,
): [ConfigPath, string | undefined][] {
  return [
    [["product", "name"], product.name],
    [["product", "variant"], product.variant],
    [["product", "publisher"], product.publisher],
    [["aws", "image", "nameTemplate"], aws?.image.nameTemplate],
    [["gcp", "image", "nameTemplate"], gcp?.image.nameTemplate],
    [["gcp", "family"], gcp?.family],
    [["azure", "gallery", "name"], azure?.gallery.name],
    [
      ["azure", "gallery", "sharing", "community", "publicNamePrefix"],
      azure?.gallery.sharing.community?.publicNamePrefix,
    ],
    [["azure", "definition", "nameTemplate"], azure?.definition.nameTemplate],
    [["azure", "definition", "publisher"], azure?.definition.publisher],
    [["azure", "definition", "offer"], azure?.definition.offer],
  ];
}

/** Digits may follow: `debian13`. Letters make another word of it: `debianish`. */
function beginsWith(text: string, name: string): boolean {
  const given = slug(text);
  return name !== "" && given.startsWith(name) && !/^[a-z]/.test(given.slice(name.length));
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}{}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
}

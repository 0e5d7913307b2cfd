import { CLOUD_CONFIGS } from "./clouds";
import { onEachSection } from "./sections";
import type { ConfigPath, Problem } from "./problem";
import type { Product } from "./product";
import { beginsWith, endsWith, mixesScripts, protectedNames } from "./protected-names";
import type { StackConfig } from "./stack";

/**
 * Names by which users could mistake a derived product for its base: neither its name nor the names of its images in
 * the clouds may begin with the base's; its publisher's name must not end with it; none may imitate it with letters
 * of another script.
 */
export function provenanceProblems(config: Partial<StackConfig>): Problem[] {
  const { product } = config;
  if (product === undefined || product.provenance === "official") return [];
  const { basedOn } = product.provenance;
  const names = protectedNames(basedOn);
  const scripts = [
    [["product", "provenance", "basedOn"], basedOn] as const,
    ...namesOf(product, config),
  ].flatMap(([path, given]): Problem[] =>
    given !== undefined && mixesScripts(given)
      ? [
          {
            path,
            needs:
              "letters of one alphabet in each word: a Cyrillic or Greek one among Latin ones is read as another",
            given,
            cure: "Type the name again on one keyboard layout",
          },
        ]
      : [],
  );
  const taken = namesOf(product, config).flatMap(([path, given]): Problem[] => {
    if (given === undefined) return [];
    const whose = `the product is based on ${basedOn}, and is not it`;
    // A variant follows the product's own name and may name a release of the base: `trixie`.
    const barred = path[1] === "variant" || path[1] === "variants" ? names.slice(0, 1) : names;
    const begun = barred.find((name) => beginsWith(given, name));
    if (begun !== undefined) {
      const cure = `Begin with your own name; ${begun} may come after it`;
      return [{ path, needs: `a name that does not begin with ${begun}: ${whose}`, given, cure }];
    }
    const ended = isPublisher(path) ? names.find((name) => endsWith(given, name)) : undefined;
    if (ended === undefined) return [];
    const cure = `Give your own name alone, or say whom you work for: "… for ${ended}"`;
    return [{ path, needs: `a publisher that is not called ${ended} at its end: ${whose}`, given, cure }];
  });
  return [...scripts, ...taken];
}

function isPublisher(path: ConfigPath): boolean {
  return path.at(-1) === "publisher";
}

/** Leading placeholders of a template are the product's own values, which are checked themselves. */
function namesOf(product: Product, config: Partial<StackConfig>): [ConfigPath, string | undefined][] {
  return [
    [["product", "name"], product.name],
    [["product", "variant"], product.variant],
    ...Object.keys(product.variants).map((name): [ConfigPath, string] => [
      ["product", "variants", name],
      name,
    ]),
    [["product", "publisher"], product.publisher],
    ...onEachSection(config, (cloud, section) =>
      CLOUD_CONFIGS[cloud]
        .names(section)
        .map(([path, name]): [ConfigPath, string | undefined] => [[cloud, ...path], name]),
    ).flatMap(([, names]) => names),
  ];
}

import type { Problem } from "./problem";
import type { Product } from "./product";
import type { Release, ReleaseLine } from "./release";

/**
 * A product has variants: builds that differ in what is in them, e.g. a newer kernel. That of a release is the
 * product's own unless the release names another. The version of such a release ends with its variant,
 * `20261120.0-refresh`, so that a version means one build everywhere: in names, records, guards and commands.
 */
export function variantOf(product: Pick<Product, "variant">, { variant }: Pick<Release, "variant">): string {
  return variant ?? product.variant;
}

/** The same by the version alone, which ends with any variant but the product's own. */
export function variantByVersion(
  product: { readonly variant: string; readonly variants: Readonly<Record<string, unknown>> },
  version: string,
): string {
  const ends = Object.keys(product.variants).filter(
    (name) => name !== product.variant && version.endsWith(`-${name}`),
  );
  // `-hardened-refresh` ends with `-refresh`, too.
  return ends.sort((a, b) => b.length - a.length)[0] ?? product.variant;
}

/** The version without the variant at its end: `20261120.0` of `20261120.0-refresh`. */
export function plainVersion({ version, variant }: Pick<Release, "version" | "variant">): string {
  return variant !== undefined && version.endsWith(`-${variant}`)
    ? version.slice(0, -variant.length - 1)
    : version;
}

/** `x86_64`, or `x86_64 of refresh`: whose releases replace one another. */
export function seriesOf({
  release: { variant },
  architecture,
}: {
  readonly release: Pick<Release, "variant">;
  readonly architecture: string;
}): string {
  return variant === undefined ? architecture : `${architecture} of ${variant}`;
}

/** The cure where two series share a name. */
export function seriesCure(one: string, other: string): string {
  const architecture = (series: string) => series.split(" ")[0];
  return architecture(one) === architecture(other)
    ? "Put {variant} into the template, or {productVariant} in place of {product}"
    : "Put {architecture} into the template";
}

/** Variants that the product does not declare, and versions that do not tell theirs. */
export function variantProblems(product: Product, lines: readonly ReleaseLine[]): Problem[] {
  const { variant: own, variants } = product;
  const others = Object.keys(variants).filter((name) => name !== own);
  return lines.flatMap(({ release: { variant, version }, index }): Problem[] => {
    const path = ["releases", index, "variant"];
    if (variant === undefined) {
      const meant = others.find((name) => version.endsWith(`-${name}`));
      if (meant === undefined) return [];
      return [{ path, needs: `${meant}, because the version ends with it`, cure: `Add variant: ${meant}` }];
    }
    if (variant === own)
      return [
        {
          path,
          needs: "another variant than the product's own",
          given: variant,
          cure: "Leave it out: a release is of the product's own variant",
        },
      ];
    if (!others.includes(variant))
      return [
        {
          path,
          needs: others.length === 0 ? "a variant that the product declares" : `one of ${others.join(", ")}`,
          given: variant,
          cure: `Add ${variant} to imprimatur:product.variants, with what is in it`,
        },
      ];
    if (version.endsWith(`-${variant}`)) return [];
    return [
      {
        path: ["releases", index, "version"],
        needs: `a version that ends with -${variant}, because it is of that variant`,
        given: version,
        cure: `Write "${version}-${variant}"`,
      },
    ];
  });
}

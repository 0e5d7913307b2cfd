/** Variants of a product: each has a newest release of its own. */
import { DEFAULT_VARIANT } from "../config/product";
import type { Architecture } from "../config/release";
import type { CatalogueProduct, CatalogueRelease, CatalogueVariant } from "./model";
import type { StackFacts } from "./stack-facts";

/**
 * The variants that have releases, the product's own first, then by name.
 *
 * @param releases newest first
 * @param stack absent: the name of the product's own variant and what is in each are not known
 */
export function variantsOf(
  releases: readonly CatalogueRelease[],
  stack: StackFacts | undefined,
): CatalogueVariant[] {
  const others = [...new Set(releases.flatMap(({ variant }) => variant ?? []))].sort();
  const isOwnThere = releases.some(({ variant }) => variant === undefined);
  return [...(isOwnThere ? [undefined] : []), ...others].map((variant) => {
    const name = variant ?? stack?.variant;
    const contents = name === undefined ? undefined : stack?.contents?.[name];
    const current = releases.find((release) => release.variant === variant && isCurrent(release));
    return {
      isOwn: variant === undefined,
      name,
      contents,
      ...(current && { current }),
    };
  });
}

function isCurrent({ state, isOver }: CatalogueRelease): boolean {
  return state === "published" && !isOver;
}

/** The newest published release of a variant that has the architecture. */
export function newestOf(
  { releases }: Pick<CatalogueProduct, "releases">,
  {
    variant: { name, isOwn },
    architecture,
  }: { readonly variant: CatalogueVariant; readonly architecture: Architecture },
): CatalogueRelease | undefined {
  return releases.find(
    (release) =>
      release.variant === (isOwn ? undefined : name) &&
      isCurrent(release) &&
      release.images.some((image) => image.architecture === architecture),
  );
}

/** That of a release. */
export function variantIn(
  { variants }: Pick<CatalogueProduct, "variants">,
  { variant }: Pick<CatalogueRelease, "variant">,
): CatalogueVariant {
  const found = variants.find(({ name, isOwn }) =>
    variant === undefined ? isOwn : !isOwn && name === variant,
  );
  if (found === undefined) throw new Error(`no variant ${variant ?? "of its own"} among the product's`);
  return found;
}

/** Its name; that of the product's own is in the stack file alone. */
export function variantName({ name }: Pick<CatalogueVariant, "name">): string {
  return name ?? "default";
}

/** True if users have to choose one. */
export function hasVariants({ variants }: Pick<CatalogueProduct, "variants">): boolean {
  return variants.length > 1 || variants.some(({ isOwn }) => !isOwn);
}

/** True if there is something to say of its variants. */
export function tellsVariants(product: Pick<CatalogueProduct, "variants">): boolean {
  const isSaid = ({ name = DEFAULT_VARIANT, contents }: CatalogueVariant) =>
    name !== DEFAULT_VARIANT || contents !== undefined;
  return hasVariants(product) || product.variants.some(isSaid);
}

/** `refresh: with the kernel of backports`; absent: there is nothing to say of it. */
export function sayVariant(
  product: Pick<CatalogueProduct, "variants">,
  release: Pick<CatalogueRelease, "variant">,
): string | undefined {
  const variant = variantIn(product, release);
  if (!tellsVariants(product)) return undefined;
  return `${variantName(variant)}${variant.contents === undefined ? "" : `: ${variant.contents}`}`;
}

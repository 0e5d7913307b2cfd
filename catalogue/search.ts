/**
 * Data of the page's search about a product: a script, because a page in a folder of files (`file://`) may load
 * scripts and no JSON. Loaded on the first search, one for each product.
 */
import { type CatalogueProduct, isUsable, sayProvenance } from "./model";
import { releasePath } from "./paths";
import { tellsVariants, variantIn, variantName } from "./variants";

/** The function of assets/catalogue.js that takes it. */
const TAKES = "imprimaturProduct";

interface SearchRelease {
  readonly version: string;
  readonly variant: string;
  /** True if it is the newest of its variant that is published. */
  readonly current: boolean;
  readonly state: string;
  readonly page: string;
  /** True if it may be used. */
  readonly usable: boolean;
  /** By architecture and cloud: each id with its regions. */
  readonly ids: Readonly<
    Record<string, Readonly<Record<string, readonly (readonly [string, readonly string[]])[]>>>
  >;
}

interface SearchProduct {
  readonly product: string;
  /** True if the variant is worth a word. */
  readonly varied: boolean;
  readonly provenance: string;
  readonly official: boolean;
  /** Newest first. */
  readonly releases: readonly SearchRelease[];
}

function searchProduct(product: CatalogueProduct): SearchProduct {
  const { name, provenance } = product;
  return {
    product: name,
    varied: tellsVariants(product),
    provenance: sayProvenance(product),
    official: provenance === "official",
    releases: product.releases.map((release) => ({
      version: release.version,
      variant: variantName(variantIn(product, release)),
      current: variantIn(product, release).current === release,
      state: release.isOver && isUsable(release) ? "support ended" : release.state,
      page: releasePath(name, release.version),
      usable: isUsable(release),
      ids: Object.fromEntries(
        release.images.map(({ architecture, places }) => {
          const byCloud: Record<string, [string, string[]][]> = {};
          for (const { cloud, id, region, availability } of places) {
            if (availability === "gone" && isUsable(release)) continue;
            const ids = (byCloud[cloud] ??= []);
            const known = ids.find(([other]) => other === id);
            if (known) known[1].push(region);
            else ids.push([id, [region]]);
          }
          return [architecture, byCloud];
        }),
      ),
    })),
  };
}

export function searchScript(product: CatalogueProduct): string {
  return `${TAKES}(${JSON.stringify(searchProduct(product))});\n`;
}

/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { PropsWithChildren } from "hono/jsx";
import { CLOUDS } from "../../facts/clouds";
import { ARCHITECTURES } from "../../config/release";
import type { Catalogue, CatalogueProduct } from "../model";
import { HOME, productPath, releasePath, searchPath } from "../paths";
import { renderPage, Time } from "./layout";
import { cloudLabel, count, ProvenanceBadge, StateBadge } from "./parts";
import { tellsVariants, variantName } from "../variants";
import { Trust } from "./trust";

export function homePage(catalogue: Catalogue): string {
  const { products, title } = catalogue;
  const releases = products.reduce((sum, product) => sum + product.releases.length, 0);
  return renderPage({
    catalogue,
    path: HOME,
    title,
    description: `Cloud images of ${products.map(({ name }) => name).join(", ")}, with signed records.`,
    children: (
      <>
        <h1>{title}</h1>
        <p class="lead">
          {count(products.length, "product")}, {count(releases, "release")}. Every id here is in a record that
          its publisher signed.
        </p>
        <Finder products={products} />
        <section id="products" aria-labelledby="products-title">
          <h2 id="products-title">Products</h2>
          <ul class="cards">
            {products.map((product) => (
              <ProductCard product={product} />
            ))}
          </ul>
        </section>
        <Trust catalogue={catalogue} path={HOME} />
      </>
    ),
  });
}

function ProductCard({ product }: { readonly product: CatalogueProduct }) {
  const { name, description, current, variants, releases, provenance } = product;
  const shown = current ?? variants.find(({ current }) => current)?.current ?? releases[0]!;
  const clouds = CLOUDS.filter((cloud) =>
    shown.images.some(({ places }) => places.some((place) => place.cloud === cloud)),
  );
  return (
    <li class={provenance === "official" ? "card" : "card based"}>
      <h3>
        <a href={productPath(name)}>{name}</a>
      </h3>
      <p>
        <ProvenanceBadge of={product} />
      </p>
      {description && (
        <p>
          <bdi>{description}</bdi>
        </p>
      )}
      {tellsVariants(product) && (
        <p>
          {variants.length > 1 ? "Variants" : "Variant"}:{" "}
          {variants.map((variant, index) => (
            <>
              {index > 0 && ", "}
              <span class="variant">{variantName(variant)}</span>
            </>
          ))}
        </p>
      )}
      <p>
        <StateBadge release={shown} />{" "}
        <a class="version" href={releasePath(name, shown.version)}>
          {shown.version}
        </a>
        {shown.signedOn && (
          <>
            {" "}
            of <Time at={shown.signedOn} />
          </>
        )}
      </p>
      <p class="quiet">
        {shown.images.map(({ architecture }) => architecture).join(" and ")} on{" "}
        {clouds.map(cloudLabel).join(", ")}
        {shown.endOfLife && (
          <>
            ; supported until <Time at={shown.endOfLife} />
          </>
        )}
      </p>
    </li>
  );
}

/** Shown by the script, which it needs; the lists below it need none. */
function Finder({ products }: { readonly products: readonly CatalogueProduct[] }) {
  const current = products.flatMap(({ variants }) => variants).find(({ current }) => current)?.current;
  const example = current ? `${current.version}, or the id of an image` : "the id of an image";
  const variants = [...new Set(products.flatMap(({ variants }) => variants.map(variantName)))].sort();
  const regions = CLOUDS.map((cloud) => ({ cloud, names: regionsOf(products, cloud) }));
  return (
    <form id="find" class="find" role="search" aria-label="Images" hidden>
      <h2>Find an image</h2>
      <p class="field text">
        <label for="find-text">Id, version or product</label>
        <input
          id="find-text"
          name="text"
          type="search"
          placeholder={example}
          autocomplete="off"
          spellcheck={false}
        />
      </p>
      <Choice name="product" label="Product">
        {products.map(({ name }) => (
          <option data-file={searchPath(name)}>{name}</option>
        ))}
      </Choice>
      {variants.length > 1 && (
        <Choice name="variant" label="Variant">
          {variants.map((variant) => (
            <option>{variant}</option>
          ))}
        </Choice>
      )}
      <Choice name="architecture" label="Architecture">
        {ARCHITECTURES.map((architecture) => (
          <option>{architecture}</option>
        ))}
      </Choice>
      <Choice name="cloud" label="Cloud">
        {regions
          .filter(({ names }) => names.length > 0)
          .map(({ cloud }) => (
            <option value={cloud}>{cloudLabel(cloud)}</option>
          ))}
      </Choice>
      <Choice name="region" label="Region">
        {regions
          .map(({ cloud, names }) => ({ cloud, names: names.filter((name) => name !== "global") }))
          .filter(({ names }) => names.length > 0)
          .map(({ cloud, names }) => (
            <optgroup label={cloudLabel(cloud)} data-cloud={cloud}>
              {names.map((name) => (
                <option>{name}</option>
              ))}
            </optgroup>
          ))}
      </Choice>
      <p class="field releases">
        <label for="find-releases">Releases</label>
        <select id="find-releases" name="releases">
          <option value="newest">
            {variants.length > 1 ? "the newest of each variant" : "the newest of each product"}
          </option>
          <option value="usable">all that may be used</option>
          <option value="all">all, withdrawn ones too</option>
        </select>
      </p>
      <p class="buttons">
        <button type="reset">Clear</button>
      </p>
      <div class="found">
        <p id="found-count" role="status" aria-live="polite" />
        <ol id="found" />
      </div>
    </form>
  );
}

function Choice({
  name,
  label,
  children,
}: PropsWithChildren<{ readonly name: string; readonly label: string }>) {
  return (
    <p class="field">
      <label for={`find-${name}`}>{label}</label>
      <select id={`find-${name}`} name={name}>
        <option value="">any</option>
        {children}
      </select>
    </p>
  );
}

function regionsOf(products: readonly CatalogueProduct[], cloud: string): string[] {
  const all = products.flatMap(({ releases }) =>
    releases.flatMap(({ images }) =>
      images.flatMap(({ places }) =>
        places.filter((place) => place.cloud === cloud).map(({ region }) => region),
      ),
    ),
  );
  return [...new Set(all)].sort();
}

/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { CLOUDS } from "../../facts/clouds";
import { ARCHITECTURES } from "../../config/release";
import type { Catalogue, CatalogueProduct, CatalogueRelease } from "../model";
import { feedPath, HOME, latestJsonPath, productPath, relativePath, releasePath } from "../paths";
import { hasVariants, newestOf, sayVariant, tellsVariants, variantIn, variantName } from "../variants";
import { renderPage, Time } from "./layout";
import { cloudLabel, ProvenanceBadge, StateBadge, UnofficialNotice } from "./parts";
import { Trust } from "./trust";

export function productPage(catalogue: Catalogue, product: CatalogueProduct): string {
  const { name, description, variants, releases } = product;
  const isVaried = hasVariants(product);
  const path = productPath(name);
  const to = (file: string) => relativePath(path, file);
  return renderPage({
    ...{ catalogue, path, feed: feedPath(name) },
    title: `${name} – ${catalogue.title}`,
    description: `All releases of ${name}, newest first.`,
    children: (
      <>
        <nav class="path" aria-label="You are here">
          <a href={to(HOME)}>All images</a> <span aria-hidden="true">/</span>{" "}
          <span aria-current="page">{name}</span>
        </nav>
        <h1>{name}</h1>
        <p>
          <ProvenanceBadge of={product} />
        </p>
        <UnofficialNotice of={product} />
        {description && (
          <p class="lead">
            <bdi>{description}</bdi>
          </p>
        )}
        {!isVaried && tellsVariants(product) && (
          <p>
            Variant <bdi>{sayVariant(product, releases[0]!)}</bdi>
          </p>
        )}
        {isVaried ? <Matrix product={product} to={to} /> : <Newest release={variants[0]?.current} to={to} />}
        <section aria-labelledby="releases-title">
          <h2 id="releases-title">Releases, newest first</h2>
          <div class="scroll" tabindex={0} role="group" aria-labelledby="releases-title">
            <table>
              <thead>
                <tr>
                  <th scope="col">Version</th>
                  {isVaried && <th scope="col">Variant</th>}
                  <th scope="col">State</th>
                  <th scope="col">Signed on</th>
                  <th scope="col">Deprecated from</th>
                  <th scope="col">End of life</th>
                  <th scope="col">Architectures</th>
                  <th scope="col">Clouds</th>
                </tr>
              </thead>
              <tbody>
                {releases.map((release) => (
                  <ReleaseRow
                    release={release}
                    href={to(releasePath(name, release.version))}
                    {...(isVaried && { variant: variantName(variantIn(product, release)) })}
                  />
                ))}
              </tbody>
            </table>
          </div>
          <p>
            <a href={to(feedPath(name))}>Feed of its releases</a> <span class="quiet">(Atom)</span>
          </p>
        </section>
        {product.trustFile !== undefined && <SignedIndex trustFile={to(product.trustFile)} />}
        <Trust catalogue={catalogue} path={path} />
      </>
    ),
  });
}

function SignedIndex({ trustFile }: { readonly trustFile: string }) {
  return (
    <section id="index" aria-labelledby="index-title">
      <h2 id="index-title">Withdrawals and newer releases</h2>
      <p>
        A signed index says which releases are good as of now. Get its{" "}
        <a href={trustFile} download>
          trust file
        </a>{" "}
        once, and compare it with what the publisher gives out over another way than this page; it takes the
        place of records and keys:
      </p>
      <pre>
        <code data-copy>npx imprimatur verify disk DISK --trust trust.json</code>
      </pre>
    </section>
  );
}

interface NewestProps {
  readonly release: CatalogueRelease | undefined;
  readonly to: (file: string) => string;
}

function Newest({ release, to }: NewestProps) {
  if (release === undefined)
    return (
      <p class="notice warning" role="note">
        No release of it is known to be published.
      </p>
    );
  const { product, version } = release;
  return (
    <p class="current">
      <a class="primary" href={to(releasePath(product, version))}>
        Use the newest release: {version}
      </a>{" "}
      <span class="quiet">
        or ask for it by program: <a href={to(latestJsonPath(product))}>latest as JSON</a>
      </span>
    </p>
  );
}

interface MatrixProps {
  readonly product: CatalogueProduct;
  readonly to: (file: string) => string;
}

/** The newest release of each variant and architecture: one of an older release may be all that there is. */
function Matrix({ product, to }: MatrixProps) {
  const { name, variants, releases } = product;
  const architectures = ARCHITECTURES.filter((architecture) =>
    releases.some(({ images }) => images.some((image) => image.architecture === architecture)),
  );
  return (
    <section aria-labelledby="variants-title">
      <h2 id="variants-title">Variants: the newest release of each</h2>
      <div class="scroll" tabindex={0} role="group" aria-labelledby="variants-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col">What is in it</th>
              {architectures.map((architecture) => (
                <th scope="col">{architecture}</th>
              ))}
              <th scope="col">By program</th>
            </tr>
          </thead>
          <tbody>
            {variants.map((variant) => (
              <tr>
                <th scope="row">{variantName(variant)}</th>
                <td class="several">{variant.contents ? <bdi>{variant.contents}</bdi> : "–"}</td>
                {architectures.map((architecture) => {
                  const newest = newestOf(product, { variant, architecture });
                  return (
                    <td>
                      {newest ? <a href={to(releasePath(name, newest.version))}>{newest.version}</a> : "none"}
                    </td>
                  );
                })}
                <td>
                  {variant.current ? (
                    <a href={to(latestJsonPath(name, variant.current.variant))}>
                      latest {variantName(variant)} as JSON
                    </a>
                  ) : (
                    "–"
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ReleaseRowProps {
  readonly release: CatalogueRelease;
  readonly href: string;
  /** Absent: there are none to tell apart. */
  readonly variant?: string;
}

function ReleaseRow({ release, href, variant }: ReleaseRowProps) {
  const { version, signedOn, deprecateOn, endOfLife, images, state, reason } = release;
  const clouds = CLOUDS.filter((cloud) =>
    images.some(({ places }) => places.some((place) => place.cloud === cloud)),
  );
  return (
    <tr class={state}>
      <th scope="row">
        <a href={href}>{version}</a>
      </th>
      {variant !== undefined && <td>{variant}</td>}
      <td>
        <StateBadge release={release} />
        {state === "withdrawn" && reason && (
          <span class="reason">
            <bdi>{reason}</bdi>
          </span>
        )}
      </td>
      <td>{signedOn ? <Time at={signedOn} /> : "–"}</td>
      <td>{deprecateOn ? <Time at={deprecateOn} /> : "–"}</td>
      <td>{endOfLife ? <Time at={endOfLife} /> : "–"}</td>
      <td>{images.map(({ architecture }) => architecture).join(", ")}</td>
      <td class="several">{clouds.map(cloudLabel).join(", ")}</td>
    </tr>
  );
}

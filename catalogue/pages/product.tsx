/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { CLOUDS } from "../../facts/clouds";
import type { Catalogue, CatalogueProduct, CatalogueRelease } from "../model";
import { feedPath, HOME, latestJsonPath, productPath, relativePath, releasePath } from "../paths";
import { renderPage, Time } from "./layout";
import { cloudLabel, ProvenanceBadge, StateBadge, UnofficialNotice } from "./parts";
import { Trust } from "./trust";

export function productPage(catalogue: Catalogue, product: CatalogueProduct): string {
  const { name, variant, description, current, releases } = product;
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
        <h1>
          {name}
          {variant && <span class="variant"> {variant}</span>}
        </h1>
        <p>
          <ProvenanceBadge of={product} />
        </p>
        <UnofficialNotice of={product} />
        {description && (
          <p class="lead">
            <bdi>{description}</bdi>
          </p>
        )}
        {current ? (
          <p class="current">
            <a class="primary" href={to(releasePath(name, current.version))}>
              Use the newest release: {current.version}
            </a>{" "}
            <span class="quiet">
              or ask for it by program: <a href={to(latestJsonPath(name))}>latest as JSON</a>
            </span>
          </p>
        ) : (
          <p class="notice warning" role="note">
            No release of it is known to be published.
          </p>
        )}
        <section aria-labelledby="releases-title">
          <h2 id="releases-title">Releases, newest first</h2>
          <div class="scroll" tabindex={0} role="group" aria-labelledby="releases-title">
            <table>
              <thead>
                <tr>
                  <th scope="col">Version</th>
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
                  <ReleaseRow release={release} href={to(releasePath(name, release.version))} />
                ))}
              </tbody>
            </table>
          </div>
          <p>
            <a href={to(feedPath(name))}>Feed of its releases</a> <span class="quiet">(Atom)</span>
          </p>
        </section>
        <Trust catalogue={catalogue} path={path} />
      </>
    ),
  });
}

function ReleaseRow({ release, href }: { readonly release: CatalogueRelease; readonly href: string }) {
  const { version, signedOn, deprecateOn, endOfLife, images, state, reason } = release;
  const clouds = CLOUDS.filter((cloud) =>
    images.some(({ places }) => places.some((place) => place.cloud === cloud)),
  );
  return (
    <tr class={state}>
      <th scope="row">
        <a href={href}>{version}</a>
      </th>
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

/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Catalogue, CatalogueRelease } from "../model";
import { feedPath, HOME, packagesPath, productPath, relativePath, releasePath } from "../paths";
import { Since } from "./changes";
import { renderPage } from "./layout";
import { count, ProvenanceBadge, StateBadge } from "./parts";

/** Every package of a release; a page of its own, for it is long. */
export function packagesPage(catalogue: Catalogue, release: CatalogueRelease): string {
  const { product, version, images } = release;
  const path = packagesPath(product, version);
  const to = (file: string) => relativePath(path, file);
  return renderPage({
    ...{ catalogue, path, feed: feedPath(product) },
    title: `Packages of ${product} ${version} – ${catalogue.title}`,
    description: `What is installed in ${product} ${version}, and what changed.`,
    children: (
      <>
        <nav class="path" aria-label="You are here">
          <a href={to(HOME)}>All images</a> <span aria-hidden="true">/</span>{" "}
          <a href={to(productPath(product))}>{product}</a> <span aria-hidden="true">/</span>{" "}
          <a href={to(releasePath(product, version))}>{version}</a> <span aria-hidden="true">/</span>{" "}
          <span aria-current="page">packages</span>
        </nav>
        <h1>
          Packages of {product} <span class="version">{version}</span>
        </h1>
        <p>
          <ProvenanceBadge of={release} /> <StateBadge release={release} />
        </p>
        {images.flatMap((image) => {
          const { packages, architecture } = image;
          if (packages === undefined) return [];
          return [
            <section aria-labelledby={architecture}>
              <h2 id={architecture}>{architecture}</h2>
              <Since image={image} most={Infinity} />
              <h3>All {count(packages.entries.length, "package")}</h3>
              <p>
                <a href={to(packages.file)} download>
                  CycloneDX file
                </a>
                , whose digest the signed record names
              </p>
              <ul class="packages">
                {packages.entries.map(({ name, version: of }) => (
                  <li>
                    <b>{name}</b> {of}
                  </li>
                ))}
              </ul>
            </section>,
          ];
        })}
      </>
    ),
  });
}

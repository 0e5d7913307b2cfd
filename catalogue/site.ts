/** All files of the site that are made: records, keys and bills of materials are copied beside them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueJson, catalogueSchema, releaseJson } from "./documents";
import { productFeed, siteFeed } from "./feed";
import type { Catalogue } from "./model";
import { homePage } from "./pages/home";
import { packagesPage } from "./pages/packages";
import { productPage } from "./pages/product";
import { releasePage } from "./pages/release";
import {
  CATALOGUE_JSON,
  CATALOGUE_SCHEMA,
  FEED,
  feedPath,
  HOME,
  latestJsonPath,
  packagesPath,
  productPath,
  releaseJsonPath,
  releasePath,
  SCRIPT,
  searchPath,
  STYLE,
} from "./paths";
import { searchScript } from "./search";

/** Text by path in the site. */
export function siteFiles(catalogue: Catalogue): ReadonlyMap<string, string> {
  const files = new Map<string, string>([
    [HOME, homePage(catalogue)],
    [FEED, siteFeed(catalogue)],
    [CATALOGUE_JSON, json(catalogueJson(catalogue))],
    [CATALOGUE_SCHEMA, json(catalogueSchema())],
    [STYLE, asset("catalogue.css")],
    [SCRIPT, asset("catalogue.js")],
  ]);
  for (const signer of catalogue.signers) if ("pem" in signer) files.set(signer.file, signer.pem);
  for (const product of catalogue.products) {
    const { name, releases, variants } = product;
    files.set(productPath(name), productPage(catalogue, product));
    files.set(feedPath(name), productFeed(catalogue, name));
    files.set(searchPath(name), searchScript(product));
    for (const { current } of variants)
      if (current) files.set(latestJsonPath(name, current.variant), json(releaseJson(current)));
    for (const release of releases) {
      files.set(releasePath(name, release.version), releasePage(catalogue, product, release));
      files.set(releaseJsonPath(name, release.version), json(releaseJson(release)));
      if (release.images.some(({ packages }) => packages))
        files.set(packagesPath(name, release.version), packagesPage(catalogue, release));
    }
  }
  return files;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** Styles and the script, as they are. */
function asset(name: string): string {
  return readFileSync(join(__dirname, "assets", name), "utf8");
}

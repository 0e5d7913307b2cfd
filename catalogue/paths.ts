/** Stable paths in the site (docs/catalogue.md). Products and versions have folders of their own, so no name is taken. */
import type { Architecture } from "../config/release";

export const HOME = "index.html";
export const FEED = "feed.xml";
export const STYLE = "assets/catalogue.css";
export const SCRIPT = "assets/catalogue.js";

export const productPath = (product: string) => `products/${product}.html`;
export const releasePath = (product: string, version: string) => `releases/${product}/${version}.html`;
export const packagesPath = (product: string, version: string) => `packages/${product}/${version}.html`;
export const feedPath = (product: string) => `feeds/${product}.xml`;
/** Loaded by the page's search, on demand. */
export const searchPath = (product: string) => `search/${product}.js`;

export const CATALOGUE_JSON = "v1/catalogue.json";
export const releaseJsonPath = (product: string, version: string) => `v1/releases/${product}/${version}.json`;
/** The newest published release of a variant; absent: of the product's own. */
export const latestJsonPath = (product: string, variant?: string) =>
  `v1/latest/${product}${variant === undefined ? "" : `/${variant}`}.json`;
export const CATALOGUE_SCHEMA = "v1/catalogue.schema.json";

/** As `imprimatur verify` looks for them. */
export const recordPath = (product: string, version: string, infix?: string) =>
  `records/${product}/${[version, ...(infix === undefined ? [] : [infix])].join(".")}.sigstore.json`;
export const sbomPath = (product: string, version: string, architecture: Architecture) =>
  `records/${product}/${version}-${architecture}.cdx.json`;
/** First file for a user of the product's signed index. */
export const trustFilePath = (product: string) => `index/${product}/trust.json`;
export const keyPath = (index: number) => (index === 0 ? "publisher.pem" : `publisher-${index + 1}.pem`);

/** From one page to another file: works in a folder of files, too. */
export function relativePath(from: string, to: string): string {
  return `${"../".repeat(from.split("/").length - 1)}${to}`;
}

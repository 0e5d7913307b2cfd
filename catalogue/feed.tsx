/** @jsxRuntime automatic @jsxImportSource hono/jsx */
/** Atom feeds (RFC 4287): an entry for each release, and one more for its withdrawal. */
import { createHash } from "node:crypto";
import type { Child } from "hono/jsx";
import { newestDate } from "./catalogue";
import { type Catalogue, type CatalogueProduct, type CatalogueRelease, sayProvenance } from "./model";
import { FEED, feedPath, HOME, productPath, relativePath, releasePath } from "./paths";
import { sayVariant } from "./variants";

interface FeedArgs {
  readonly path: string;
  readonly page: string;
  readonly title: string;
  readonly id: string;
}

/** All products. */
export function siteFeed(catalogue: Catalogue): string {
  return feed(catalogue, {
    ...{ path: FEED, page: HOME, title: catalogue.title },
    id: urn(catalogue.title, ""),
  });
}

export function productFeed(catalogue: Catalogue, product: string): string {
  const products = catalogue.products.filter(({ name }) => name === product);
  return feed(
    { ...catalogue, products },
    {
      ...{ path: feedPath(product), page: productPath(product), title: `${product} – ${catalogue.title}` },
      id: urn(catalogue.title, product),
    },
  );
}

/** How many entries a feed has: its readers ask for it again and again. */
const MOST = 50;

function feed(catalogue: Catalogue, { path, page, title, id }: FeedArgs): string {
  const to = (file: string) => addressOf(catalogue, path, file);
  const entries = catalogue.products
    .flatMap((product) =>
      product.releases.flatMap((release) => entriesOf(product, release, catalogue.builtOn)),
    )
    .sort((a, b) => (a.updated < b.updated ? 1 : -1))
    .slice(0, MOST);
  const root = (
    <Element name="feed" xmlns="http://www.w3.org/2005/Atom">
      <Element name="id">{id}</Element>
      <Element name="title">{clean(title)}</Element>
      <Element name="updated">{newestDate(catalogue)}</Element>
      <Element name="link" rel="self" type="application/atom+xml" href={to(path)} />
      <Element name="link" rel="alternate" type="text/html" href={to(page)} />
      <Element name="generator">imprimatur</Element>
      {entries.map(({ id, title, updated, publisher, summary, page, category }) => (
        <Element name="entry">
          <Element name="id">{id}</Element>
          <Element name="title">{clean(title)}</Element>
          <Element name="updated">{updated}</Element>
          <Element name="author">
            <Element name="name">{clean(publisher)}</Element>
          </Element>
          <Element name="link" rel="alternate" type="text/html" href={to(page)} />
          <Element name="category" term={category} />
          <Element name="summary">{clean(summary)}</Element>
        </Element>
      ))}
    </Element>
  );
  return `<?xml version="1.0" encoding="utf-8"?>\n${String(root)}\n`;
}

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly updated: string;
  readonly publisher: string;
  readonly summary: string;
  readonly page: string;
  readonly category: string;
}

function entriesOf(of: CatalogueProduct, release: CatalogueRelease, builtOn: string): Entry[] {
  const { product, version, publisher, signedOn = builtOn, withdrawnOn, reason, state } = release;
  const common = { publisher, page: releasePath(product, version) };
  const name = `${product} ${version}`;
  const variant = sayVariant(of, release);
  const published: Entry = {
    ...common,
    id: urn(publisher, `${product} ${version}`),
    title: name,
    updated: signedOn,
    category: "published",
    summary: `${name}, ${sayProvenance(release)}: images for ${release.images.map(({ architecture }) => architecture).join(" and ")}.${variant === undefined ? "" : ` Variant ${variant}.`}`,
  };
  if (state !== "withdrawn") return [published];
  const withdrawn: Entry = {
    ...common,
    id: urn(publisher, `${product} ${version} withdrawn`),
    title: `${name} is withdrawn: do not use it`,
    updated: withdrawnOn ?? signedOn,
    category: "withdrawn",
    summary: reason === undefined ? "The publisher gives no reason." : `Reason: ${reason}`,
  };
  return [withdrawn, published];
}

/** An element of any name: a product is none of HTML's. */
function Element({
  name: Name,
  children,
  ...attributes
}: {
  readonly name: string;
  readonly children?: Child;
  readonly [attribute: string]: unknown;
}) {
  const Tag = Name as "div";
  return <Tag {...attributes}>{children}</Tag>;
}

/** A UUID (RFC 9562, version 8) of the name: the same wherever the site is, and nobody else's. */
function urn(publisher: string, name: string): string {
  const bytes = createHash("sha256").update(`imprimatur feed ${publisher} ${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "urn:uuid:$1-$2-$3-$4-$5");
}

function addressOf({ url }: Catalogue, from: string, to: string): string {
  const path = to.split("/").map(encodeURIComponent).join("/");
  return url === undefined ? relativePath(from, path) : `${url}/${path}`;
}

/** Without characters that XML 1.0 has no form for. */
function clean(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd");
}

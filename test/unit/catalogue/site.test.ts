import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import path from "node:path";
import { announcementOf } from "../../../catalogue/announcement/announcement";
import { markdownOf } from "../../../catalogue/announcement/markdown";
import { plainOf } from "../../../catalogue/announcement/plain";
import { catalogueSchema } from "../../../catalogue/documents";
import type { Catalogue, CatalogueProduct, CatalogueRelease } from "../../../catalogue/model";
import { siteFiles } from "../../../catalogue/site";
import { sampleCatalogue } from "../../catalogue/sample";

const catalogue = sampleCatalogue({ products: 3, releases: 4, regions: 30, packages: 12 });
const files = siteFiles(catalogue);
const pages = [...files].filter(([name]) => name.endsWith(".html"));
const pageOf = (name: string) => files.get(name) ?? "";
const VERSION = catalogue.products[0]!.current!.version;
const WITHDRAWN = catalogue.products[0]!.releases[2]!.version;

describe("pages", () => {
  test("every link of every page leads to a file of the site, or is copied there", () => {
    const copied = /^records\/[\w.-]+\/[\w.-]+\.(sigstore|cdx)\.json$/;
    const lost = pages.flatMap(([name, text]) =>
      [...text.matchAll(/(?:href|src|data-file)="([^"]+)"/g)]
        .map(([, to = ""]) => to.replace(/#.*/, ""))
        .filter((to) => to !== "" && !/^https:\/\/(console\.|signin\.)/.test(to))
        .map((to) => path.posix.normalize(path.posix.join(path.posix.dirname(name), to)))
        .filter((to) => !files.has(to) && !copied.test(to))
        .map((to) => `${name}: ${to}`),
    );
    expect(lost).toEqual([]);
  });

  test("nothing of another host, and no script or style in the page", () => {
    for (const [, text] of pages) {
      expect(text).toContain("default-src &#39;none&#39;; script-src &#39;self&#39;");
      expect(text).not.toMatch(/(src|<link[^>]*href)="(https?:)?\/\//);
      expect(text).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=/);
    }
  });

  test("what the first view needs is below 100 KB", () => {
    const assets = ["assets/catalogue.css", "assets/catalogue.js"].reduce(
      (sum, name) => sum + pageOf(name).length,
      0,
    );
    const largest = Math.max(
      ...pages.filter(([name]) => !name.startsWith("packages/")).map(([, text]) => Buffer.byteLength(text)),
    );
    expect(largest + assets).toBeLessThan(100_000);
  });

  test("every page of a product that is based on another says that it is not official", () => {
    const own = pages.filter(([name]) => name.includes("acme-debian-13"));
    expect(own).toHaveLength(9);
    for (const [, text] of own) expect(text).toMatch(/Not official: based on <bdi>Debian 13<\/bdi>/);
    const official = pages.filter(([name]) => /\/debian-13(\.|\/)/.test(name));
    for (const [, text] of official) expect(text).not.toMatch(/not official/i);
  });

  test("a withdrawn release says why, leads to another one, and has nothing to paste", () => {
    const text = pageOf(`releases/debian-13/${WITHDRAWN}.html`);
    expect(text).toMatch(/Withdrawn on <time[^>]*>2026-11-02<\/time>: do not use it/);
    expect(text).toContain("its sshd accepted empty passwords (#1099999)");
    expect(text).toContain(`<a href="../../releases/debian-13/${VERSION}.html">`);
    expect(text).toContain(`${WITHDRAWN}.withdrawn.sigstore.json`);
    expect(text).not.toMatch(/run-instances|imprimatur verify|LaunchInstances/);
  });

  test("facts of the stack's state are marked, signed ones too", () => {
    const text = pageOf(`releases/debian-13/${VERSION}.html`);
    expect(text).toMatch(
      /<dt>End of life<\/dt><dd><time[^>]*>2028-08-09<\/time> <span class="source source-stack">stack</,
    );
    expect(text).toMatch(
      /<dt>Signed on<\/dt><dd><time[^>]*>2026-11-20<\/time> <span class="source source-record">signed</,
    );
  });
});

describe("names and reasons are a stranger's", () => {
  const EVIL = `</script><img src=x onerror=alert(1)>"'&]]><!--`;
  const evil: Catalogue = { ...catalogue, title: EVIL, products: catalogue.products.map(spoil) };
  function spoil(product: CatalogueProduct): CatalogueProduct {
    const change = (release: CatalogueRelease): CatalogueRelease => ({
      ...release,
      ...{ publisher: EVIL, provenance: { basedOn: EVIL }, reason: EVIL },
      images: release.images.map((image) => ({
        ...image,
        disk: { ...image.disk, file: EVIL },
        places: image.places.map((place) => ({ ...place, id: EVIL, name: EVIL })),
        ...(image.packages && { packages: { ...image.packages, entries: [{ name: EVIL, version: EVIL }] } }),
      })),
    });
    const releases = product.releases.map(change);
    const variants = [{ isOwn: true, name: EVIL, contents: EVIL, current: releases[0]! }];
    return { ...product, publisher: EVIL, description: EVIL, releases, current: releases[0]!, variants };
  }
  const spoiled = siteFiles(evil);

  test.each([...spoiled.keys()].filter((name) => /\.(html|xml)$/.test(name)))("in %s", (name) => {
    const text = spoiled.get(name)!;
    expect(text).not.toContain("<img");
    expect(text).not.toMatch(/<!--|\]\]>(?!<)/);
    expect(text).not.toMatch(/="[^"]*onerror=alert\(1\)>"/);
    if (name.endsWith(".xml")) expect(XMLValidator.validate(text)).toBe(true);
  });

  test("an announcement shows them as text", () => {
    const [product] = evil.products;
    const text = markdownOf(announcementOf(evil, product!, product!.releases[2]!));
    expect(text).toContain("\\<img src=x onerror=alert(1)\\>");
    expect(text).not.toMatch(/[^\\]<img/);
  });
});

describe("documents", () => {
  const ajv = addFormats(new Ajv2020({ strict: false }));
  const validate = ajv.compile(catalogueSchema());
  const documents = [...files].filter(([name]) => name.startsWith("v1/") && !name.endsWith(".schema.json"));

  test.each(documents)("%s is what the schema says", (_name, text) => {
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });

  test("the newest published release has an address of its own, and the catalogue tells it", () => {
    const { products } = JSON.parse(pageOf("v1/catalogue.json")) as { products: { latest: string }[] };
    const latest = JSON.parse(pageOf(products[0]!.latest)) as {
      version: string;
      state: string;
      kind: string;
    };
    expect(latest).toMatchObject({ kind: "release", version: VERSION, state: "published" });
  });

  test("a product without a published release has no latest", () => {
    const [first] = catalogue.products as [CatalogueProduct];
    const product = { ...first, current: undefined, variants: [{ isOwn: true }] };
    const without = siteFiles({ ...catalogue, products: [product] });
    expect(without.has("v1/latest/debian-13.json")).toBe(false);
    expect(without.get("products/debian-13.html")).toContain("No release of it is known to be published.");
  });
});

describe("feeds (RFC 4287)", () => {
  interface Entry {
    id: string;
    title: string;
    updated: string;
    author: { name: string };
    summary: string;
  }
  const entriesOf = (name: string, from = files) => {
    const text = from.get(name) ?? "";
    expect(XMLValidator.validate(text)).toBe(true);
    const { feed } = new XMLParser({ isArray: (tag) => tag === "entry" }).parse(text) as {
      feed: { entry: Entry[] } & Entry;
    };
    expect(feed).toMatchObject({
      id: expect.stringMatching(/^urn:uuid:/) as string,
      updated: "2026-11-20T00:00:00.000Z",
    });
    return feed.entry;
  };

  test("an entry for each release, newest first, with an id of its own; a withdrawal is one more", () => {
    const entries = entriesOf("feeds/debian-13.xml");
    expect(entries.map(({ title }) => title)).toEqual([
      `debian-13 ${VERSION}`,
      expect.stringMatching(/^debian-13 \S+$/) as string,
      `debian-13 ${WITHDRAWN} is withdrawn: do not use it`,
      `debian-13 ${WITHDRAWN}`,
      expect.stringMatching(/^debian-13 \S+$/) as string,
    ]);
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
    for (const { updated, author, summary } of entries) {
      expect(Date.parse(updated)).not.toBeNaN();
      expect([author.name, summary]).not.toContain("");
    }
  });

  test("addresses are the site's own, where it has one", () => {
    expect(pageOf("feed.xml")).toContain(
      `href="https://images.example.org/releases/debian-13/${VERSION}.html"`,
    );
    const nowhere = { ...catalogue, url: undefined };
    expect(siteFiles(nowhere).get("feeds/debian-13.xml")).toContain(
      `href="../releases/debian-13/${VERSION}.html"`,
    );
  });
});

describe("announcements", () => {
  const [product] = catalogue.products as [CatalogueProduct];
  const announce = (release: CatalogueRelease) => announcementOf(catalogue, product, release);

  test("one in Markdown says whose the image is, its ids, what changed, until when, and how to check", () => {
    const text = markdownOf(announce(product.current!));
    expect(text).toMatch(
      /^# debian-13 20261120\.0 is published\n\n\*\*Official image by Debian Cloud Team\.\*\*\n/,
    );
    expect(text).toContain("It is supported until 2028-08-09.");
    expect(text).toContain(`<https://images.example.org/releases/debian-13/${VERSION}.html>`);
    expect(text).toMatch(/^\| AWS \| x86_64 \| af-south-1 \| `ami-\w{17}` \|$/m);
    expect(text).toMatch(/^\| Azure \| arm64 \| 30 regions \| `\/CommunityGalleries\//m);
    expect(text).toMatch(/^- curl: 1\.39-1 → 1\.40-1$/m);
    expect(text).toMatch(
      /^npx imprimatur verify aws ami-\w+ --region af-south-1 --record 20261120\.0\.sigstore\.json /m,
    );
  });

  test("one in plain text says the same without marks", () => {
    const text = plainOf(announce(product.current!));
    expect(text).toMatch(
      /^debian-13 20261120\.0 is published\n={33}\n\nOfficial image by Debian Cloud Team\.\n/,
    );
    expect(text).toMatch(/^ {2}curl: 1\.39-1 -> 1\.40-1$/m);
    expect(text).not.toMatch(/[`*|]/);
  });

  test("a withdrawal says why and what to use instead, and no id", () => {
    const text = plainOf(announce(product.releases[2]!));
    expect(text).toContain("is withdrawn: do not use it");
    expect(text).toContain(
      "It was withdrawn on 2026-11-02.\nReason: its sshd accepted empty passwords (#1099999).",
    );
    expect(text).toContain(`Use ${VERSION} instead.`);
    expect(text).not.toMatch(/ami-|verify/);
  });
});

import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { announcementOf } from "../../../catalogue/announcement/announcement";
import { plainOf } from "../../../catalogue/announcement/plain";
import { productsOf } from "../../../catalogue/catalogue";
import type { Catalogue, CatalogueProduct } from "../../../catalogue/model";
import { siteFiles } from "../../../catalogue/site";
import type { StackFacts } from "../../../catalogue/stack-facts";
import { type ImageFile, writeImageFile } from "../../../config/image-file";
import type { ReleaseState } from "../../../config/release";
import { readRecords, withWithdrawals } from "../../../trust/records";
import { publishIn } from "../cli/publication";
import { temporaryFolder } from "../disk/sparse-file";
import { objectIn, stackWith } from "./facts";

const folder = temporaryFolder();
const STATES: Record<string, ReleaseState> = {
  "1.0": "published",
  "1.1": "published",
  "1.0-refresh": "published",
  "1.1-refresh": "published",
  "1.2-refresh": "withdrawn",
};
const CONTENTS = { generic: "with Debian's own kernel", refresh: "with the kernel of backports" };
let product: CatalogueProduct;
let recordsOnly: CatalogueProduct;
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  const publication = await publishIn(folder);
  const records = path.join(folder, "records");
  fs.mkdirSync(records);
  for (const version of Object.keys(STATES)) {
    const record = await publication.recordOf(
      version,
      [objectIn({ id: `ami-${version}` })],
      undefined,
      (of) => {
        if (version.endsWith("-refresh")) of.predicate.variant = "refresh";
        const imageFile = of.predicate.imageFile as ImageFile;
        const sbom = { file: `${version}.cdx.json`, sha256: digestOf(sbomOf(version)) };
        const images = { x86_64: { ...imageFile.images.x86_64!, sbom } };
        of.predicate.imageFile = JSON.parse(writeImageFile({ ...imageFile, images })) as ImageFile;
      },
    );
    fs.writeFileSync(path.join(records, `${version}.sigstore.json`), record);
  }
  const key = fs.readFileSync(path.join(folder, "publisher.pem"), "utf8");
  const common = {
    records: withWithdrawals(readRecords(records, [key])).trusted,
    sboms: new Map(
      Object.keys(STATES).map((version) => {
        const text = sbomOf(version);
        return [digestOf(text), { file: `${version}.cdx.json`, text }] as const;
      }),
    ),
    now: new Date("2027-06-01T00:00:00Z"),
  };
  const ledger = Object.assign(
    {},
    ...Object.entries(STATES).map(([version, state]) => stackWith(version, { state }).ledger),
  ) as StackFacts["ledger"];
  const stack = stackWith("1.0", {}, { ledger, variant: "generic", contents: CONTENTS });
  product = productsOf({ ...common, stacks: [stack] })[0]!;
  recordsOnly = productsOf({ ...common, stacks: [] })[0]!;
  files = siteFiles(catalogueOf(product));
});

/** A kernel of the release's own version. */
function sbomOf(version: string): string {
  const components = [{ type: "library", name: "linux-image", version }];
  return JSON.stringify({ bomFormat: "CycloneDX", components });
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function catalogueOf(only: CatalogueProduct): Catalogue {
  return { title: "Images", builtOn: "2027-06-01T00:00:00Z", signers: [], products: [only] };
}
const json = (name: string) => JSON.parse(files.get(name)!) as Record<string, unknown>;
const words = (name: string) =>
  files
    .get(name)!
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");

test("each variant has a newest release of its own, and a newer one of another takes nothing from it", () => {
  expect(product.variants).toMatchObject([
    { name: "generic", isOwn: true, contents: CONTENTS.generic, current: { version: "1.1" } },
    { name: "refresh", isOwn: false, contents: CONTENTS.refresh, current: { version: "1.1-refresh" } },
  ]);
  expect(product.current?.version).toBe("1.1");
  expect(words("releases/demo/1.1.html")).not.toContain("A newer release is out");
  expect(words("releases/demo/1.0.html")).toMatch(/A newer release is out: 1\.1 \./);
  expect(words("releases/demo/1.0-refresh.html")).toMatch(/A newer release is out: 1\.1-refresh \./);
  expect(words("releases/demo/1.2-refresh.html")).toMatch(/Use 1\.1-refresh instead/);
});

test("what changed is told since the release of the same variant before", () => {
  const since = product.releases.map(({ version, images }) => [version, images[0]!.changes?.since]);
  expect(Object.fromEntries(since)).toEqual({
    ...{ "1.0": undefined, "1.1": "1.0" },
    ...{ "1.0-refresh": undefined, "1.1-refresh": "1.0-refresh", "1.2-refresh": "1.1-refresh" },
  });
});

test("the page of the product is a matrix of variant and architecture; a release says its own", () => {
  expect(words("products/demo.html")).toMatch(
    /Variant What is in it x86_64 By program generic with Debian(&#39;|')s own kernel 1\.1 latest generic as JSON refresh with the kernel of backports 1\.1-refresh latest refresh as JSON/,
  );
  expect(words("releases/demo/1.1-refresh.html")).toContain("Variant refresh: with the kernel of backports");
  expect(words("index.html")).toContain("Variants: generic , refresh");
});

test("documents and search name the variant, and the newest of each has its address", () => {
  expect(json("v1/catalogue.json")).toMatchObject({
    products: [
      {
        variant: "generic",
        latest: "v1/latest/demo.json",
        variants: [
          { name: "generic", isOwn: true, contents: CONTENTS.generic, latest: "v1/latest/demo.json" },
          {
            name: "refresh",
            isOwn: false,
            contents: CONTENTS.refresh,
            latest: "v1/latest/demo/refresh.json",
          },
        ],
      },
    ],
  });
  expect(json("v1/latest/demo.json")).toMatchObject({ version: "1.1" });
  expect(json("v1/latest/demo/refresh.json")).toMatchObject({ version: "1.1-refresh", variant: "refresh" });
  const search = JSON.parse(/^\w+\((.*)\);\n$/.exec(files.get("search/demo.js")!)![1]!) as {
    releases: { version: string; variant: string; current: boolean }[];
  };
  const newest = search.releases.filter(({ current }) => current);
  expect(newest.map(({ version, variant }) => [version, variant]).sort()).toEqual([
    ["1.1", "generic"],
    ["1.1-refresh", "refresh"],
  ]);
});

test("feed and announcement say what is in it, and what to use instead is of the same variant", () => {
  expect(files.get("feeds/demo.xml")).toContain("Variant refresh: with the kernel of backports");
  const announced = (version: string) =>
    plainOf(
      announcementOf(
        catalogueOf(product),
        product,
        product.releases.find((one) => one.version === version)!,
      ),
    );
  expect(announced("1.1-refresh")).toContain("Variant refresh: with the kernel of backports.");
  expect(announced("1.2-refresh")).toContain("Use 1.1-refresh instead.");
});

test("without a stack the signed variants are there, and nothing is said of what is in them", () => {
  expect(recordsOnly.variants).toEqual([{ isOwn: true }, { isOwn: false, name: "refresh" }]);
  expect(siteFiles(catalogueOf(recordsOnly)).get("products/demo.html")).toContain(">default<");
});

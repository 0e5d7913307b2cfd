import { createHash } from "node:crypto";
import { Argument, Command } from "commander";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { stagedIn } from "../catalogue/catalogue";
import type { Catalogue, CatalogueProduct } from "../catalogue/model";
import { siteFiles } from "../catalogue/site";
import { HOME, trustFilePath } from "../catalogue/paths";
import { readBytes } from "../trust/read-text";
import { indexFiles } from "./catalogue/index-files";
import { type SourceOptions, withSourceOptions } from "./catalogue/source-options";
import { readSources } from "./catalogue/sources";
import { blockMapsOf, writeSite } from "./catalogue/write-site";
import type { Io } from "./io";

interface Options extends SourceOptions {
  readonly output: string;
  /** File of the one-file verifier. */
  readonly verifier?: string;
  readonly json?: boolean;
}

/** Its name in the site. */
const VERIFIER = "imprimatur-verify.mjs";

const HELP = `
Makes a static site of what is published: pages, JSON, feeds, and the signed records to download. Any web server can give it
out, and a browser can open it as files. It is made from the records, each of which has to be signed by the key (or identity)
that you name. State, end of life and who may use an image are asked of the stacks that publish them, and marked as not signed.

Examples:
  imprimatur catalogue build --key publisher.pem --url https://images.example.org
  imprimatur catalogue build --key publisher.pem --records-only --output /srv/www/images

docs/catalogue.md tells the addresses of its JSON, and what is in it.`;

/** `imprimatur catalogue build`: the site of what is published. */
export function command(io: Io): Command {
  const asked = new Command("catalogue")
    .description("Makes a static site, its JSON and feeds, of what is published.")
    .addArgument(new Argument("<action>", "what to do").choices(["build"]))
    .option("--output <folder>", "where the site is written", "catalogue-site")
    .option("--verifier <file>", "the one-file verifier, which the site gives out with its SHA-256");
  return withSourceOptions(asked)
    .option("--json", "print what was written as JSON")
    .addHelpText("after", HELP)
    .action(async (_action: string, options: Options) => build(options, io));
}

async function build(options: Options, io: Io): Promise<void> {
  const { catalogue: read, sources } = await readSources(options, io);
  const indexes = new Map(read.products.map(({ name }) => [name, indexFiles(name)]));
  const catalogue = { ...read, products: read.products.map((product) => withTrust(product, indexes)) };
  const copies = new Map<string, string>();
  for (const record of sources.records) {
    const release = releaseOf(catalogue, record.statement.predicate);
    if (release === undefined) continue;
    copies.set(release.record, record.file);
    if (record.withdrawal && release.notice) copies.set(release.notice, record.withdrawal.file);
    for (const [name, file] of blockMapsOf(record)) copies.set(name, file);
  }
  for (const files of indexes.values()) for (const [place, file] of files) copies.set(place, file);
  if (options.verifier !== undefined) copies.set(VERIFIER, options.verifier);
  const texts = new Map(siteFiles(catalogue));
  if (options.verifier !== undefined) texts.set(`${VERIFIER}.sha256`, checksumOf(options.verifier));
  for (const [name, text] of sbomTexts(catalogue, sources.sboms)) texts.set(name, text);
  writeSite(options.output, { texts, copies });
  report(catalogue, stagedIn(sources), options, io);
}

/** Names the trust file of a product that has an index. */
function withTrust(
  product: CatalogueProduct,
  indexes: ReadonlyMap<string, ReadonlyMap<string, string>>,
): CatalogueProduct {
  const trustFile = trustFilePath(product.name);
  return indexes.get(product.name)?.has(trustFile) ? { ...product, trustFile } : product;
}

/** As `sha256sum --check` reads it. */
function checksumOf(file: string): string {
  return `${createHash("sha256").update(readBytes(file)).digest("hex")}  ${VERIFIER}\n`;
}

function releaseOf({ products }: Catalogue, { product, version }: { product: string; version: string }) {
  return products
    .find(({ name }) => name === product)
    ?.releases.find((release) => release.version === version);
}

/** Each bill of materials that a page links to. */
function sbomTexts(
  { products }: Catalogue,
  sboms: ReadonlyMap<string, { readonly text: string }>,
): [string, string][] {
  return products.flatMap(({ releases }) =>
    releases.flatMap(({ images }) =>
      images.flatMap(({ packages }) => {
        const text = packages && sboms.get(packages.sha256)?.text;
        return text === undefined ? [] : [[packages!.file, text] as [string, string]];
      }),
    ),
  );
}

function report(catalogue: Catalogue, staged: readonly string[], { output, json }: Options, io: Io): void {
  const home = path.resolve(output, HOME);
  const { products } = catalogue;
  const releases = products.flatMap((product) => product.releases);
  for (const name of staged) io.err(`left out: ${name} is staged\n`);
  if (json) {
    const counts = { products: products.length, releases: releases.length };
    io.out(
      `${JSON.stringify({ schemaVersion: 1, output: path.resolve(output), ...counts, staged }, null, 2)}\n`,
    );
    return;
  }
  const counts = `${count(releases.length, "release")} of ${count(products.length, "product")}`;
  io.out(`${counts}: ${pathToFileURL(home).href}\n`);
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

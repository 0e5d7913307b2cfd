import { Command, Option } from "commander";
import { announcementOf } from "../catalogue/announcement/announcement";
import { markdownOf } from "../catalogue/announcement/markdown";
import { plainOf } from "../catalogue/announcement/plain";
import type { CatalogueProduct, CatalogueRelease } from "../catalogue/model";
import { suggest } from "../config/suggest";
import { type SourceOptions, withSourceOptions } from "./catalogue/source-options";
import { readSources } from "./catalogue/sources";
import type { Io } from "./io";
import { Refusal, UsageProblem } from "./problem";

interface Options extends SourceOptions {
  readonly product?: string;
  readonly release?: string;
  readonly format: "markdown" | "plain";
}

const HELP = `
Writes what to tell users of a release: whose it is, the ids, what changed since the release before, how long it is supported,
how to check an id. Of a withdrawn release it says so, why, and what to use instead. Made from the same signed records as the
catalogue, so nothing can be announced that is in no record.

Example:
  imprimatur announce --key publisher.pem --product debian-13 --url https://images.example.org > announcement.md`;

/** `imprimatur announce`: the announcement of a release. */
export function command(io: Io): Command {
  const asked = new Command("announce")
    .description("Writes the announcement of a release, from its signed record.")
    .option("--product <name>", "default: the only one")
    .option("--release <version>", "default: the newest published one, of the product's own variant first")
    .addOption(
      new Option("--format <name>", "form of the text").choices(["markdown", "plain"]).default("markdown"),
    );
  return withSourceOptions(asked)
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const { catalogue } = await readSources(options, io);
      const product = chooseProduct(catalogue.products, options.product);
      const release = chooseRelease(product, options.release);
      const announcement = announcementOf(catalogue, product, release);
      io.out(options.format === "plain" ? plainOf(announcement) : markdownOf(announcement));
    });
}

function chooseProduct(products: readonly CatalogueProduct[], name: string | undefined): CatalogueProduct {
  const names = products.map((product) => product.name);
  const found =
    name === undefined && products.length === 1 ? products[0] : products.find((one) => one.name === name);
  if (found) return found;
  if (name === undefined) throw new UsageProblem(`--product is missing: one of ${names.join(", ")}`);
  throw new Refusal(`--product: there is no record of ${name}; there are ${listed(names, name)}`);
}

function chooseRelease(
  { name, variants, releases }: CatalogueProduct,
  version: string | undefined,
): CatalogueRelease {
  const versions = releases.map((release) => release.version);
  if (version === undefined)
    return variants.find(({ current }) => current !== undefined)?.current ?? releases[0]!;
  const found = releases.find((release) => release.version === version);
  if (found) return found;
  throw new Refusal(
    `--release: there is no record of ${name} ${version}; there are ${listed(versions, version)}`,
  );
}

function listed(names: readonly string[], given: string): string {
  const near = suggest(given, names);
  return near === undefined ? names.slice(0, 5).join(", ") : `${near} and others`;
}

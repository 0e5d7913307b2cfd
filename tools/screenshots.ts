/**
 * `npm run screenshots`: the picture of the catalogue in README.md, taken in headless Chromium of a made-up publisher's
 * site. `--chromium <file>` names another browser.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { sampleCatalogue } from "../test/catalogue/sample";
import { writeSample } from "../test/catalogue/write";

const PICTURE = path.join(__dirname, "..", "docs", "catalogue.png");

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { chromium: { type: "string", default: "/usr/bin/chromium" } } });
  const folder = mkdtempSync(path.join(tmpdir(), "imprimatur-catalogue-"));
  const catalogue = sampleCatalogue({ products: 3, releases: 6, regions: 12, packages: 40 });
  writeSample(folder, catalogue);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1180, height: 860 }, colorScheme: "light" });
    const { current } = catalogue.products[0]!;
    await page.goto(pathToFileURL(path.join(folder, `releases/debian-13/${current!.version}.html`)).href);
    await page.screenshot({ path: PICTURE });
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();

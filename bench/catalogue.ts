/**
 * The catalogue's search in headless Chromium, on five products of 24 releases in 30 regions of AWS and Azure, for two
 * architectures. `npm run bench:catalogue`; `--chromium <file>` names another browser.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { sampleCatalogue } from "../test/catalogue/sample";
import { writeSample } from "../test/catalogue/write";

const QUERIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "newest, in a region": { cloud: "aws", region: "eu-west-1" },
  "an id, letter by letter": { text: "ami-0" },
  "all releases": { releases: "all", text: "debian" },
  "a version": { text: "20260102.0" },
};
const TIMES = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { chromium: { type: "string", default: "/usr/bin/chromium" } } });
  const folder = mkdtempSync(path.join(tmpdir(), "imprimatur-catalogue-"));
  const begun = performance.now();
  writeSample(folder, sampleCatalogue({ products: 5, releases: 24, regions: 30, packages: 350 }));
  console.log(`site made in ${Math.round(performance.now() - begun)} ms`);
  const size = (name: string) => statSync(path.join(folder, name)).size;
  const first = ["index.html", "assets/catalogue.css", "assets/catalogue.js"].reduce(
    (sum, name) => sum + size(name),
    0,
  );
  console.log(`first load ${(first / 1000).toFixed(1)} kB, not compressed`);
  const browser = await chromium.launch({ executablePath: values.chromium, args: ["--no-sandbox"] });
  try {
    // Waiting for a condition is an eval, which the site's own policy forbids.
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(pathToFileURL(path.join(folder, "index.html")).href);
    for (const [name, query] of Object.entries(QUERIES)) {
      const took: number[] = [];
      let found = "";
      for (let time = 0; time < TIMES; time++) {
        const hash = new URLSearchParams(query).toString();
        await page.evaluate(
          `delete document.getElementById("find").dataset.took; location.hash = ""; location.hash = ${JSON.stringify(hash)}`,
        );
        await page.waitForFunction(`document.getElementById("find").dataset.took !== undefined`);
        took.push(Number(await page.evaluate(`document.getElementById("find").dataset.took`)));
        found = String(await page.evaluate(`document.getElementById("found-count").textContent`));
      }
      took.sort((a, b) => a - b);
      console.log(`${name.padEnd(24)} median ${took[TIMES / 2]} ms, most ${took.at(-1)} ms   ${found}`);
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();

import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { sampleCatalogue } from "../../catalogue/sample";
import { writeSample } from "../../catalogue/write";
import { temporaryFolder } from "../../unit/disk/sparse-file";

// The site as people see it, in Debian's Chromium (apt install chromium).

const CHROMIUM = "/usr/bin/chromium";
const skipped = existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is missing: apt install chromium`;
if (skipped) console.warn(`skipped: ${skipped}`);
const described = skipped ? describe.skip : describe;

const folder = temporaryFolder();
const catalogue = sampleCatalogue({ products: 3, releases: 4, regions: 30, packages: 20 });
const version = catalogue.products[0]!.current!.version;
const withdrawn = catalogue.products[2]!.releases[2]!;
const RELEASE = `releases/debian-13/${version}.html`;
const PAGES = [
  "index.html#releases=all&text=debian",
  "products/acme-debian-13.html",
  RELEASE,
  `releases/acme-debian-13/${withdrawn.version}.html`,
  `packages/debian-13/${version}.html`,
];
const axe = () => readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

described("the site in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    writeSample(folder, catalogue);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });
  afterAll(() => browser?.close());

  async function open(page: string, options: BrowserContextOptions = {}): Promise<Page> {
    const opened = await (await browser.newContext(options)).newPage();
    await opened.goto(`${pathToFileURL(folder).href}/${page}`);
    return opened;
  }

  describe.each(["light", "dark"] as const)("%s", (colorScheme) => {
    test.each([390, 1280])("axe finds nothing, and nothing is wider than %i pixels", async (width) => {
      for (const name of PAGES) {
        const page = await open(name, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        await page.evaluate(axe());
        const found = await page.evaluate(
          "axe.run().then(({ violations }) => violations.map(({ id }) => id))",
        );
        const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
        expect({ name, found, over }).toEqual({ name, found: [], over: 0 });
        await page.context().close();
      }
    });
  });

  test("asks no other host, and its policy forbids nothing of its own", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => void said.push(message.text()));
    page.on("pageerror", (error) => void said.push(error.message));
    page.on("request", (request) => void asked.push(request.url()));
    for (const name of PAGES) await page.goto(`${pathToFileURL(folder).href}/${name}`);
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(pathToFileURL(folder).href))).toEqual([]);
    await context.close();
  });

  test("the search finds an id whatever became of its release, and by keyboard a region's newest", async () => {
    const page = await open("index.html");
    const { id } = withdrawn.images[0]!.places[0]!;
    await page.getByLabel("Id, version or product").fill(id);
    await page.waitForSelector("#found li");
    expect(await page.locator("#found li").allTextContents()).toEqual([
      expect.stringMatching(/acme-debian-13 .*withdrawn.*not official: based on Debian 13/) as string,
    ]);
    await page.getByRole("button", { name: "Clear" }).press("Enter");
    await page.getByLabel("Cloud").selectOption("aws");
    await page.getByLabel("Region").selectOption("eu-west-1");
    await page.waitForFunction("document.getElementById('found-count').textContent === '6 images found.'");
    expect(page.url()).toMatch(/#cloud=aws&region=eu-west-1$/);
    await page.context().close();
  });

  test("another region puts its own id into the snippets and the console's address", async () => {
    const page = await open(RELEASE);
    const { id } = catalogue.products[0]!.current!.images[0]!.places.find(
      ({ region }) => region === "eu-west-1",
    )!;
    await page.getByLabel("Region").first().selectOption("eu-west-1");
    const use = page.locator(".use").first();
    expect(await use.locator("pre").first().textContent()).toContain(
      `--region eu-west-1 \\\n  --image-id ${id} `,
    );
    expect(await use.locator("a.console").getAttribute("href")).toMatch(
      new RegExp(`region=eu-west-1#.*ami=${id}$`),
    );
    await page.context().close();
  });

  test("without JavaScript all is there but the search and the buttons", async () => {
    const page = await open("index.html", { javaScriptEnabled: false });
    expect(await page.getByRole("search").isVisible()).toBe(false);
    await page.getByRole("link", { name: "debian-13", exact: true }).click();
    await page.getByRole("link", { name: `Use the newest release: ${version}` }).click();
    const text = await page.locator("main").innerText();
    for (const { id } of catalogue.products[0]!.current!.images[0]!.places) expect(text).toContain(id);
    expect(await page.getByRole("button").count()).toBe(0);
    await page.context().close();
  });

  test("by keyboard one comes past the head of the page at once", async () => {
    const page = await open(RELEASE);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent.trim()")).toBe("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement.id")).toBe("content");
    await page.context().close();
  });
});

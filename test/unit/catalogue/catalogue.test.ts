import fs from "node:fs";
import path from "node:path";
import { type CatalogueSources, productsOf, stagedIn } from "../../../catalogue/catalogue";
import type { ImageAccess } from "../../../config/access";
import { sayProvenance } from "../../../catalogue/model";
import type { StackFacts } from "../../../catalogue/stack-facts";
import { readRecords, withWithdrawals } from "../../../trust/records";
import type { ObjectFacts } from "../../../trust/object-facts";
import { type Publication, publishIn } from "../cli/publication";
import { temporaryFolder } from "../disk/sparse-file";
import { objectIn, stackWith } from "./facts";

const folder = temporaryFolder();
let publication: Publication;
beforeAll(async () => {
  publication = await publishIn(folder);
});

/** Signed, read and verified as the command does. */
async function recordsOf(versions: Record<string, { objects?: ObjectFacts[]; withdrawn?: string }>) {
  const records = fs.mkdtempSync(path.join(folder, "records-"));
  for (const [version, { objects = [], withdrawn }] of Object.entries(versions)) {
    fs.writeFileSync(
      path.join(records, `${version}.sigstore.json`),
      await publication.recordOf(version, objects),
    );
    if (withdrawn !== undefined)
      fs.writeFileSync(
        path.join(records, `${version}.withdrawn.sigstore.json`),
        await publication.noticeOf(version, withdrawn),
      );
  }
  const key = fs.readFileSync(path.join(folder, "publisher.pem"), "utf8");
  return withWithdrawals(readRecords(records, [key])).trusted;
}

async function sourcesOf(
  versions: Parameters<typeof recordsOf>[0],
  stacks: readonly StackFacts[] = [],
): Promise<CatalogueSources> {
  return {
    records: await recordsOf(versions),
    stacks,
    sboms: new Map(),
    now: new Date("2027-06-01T00:00:00Z"),
  };
}

async function releasesOf(...args: Parameters<typeof sourcesOf>) {
  return productsOf(await sourcesOf(...args))[0]?.releases ?? [];
}

test("newest first, whatever the files are called; the newest published one is the current one", async () => {
  const stack = stackWith("1.10", {});
  const ledger = {
    ...stack.ledger,
    "1.9": stack.ledger["1.10"]!,
    "2.0": { ...stack.ledger["1.10"]!, state: "withdrawn" as const },
  };
  const [product] = productsOf(await sourcesOf({ "1.9": {}, "1.10": {}, "2.0": {} }, [{ ...stack, ledger }]));
  expect(product!.releases.map(({ version }) => version)).toEqual(["2.0", "1.10", "1.9"]);
  expect(product!.current!.version).toBe("1.10");
  expect(sayProvenance(product!)).toBe("not official: based on Debian 13, by Example");
});

describe("state, and where it is from", () => {
  const published = stackWith("1.0", {});
  test.each([
    { what: "the stack's", stacks: [published], want: { state: "published", stateFrom: "stack" } },
    { what: "unknown without a stack", stacks: [], want: { state: "recorded", stateFrom: "record" } },
    {
      what: "a signed notice is stronger than the stack",
      stacks: [published],
      withdrawn: "sshd",
      want: {
        state: "withdrawn",
        stateFrom: "notice",
        reason: "sshd",
        withdrawnOn: "2026-11-21T10:00:00.000Z",
      },
    },
    {
      what: "a withdrawal that only the stack knows of",
      stacks: [stackWith("1.0", { state: "withdrawn", reason: "broken" })],
      want: { state: "withdrawn", stateFrom: "stack", reason: "broken" },
    },
    {
      what: "taken out of the stack",
      stacks: [stackWith("9.9", {})],
      want: { state: "deleted", stateFrom: "stack" },
    },
    {
      what: "another product's stack says nothing of it",
      stacks: [stackWith("1.0", {}, { product: "another" })],
      want: { state: "recorded", stateFrom: "record" },
    },
  ])("$what", async ({ stacks, withdrawn, want }) => {
    expect(await releasesOf({ "1.0": withdrawn === undefined ? {} : { withdrawn } }, stacks)).toMatchObject([
      want,
    ]);
  });

  test("a staged release is nobody's but the publisher's", async () => {
    const sources = await sourcesOf({ "1.0": {}, "1.1": {} }, [
      {
        ...stackWith("1.0", {}),
        ledger: { ...stackWith("1.0", {}).ledger, ...stackWith("1.1", { state: "staged" }).ledger },
      },
    ]);
    expect(productsOf(sources)[0]!.releases.map(({ version }) => version)).toEqual(["1.0"]);
    expect(stagedIn(sources)).toEqual(["demo 1.1"]);
  });

  test("past its end of life it is published and no longer the current one", async () => {
    const ended = stackWith("1.0", { endOfLife: "2027-05-31T00:00:00Z" });
    const [product] = productsOf(await sourcesOf({ "1.0": {} }, [ended]));
    expect(product).toMatchObject({ releases: [{ state: "published", isOver: true }] });
    expect(product!.current).toBeUndefined();
  });
});

describe("where it is", () => {
  const home = objectIn({
    ...{ cloud: "azure", region: "westeurope", id: "/subscriptions/1/v" },
    publicId: "/CommunityGalleries/g/Images/i/Versions/1.0.0",
  });
  const objects = [
    objectIn({}),
    objectIn({ cloud: "gcp", region: "all", id: "projects/p/global/images/i" }),
    home,
  ];
  const everyone = { x86_64: { has: ["public"] } };

  test("ids are the signed ones; the stack adds regions to Azure's one id, and to no other", async () => {
    const access = {
      "1.0": {
        aws: { "eu-west-1": everyone, "us-east-1": everyone },
        gcp: { global: everyone },
        azure: { westeurope: everyone, eastus: everyone },
      },
    };
    const [release] = await releasesOf({ "1.0": { objects } }, [stackWith("1.0", {}, { access })]);
    const seen = release!.images[0]!.places.map(({ cloud, region, id, from }) => [cloud, region, id, from]);
    expect(seen).toEqual([
      ["aws", "eu-west-1", "ami-1", "record"],
      ["gcp", "global", "projects/p/global/images/i", "record"],
      ["azure", "eastus", home.publicId, "stack"],
      ["azure", "westeurope", home.publicId, "record"],
    ]);
  });

  test.each([
    { access: { x86_64: { has: ["public", "123456789012"] } }, want: "everyone" },
    { access: { x86_64: { has: ["123456789012"] } }, want: "named" },
    { access: { x86_64: { has: [] } }, want: "nobody" },
    { access: { x86_64: { has: [], may: ["public"] } }, want: "unsure" },
    { access: { arm64: { has: ["public"] } }, want: "gone" },
  ] as { access: Record<string, ImageAccess>; want: string }[])(
    "who may use it, and no account by name: $want",
    async ({ access, want }) => {
      const stack = stackWith("1.0", {}, { access: { "1.0": { aws: { "eu-west-1": access } } } });
      const [release] = await releasesOf({ "1.0": { objects: [objectIn({})] } }, [stack]);
      expect(release!.images[0]!.places).toMatchObject([{ availability: want }]);
      expect(JSON.stringify(release!.images[0]!.places).match(/123456789012/g)).toHaveLength(1);
    },
  );

  test("without a stack nothing is said of who may use it", async () => {
    const [release] = await releasesOf({ "1.0": { objects } });
    expect(release!.images[0]!.places.map((place) => "availability" in place)).toEqual([false, false, false]);
  });
});

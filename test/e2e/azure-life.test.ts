import { publisherOnAzure, strangerOnAzure } from "./harness/azure";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { smallRelease } from "./harness/small-disk";
import type { StackOutputs } from "./harness/stack-file";

const HOME = "westeurope";
const REGIONS = [HOME, "eastus", "southeastasia"];
const [OLD, NEW] = ["20261121.0", "20261122.0"];
const DELETE_VERSION = "Microsoft.Compute/galleries/images/versions/delete";
const SUBSCRIPTION = "11111111-2222-3333-4444-555555555555";
const [OLD_VERSION, NEW_VERSION] = ["0.20261121.0", "0.20261122.0"];

/** Two releases in a gallery that everyone sees; each test continues from the previous one. */
describe("the life of a release in a community gallery", () => {
  let rehearsed: Rehearsed;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("life");
    for (const version of [OLD, NEW]) await smallRelease(rehearsed.checkout, "life", version);
  });
  afterAll(() => rehearsed?.end());

  const community = {
    publicNamePrefix: "lifetest",
    publisherUri: "https://example.org",
    publisherContact: "images@example.org",
    eula: "https://example.org/eula",
  };

  /** Writes the stack file with these states of the releases. */
  function states(releases: Record<string, string>, sharing: object = { community }, reason?: string): void {
    const list = Object.entries(releases).map(([version, state]) => ({
      version,
      state,
      ...(reason !== undefined && { reason }),
      imageFile: `images/life/${version}.json`,
      deprecateOn: "2027-11-20T00:00:00Z",
    }));
    rehearsed.checkout.write(
      "stacks/Pulumi.life.yaml",
      JSON.stringify({
        config: {
          "imprimatur:product": { name: "life", publisher: "Test", provenance: "official" },
          "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
          "imprimatur:releases": list,
          "imprimatur:allow": ["make-public"],
          "imprimatur:azure": {
            resourceGroup: { name: "life" },
            location: HOME,
            gallery: { name: "life", sharing },
            regions: Object.fromEntries(REGIONS.map((region) => [region, {}])),
          },
        },
      }),
    );
  }

  /** Versions that a stranger can name in each region, and the one that they get when they ask for the latest. */
  async function seenByStranger() {
    const outputs = await rehearsed.outputs<StackOutputs>();
    const stranger = strangerOnAzure(rehearsed.env).communityGalleryImageVersions;
    const seen: Record<string, { named: string[]; latest?: string }> = {};
    for (const region of REGIONS) {
      const versions: { name: string; hidden: boolean }[] = [];
      const listed = stranger.list(region, outputs.shared.azure!.publicName!, "life-x86_64");
      for await (const { name = "", excludeFromLatest } of listed)
        versions.push({ name, hidden: excludeFromLatest ?? false });
      const names = versions.map(({ name }) => name).sort();
      seen[region] = {
        named: names,
        latest: names.findLast((name) =>
          versions.some((version) => version.name === name && !version.hidden),
        ),
      };
    }
    return seen;
  }

  const everywhere = (seen: { named: string[]; latest: string }) =>
    Object.fromEntries(REGIONS.map((region) => [region, seen]));
  const OLD_ALONE = everywhere({ named: [OLD_VERSION], latest: OLD_VERSION });
  const BOTH = everywhere({ named: [OLD_VERSION, NEW_VERSION], latest: NEW_VERSION });

  test("the first one is published", async () => {
    states({ [OLD]: "published" });
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(OLD_ALONE);
  });

  test("a staged one is seen by nobody", async () => {
    states({ [NEW]: "staged", [OLD]: "published" });
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(OLD_ALONE);
  });

  test("until it was read back it can be named in the home region, and nobody gets it", async () => {
    states({ [NEW]: "published", [OLD]: "published" });
    await rehearsed.fault({
      cloud: "azure",
      kind: "error",
      match: "disks/imprimatur-verify",
      times: 1,
      status: 403,
    });
    oneLineError(await rehearsed.up(), /make disk life\/imprimatur-verify/);
    expect(await seenByStranger()).toEqual({
      ...OLD_ALONE,
      [HOME]: { named: [OLD_VERSION, NEW_VERSION], latest: OLD_VERSION },
    });
  });

  test("then it comes to every region, and is the latest, beside the older one", async () => {
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(BOTH);
    expectSuccess(await rehearsed.up("--expect-no-changes"));
  });

  test("a published one is not deleted: neither its line nor everything", async () => {
    const before = await rehearsed.inventory();
    states({ [OLD]: "published" });
    oneLineError(await rehearsed.up(), /the line of 20261122\.0 is gone/);
    const destroyed = await rehearsed.pulumi(["destroy", "--yes"]);
    oneLineError(destroyed, /preview failed/);
    const unseen = await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]);
    oneLineError(unseen, /imprimatur:index:Protection::\w+" cannot be deleted/);
    expect(await rehearsed.inventory()).toEqual(before);
    expect(await seenByStranger()).toEqual(BOTH);
  });

  test("a deprecated one can still be named, and is not the latest", async () => {
    states({ [NEW]: "deprecated", [OLD]: "published" });
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(
      everywhere({ named: [OLD_VERSION, NEW_VERSION], latest: OLD_VERSION }),
    );
    states({ [NEW]: "published", [OLD]: "deprecated" });
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(BOTH);
  });

  test("what somebody changed at Azure is seen by a refresh, and put right by the next up", async () => {
    const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];
    expectSuccess(await rehearsed.pulumi(refresh));
    const { galleryImageVersions } = publisherOnAzure(rehearsed.env);
    await galleryImageVersions.update("life", "life", "life-x86_64", NEW_VERSION, {
      publishingProfile: { targetRegions: [{ name: HOME }, { name: "eastus" }], excludeFromLatest: true },
      tags: { somebody: "else" },
    });
    expect((await seenByStranger()).southeastasia).toEqual({ named: [OLD_VERSION], latest: undefined });
    oneLineError(await rehearsed.pulumi(refresh), /no changes were expected/);
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(BOTH);
    expectSuccess(await rehearsed.pulumi(refresh));
    expectSuccess(await rehearsed.up("--expect-no-changes"));
  });

  test("a withdrawal that Azure refuses is told of as still open", async () => {
    states({ [NEW]: "withdrawn", [OLD]: "published" });
    await rehearsed.fault({ cloud: "azure", kind: "roles", without: [DELETE_VERSION] });
    const refused = await rehearsed.up();
    await rehearsed.fault({ cloud: "azure", kind: "roles", without: [] });
    expect(refused.status).not.toBe(0);
    const line = `gallery version life/life-x86_64/${NEW_VERSION} is still open for whoever sees the gallery: `;
    expect(refused.stdout + refused.stderr).toMatch(
      new RegExp(`still open:\\s+- ${line}.*AuthorizationFailed`),
    );
    expect(await seenByStranger()).toEqual(BOTH);
    const plan = await rehearsed.checkout.imprimatur(["plan", "--json"], { env: rehearsed.env });
    expect((JSON.parse(plan.stdout) as { statements: object[] }).statements).toContainEqual(
      expect.objectContaining({
        ...{ kind: "close-again", release: NEW, object: "gallery version" },
        grantees: ["whoever sees the gallery"],
      }),
    );
  });

  test("one that it takes is done, whatever else fails", async () => {
    states({ [NEW]: "withdrawn", [OLD]: "deprecated" });
    for (const match of ["permissions", "providers/Microsoft.Compute?", "/disks/", `versions/${OLD_VERSION}`])
      await rehearsed.fault({ cloud: "azure", kind: "error", match, status: 403, times: 1_000 });
    const up = await rehearsed.up();
    await rehearsed.fault({ cloud: "azure", kind: "clear" });
    expect(up.stdout + up.stderr).not.toContain("still open");
    for (const { named } of Object.values(await seenByStranger())) expect(named).toEqual([OLD_VERSION]);
  });

  test("it comes back, made and read back anew, though the state still had what was deleted", async () => {
    states({ [NEW]: "published", [OLD]: "published" }, { community }, "the report was wrong");
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(BOTH);
  });

  test("a published one is withdrawn by one up, and the older one takes its place", async () => {
    states({ [NEW]: "withdrawn", [OLD]: "published" });
    expectSuccess(await rehearsed.up());
    expect(await seenByStranger()).toEqual(OLD_ALONE);
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    // The disks are kept as evidence.
    const disks = (await rehearsed.inventory()).filter(({ kind }) => kind === "disk");
    expect(disks.map(({ name }) => name).sort()).toEqual([
      "life-x86_64-20261121-0",
      "life-x86_64-20261122-0",
    ]);
  });

  test("closed by one up, it is seen by nobody, and is shared with single subscriptions never", async () => {
    const { publicName } = (await rehearsed.outputs<StackOutputs>()).shared.azure!;
    const seen = () =>
      strangerOnAzure(rehearsed.env)
        .communityGalleries.get(HOME, publicName!)
        .then(({ name }) => name);
    expect(await seen()).toBe(publicName);
    states({ [NEW]: "withdrawn", [OLD]: "published" }, {});
    expectSuccess(await rehearsed.up());
    await expect(seen()).rejects.toMatchObject({ statusCode: 404 });
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    states({ [NEW]: "withdrawn", [OLD]: "published" }, { subscriptions: [SUBSCRIPTION] });
    oneLineError(await rehearsed.pulumi(["preview"]), /gallery life\/life is private.*give it another name/);
  });

  test("opened again, nothing is left once all of them are withdrawn and gone", async () => {
    states({ [NEW]: "withdrawn", [OLD]: "withdrawn" });
    expectSuccess(await rehearsed.up());
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

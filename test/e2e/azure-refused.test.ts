import fs from "node:fs";
import { publisherOnAzure } from "./harness/azure";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { smallRelease } from "./harness/small-disk";

const VERSION = "20261121.0";
const STANDARD = { securityType: "Standard", nameTemplate: "{product}-{architecture}-standard" };

/** Refusals by Azure, and how a stack recovers from them; each test continues from the previous one. */
describe("a release that Azure refuses", () => {
  let rehearsed: Rehearsed;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("refused");
    await smallRelease(rehearsed.checkout, "refused", VERSION);
  });
  afterAll(() => rehearsed?.end());

  function stack(line: object, azure: object = {}, allow: string[] = []): void {
    const config = {
      "imprimatur:product": { name: "refused", publisher: "Test", provenance: "official" },
      "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
      "imprimatur:releases": [
        { version: VERSION, state: "published", imageFile: `images/refused/${VERSION}.json`, ...line },
      ],
      "imprimatur:allow": allow,
      "imprimatur:azure": {
        resourceGroup: { name: "refused" },
        location: "westeurope",
        gallery: { name: "refused" },
        regions: { westeurope: {}, eastus: {} },
        ...azure,
      },
    };
    rehearsed.checkout.write("stacks/Pulumi.refused.yaml", JSON.stringify({ config }));
  }
  const refuse = () => rehearsed.fault({ cloud: "azure", kind: "security", times: 1 });
  const definitions = async () =>
    (await rehearsed.inventory()).filter(({ kind }) => kind === "image definition").map(({ name }) => name);

  test("for its security type says what to do about it", async () => {
    stack({});
    await refuse();
    const ran = await rehearsed.up();
    oneLineError(ran, /The security type 'TrustedLaunchSupported' is not supported for the source id/);
    expect(ran.stdout).toContain("set definition.securityType: Standard and another definition.nameTemplate");
  });

  test("goes on in a definition of another name, without a destroy", async () => {
    stack({ protect: false });
    await refuse();
    oneLineError(await rehearsed.up(), /The security type 'TrustedLaunchSupported' is not supported/);
    const disks = async () => (await rehearsed.inventory()).filter(({ kind }) => kind === "disk");
    const before = await disks();
    stack({ protect: false }, { definition: STANDARD }, ["delete-published"]);
    expectSuccess(await rehearsed.up());
    expect(await definitions()).toEqual(["refused-x86_64-standard"]);
    expect((await disks()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    expectSuccess(await rehearsed.up("--expect-no-changes"));
  });

  test("is not deleted for a replacement whose raw disk is not there", async () => {
    const before = await rehearsed.inventory();
    fs.rmSync(rehearsed.checkout.path(`images/refused/${VERSION}-x86_64.raw`));
    stack({ protect: false }, { definition: STANDARD, location: "eastus" }, ["delete-published"]);
    oneLineError(
      await rehearsed.up(),
      /disk refused\/refused-x86_64-20261121-0 is to be made: the raw disk .* is not there/,
    );
    expect(await rehearsed.inventory()).toEqual(before);
  });

  test("that somebody holds until its end of life keeps nothing else from a destroy, and goes after one command", async () => {
    const { env } = rehearsed;
    const [version] = (await rehearsed.inventory()).filter(({ kind }) => kind === "image version");
    const hold = (blockDeletionBeforeEndOfLife: boolean) =>
      publisherOnAzure(env).galleryImageVersions.beginUpdateAndWait(
        ...placeOf(version!.id),
        { safetyProfile: { blockDeletionBeforeEndOfLife } },
        { updateIntervalInMs: 20 },
      );
    await hold(true);
    const destroy = ["destroy", "--stack", "refused", "--yes"];
    const refused = await rehearsed.checkout.imprimatur(destroy, { env });
    expect(refused.status).toBe(1);
    expect(refused.stdout + refused.stderr).toContain(
      `az sig image-version update --ids ${version!.id} --block-deletion-before-end-of-life false`,
    );
    const left = (await rehearsed.inventory()).map(({ kind }) => kind);
    expect(left).toContain("image version");
    await hold(false);
    const done = await rehearsed.checkout.imprimatur(destroy, { env });
    expect(done.stderr).not.toContain("error");
    expect(done.status).toBe(0);
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

/** Group, gallery, definition and version in an id. */
function placeOf(id: string): [string, string, string, string] {
  const parts = id.split("/");
  return [4, 8, 10, 12].map((at) => parts[at] ?? "") as [string, string, string, string];
}

import { expectDone } from "./harness/kills";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import { seenByStrangers } from "./harness/seen";
import { smallRelease } from "./harness/small-disk";
import { stackFile } from "./harness/stack-file";

const REGIONS = ["eu-central-1", "us-east-1"];
const AZURE_REGIONS = ["westeurope", "eastus"];
const COMMUNITY = {
  publicNamePrefix: "imprimatur",
  publisherUri: "https://imprimatur.example",
  publisherContact: "images@imprimatur.example",
  eula: "https://imprimatur.example/eula",
};

/** `left` makes group, gallery and bucket; `right` publishes into them. */
type Stack = "left" | "right";

function stackOf(stack: Stack, releases: readonly { version: string; imageFile: string }[]): string {
  const one = { product: stack, version: "1", imageFile: "", regions: REGIONS, azureRegions: AZURE_REGIONS };
  const { config } = JSON.parse(stackFile(one)) as { config: Record<string, Record<string, unknown>> };
  const exists = stack === "right";
  const lines = releases.map((release) => ({ ...release, state: "published", protect: false }));
  Object.assign(config, { "imprimatur:releases": lines });
  Object.assign(config["imprimatur:aws"]!, { pointers: [`/{product}/{architecture}/latest`] });
  // The user's cache remembers begun uploads by bucket: not another rehearsal's.
  const bucket = { name: `two-${process.pid}-archives`, ...(exists ? { exists } : { location: "eu" }) };
  Object.assign(config["imprimatur:gcp"]!, { bucket, keepArchive: exists });
  Object.assign(config["imprimatur:azure"]!, {
    resourceGroup: { name: "shared", ...(exists && { exists }) },
    gallery: { name: "shared", ...(exists && { exists }), sharing: { community: COMMUNITY } },
  });
  return JSON.stringify({ config });
}

test("two stacks in one account, gallery and bucket do not touch each other's things", async () => {
  const rehearsed = await Rehearsed.start("left");
  try {
    const { checkout } = rehearsed;
    const write = async (stack: Stack, ...versions: string[]) => {
      const releases = [];
      for (const version of versions) releases.push({ version, imageFile: await imageOf(stack, version) });
      checkout.write(`stacks/Pulumi.${stack}.yaml`, stackOf(stack, releases));
    };
    const made = new Map<string, Promise<string>>();
    const imageOf = (stack: Stack, version: string) => {
      const key = `${stack} ${version}`;
      const file = made.get(key) ?? smallRelease(checkout, stack, version);
      made.set(key, file);
      return file;
    };
    const imprimatur = (...args: string[]) => checkout.imprimatur(args, { env: rehearsed.env });
    const up = (stack: Stack) => expectDone(rehearsed, "up", "--stack", stack, "--yes");
    const unchanged = async (stack: Stack) =>
      expectSuccess(
        await rehearsed.pulumi(["preview", "--stack", stack, "--refresh", "--expect-no-changes"]),
      );
    // Of AWS's images, which have no product in what a stranger lists, those that the product's pointers lead to.
    const seen = async (product: Stack) => {
      const all = await seenByStrangers(rehearsed, {
        product,
        regions: REGIONS,
        azureRegions: AZURE_REGIONS,
      });
      const pointed = all.flatMap((line) => / points to (ami-\w+)/.exec(line)?.[1] ?? []);
      const isOf = (line: string) => line.includes(product) || line.includes("imprimatur-");
      return all.filter((line) => isOf(line) || pointed.some((id) => line.includes(id)));
    };

    await write("left", "1");
    await up("left");
    expectSuccess(await rehearsed.pulumi(["stack", "init", "right"]));
    await write("left", "1", "2");
    await write("right", "1");
    // Both at the same time, each with images of its own.
    await Promise.all([up("left"), up("right")]);
    await unchanged("left");
    await unchanged("right");
    const before = await seen("right");
    const shape = before.map((line) => line.replace(/ami-\w+/, "AMI").replace(/imprimatur-\S+/, "GALLERY"));
    expect(shape).toEqual(
      [
        "eastus GALLERY 0.0.1",
        ...REGIONS.flatMap((region) => [`${region} AMI`, `${region} points to AMI`]),
        "projects/rehearsal-publisher/global/images/family/right-x86-64",
        "projects/rehearsal-publisher/global/images/right-x86-64-1",
        "westeurope GALLERY 0.0.1",
      ].sort(),
    );

    // The stack that made the place is destroyed: what is in it stays with the place, and its own things go.
    const refused = await imprimatur("destroy", "--stack", "left", "--yes");
    expect(oneLineError(refused, /bucket gs:/)).toMatch(
      /stays: it holds right\/1\/x86_64-[0-9a-f]+\.tar\.gz of the stack right; destroy that stack first/,
    );
    // A gallery is shared as a whole; its own versions go with a withdrawal.
    expect(oneLineError(refused, /gallery shared is not made private/)).toContain(
      "it holds shared/right-x86_64/0.0.1 of the stack right",
    );
    expect(refused.status).toBe(1);
    await unchanged("right");
    expect(await seen("right")).toEqual(before);
    expect((await seen("left")).filter((line) => !line.includes(" imprimatur-"))).toEqual([]);

    await expectDone(rehearsed, "destroy", "--stack", "right", "--yes");
    await expectDone(rehearsed, "destroy", "--stack", "left", "--yes");
    expect(await rehearsed.inventory()).toEqual([]);
  } finally {
    await rehearsed.end();
  }
}, 1_800_000);

import fs from "node:fs";
import { cacheFolder } from "../../clouds/cache";
import { killAllIn } from "./harness/processes";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { stackFile } from "./harness/stack-file";

/** The stand-in clouds are somewhere else, as it were: they outlive the publisher's machine. */
const CLOUDS = /rehearsal\/serve\.ts|azurite-child/;
const DEMO_IMAGE = "images/demo/20261120.0.json";

describe("an upload that is killed half-way", () => {
  let rehearsed: Rehearsed;
  beforeEach(async () => {
    rehearsed = await Rehearsed.start("killed");
    const demo = { product: "demo", version: "20261120.0", imageFile: DEMO_IMAGE };
    rehearsed.checkout.write(
      "stacks/Pulumi.killed.yaml",
      stackFile({ ...demo, regions: ["eu-central-1", "us-east-1"] }),
    );
  });
  afterEach(() => rehearsed?.end());

  test("goes on where it was: no block that is known to have arrived is sent again, and nothing is left over", async () => {
    const { checkout } = rehearsed;
    const image = JSON.parse(fs.readFileSync(checkout.path(DEMO_IMAGE), "utf8")) as {
      images: { x86_64: { blockMap: { dataBlocks: number } } };
    };
    const { dataBlocks } = image.images.x86_64.blockMap;
    const early = Math.floor(dataBlocks / 2);
    await rehearsed.fault({
      cloud: "aws",
      kind: "hang",
      action: "PutSnapshotBlock",
      skip: early,
      times: 10_000,
    });

    await killedDuring(["up", "--yes", "--skip-preview"], "PutSnapshotBlock", early);
    // Some may have arrived in the moment of the kill, and nobody here heard of it.
    const unheard = acceptedBlocks(rehearsed) - blocksInJournal(await pendingSnapshot(rehearsed));

    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    // The engine's own cure for a state that a killed engine left locked.
    expectSuccess(await rehearsed.pulumi(["cancel", "--yes"]));
    expectSuccess(await rehearsed.up());
    expectSuccess(await rehearsed.up("--expect-no-changes"));

    expect(unheard).toBeLessThan(early);
    expect(acceptedBlocks(rehearsed)).toBe(dataBlocks + unheard);
    expect(rehearsed.requests("StartSnapshot")).toHaveLength(1);

    // The teardown is killed as well, once some of it is done, and finishes on the next run.
    await rehearsed.fault({ cloud: "aws", kind: "hang", action: "DeleteSnapshot", times: 10_000 });
    await killedDuring(["destroy", "--yes", "--skip-preview"], "DeregisterImage");
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    expect((await rehearsed.inventory()).length).toBeGreaterThan(0);
    expectSuccess(await rehearsed.pulumi(["cancel", "--yes"]));
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });

  /** Runs the engine until the stand-in AWS has answered so many of these requests, then ends it and its plugins at once. */
  async function killedDuring(args: string[], action: string, count = 1): Promise<void> {
    let ended = false;
    const run = rehearsed.pulumi(args).finally(() => (ended = true));
    while (!ended && rehearsed.requests(action).length < count) await nextLook();
    killAllIn(rehearsed.checkout.folder, (commandLine) => CLOUDS.test(commandLine));
    expect((await run).status).not.toBe(0);
  }
});

function acceptedBlocks(rehearsed: Rehearsed): number {
  return rehearsed.requests("PutSnapshotBlock").filter((request) => / 20\d$/.test(request)).length;
}

async function pendingSnapshot(rehearsed: Rehearsed): Promise<string> {
  const snapshots = (await rehearsed.inventory()).filter(({ kind }) => kind === "snapshot");
  expect(snapshots).toHaveLength(1);
  return snapshots[0]!.id;
}

/** Blocks that the killed upload had noted: see clouds/journal.ts for the format. */
function blocksInJournal(snapshotId: string): number {
  const header = "imprimatur upload journal v1\n".length;
  return Math.floor((fs.statSync(cacheFolder("uploads", `eu-central-1.${snapshotId}`)).size - header) / 36);
}

/** The log of the clouds is a file: it is looked at, not waited for. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

import fs from "node:fs";
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

  test("goes on where it was: no block that arrived is sent again, and nothing is left over", async () => {
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

    let ended = false;
    const first = rehearsed.up().finally(() => (ended = true));
    while (!ended && rehearsed.requests("PutSnapshotBlock").length < early) await nextLook();
    killAllIn(checkout.folder, (commandLine) => CLOUDS.test(commandLine));
    expect((await first).status).not.toBe(0);

    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    // The engine's own cure for a state that a killed engine left locked.
    expectSuccess(await rehearsed.pulumi(["cancel", "--yes"]));
    expectSuccess(await rehearsed.up());
    expectSuccess(await rehearsed.up("--expect-no-changes"));

    const accepted = rehearsed.requests("PutSnapshotBlock").filter((request) => / 20\d$/.test(request));
    expect(accepted).toHaveLength(dataBlocks);
    expect(rehearsed.requests("StartSnapshot")).toHaveLength(1);
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

/** The log of the clouds is a file: it is looked at, not waited for. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

import fs from "node:fs";
import { expectDone, imprimatur, runKilled } from "./harness/kills";
import { expectSuccess, Rehearsed } from "./harness/rehearsed";
import { stackFile } from "./harness/stack-file";

const UP = ["up", "--stack", "killed", "--yes"];
const DESTROY = ["destroy", "--stack", "killed", "--yes"];
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

    await killedDuring(UP, "PutSnapshotBlock", early);
    // Some blocks may have arrived at the moment of the kill, without an answer reaching the client.
    const unheard = acceptedBlocks(rehearsed) - blocksInJournal(rehearsed, await pendingSnapshot(rehearsed));

    // The same command resumes, past its own lock, and is killed again where a copy exists that has no tag yet.
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    await rehearsed.fault({
      cloud: "aws",
      kind: "hang",
      action: "CreateTags",
      region: "us-east-1",
      times: 10_000,
    });
    await killedDuring(UP, "CopyImage");
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    const { stderr } = await expectDone(rehearsed, ...UP);
    expect(stderr).toMatch(/recover: ended the update of .* that process is gone/);
    expect(stderr).toMatch(
      /\(AmiCopy\): its creation was interrupted; AMI ami-\w+ .* was left, and is deleted/,
    );
    expect(stderr).toContain("recover: killed: no operation is pending any more");
    expectSuccess(await rehearsed.up("--expect-no-changes"));

    expect(unheard).toBeLessThan(early);
    expect(acceptedBlocks(rehearsed)).toBe(dataBlocks + unheard);
    expect(rehearsed.requests("StartSnapshot")).toHaveLength(1);

    // The teardown is killed as well, once part of it is done, and finishes on the next run.
    await rehearsed.fault({ cloud: "aws", kind: "hang", action: "DeleteSnapshot", times: 10_000 });
    const deregistered = rehearsed.requests("DeregisterImage").length;
    await killedDuring(DESTROY, "DeregisterImage", deregistered + 1);
    await rehearsed.fault({ cloud: "aws", kind: "clear" });
    expect((await rehearsed.inventory()).length).toBeGreaterThan(0);
    // An edit of the state by hand has mistaken the order besides.
    const state = checkout.path(".rehearsal/pulumi/.pulumi/stacks/imprimatur/killed.json");
    fs.writeFileSync(state, reversed(fs.readFileSync(state, "utf8")));
    const destroyed = await expectDone(rehearsed, ...DESTROY);
    expect(destroyed.stderr).toMatch(
      /recover: the state of killed was broken: .*; `pulumi state repair` has/,
    );
    expect(await rehearsed.inventory()).toEqual([]);
  });

  /**
   * Runs `imprimatur` until the stand-in AWS has answered this many of these requests, then ends it and all that it
   * started.
   */
  async function killedDuring(args: string[], action: string, count = 1): Promise<void> {
    const isTime = () => rehearsed.requests(action).length >= count;
    expect(await runKilled(rehearsed, imprimatur(rehearsed, ...args), { way: "all", isTime })).toBe(true);
  }
});

/** A state whose resources come before what they need. */
function reversed(state: string): string {
  const file = JSON.parse(state) as { checkpoint: { latest: { resources: object[] } } };
  file.checkpoint.latest.resources.reverse();
  return JSON.stringify(file);
}

function acceptedBlocks(rehearsed: Rehearsed): number {
  return rehearsed.requests("PutSnapshotBlock").filter((request) => / 20\d$/.test(request)).length;
}

async function pendingSnapshot(rehearsed: Rehearsed): Promise<string> {
  const snapshots = (await rehearsed.inventory()).filter(({ kind }) => kind === "snapshot");
  expect(snapshots).toHaveLength(1);
  return snapshots[0]!.id;
}

/** Blocks that the killed upload had noted: see clouds/journal.ts for the format. */
function blocksInJournal({ checkout }: Rehearsed, snapshotId: string): number {
  const header = "imprimatur upload journal v1\n".length;
  const journal = checkout.path(".cache/imprimatur/uploads", `eu-central-1.${snapshotId}`);
  return Math.floor((fs.statSync(journal).size - header) / 36);
}

import fs from "node:fs";
import { EBSClient, StartSnapshotCommand } from "@aws-sdk/client-ebs";
import { CopyImageCommand } from "@aws-sdk/client-ec2";
import type { Leftover } from "../../audit/sweep/leftover";
import { ec2, settings } from "./harness/aws";
import { killAllIn } from "./harness/processes";
import { expectSuccess, type Rehearsed as Rehearsal, Rehearsed } from "./harness/rehearsed";
import { compareRights } from "./harness/rights";
import { stackFile, type StackOutputs } from "./harness/stack-file";

const CLOUDS = /rehearsal\/serve\.[jt]s|azurite-child/;
const DEMO = { product: "demo", version: "20261120.0", imageFile: "images/demo/20261120.0.json" };

interface Swept {
  status: number | null;
  leftovers: Leftover[];
  stderr: string;
}

async function sweep({ checkout, env, stack }: Rehearsal, ...args: string[]): Promise<Swept> {
  const ran = await checkout.imprimatur(["sweep", "--stack", stack, "--json", ...args], { env });
  const { leftovers = [] } = JSON.parse(ran.stdout || "{}") as { leftovers?: Leftover[] };
  return { status: ran.status, leftovers, stderr: ran.stderr };
}

/** For example `aws eu-central-1 image`, each kind once per place. */
function places(leftovers: readonly Leftover[]): string[] {
  return leftovers.map(({ cloud, region, object }) => `${cloud} ${region} ${object.kind}`).sort();
}

describe("a sweep", () => {
  let rehearsed: Rehearsal;
  const regions = ["eu-central-1", "us-east-1"];

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("lost");
    const azureRegions = ["westeurope", "eastus"];
    rehearsed.checkout.write("stacks/Pulumi.lost.yaml", stackFile({ ...DEMO, regions, azureRegions }));
  });
  afterAll(() => rehearsed?.end());

  test("finds nothing of a stack that is as it should be, and deletes nothing of it", async () => {
    expectSuccess(await rehearsed.up());
    expect(await sweep(rehearsed)).toMatchObject({ status: 0, leftovers: [] });
    const before = await rehearsed.inventory();
    expect(await sweep(rehearsed, "--delete")).toMatchObject({ status: 0, leftovers: [] });
    expect(await rehearsed.inventory()).toEqual(before);
  });

  test("an audit needs no right that the auditor's documents do not give", async () => {
    await rehearsed.may("auditor");
    await rehearsed.rights(true);
    const audited = await rehearsed.checkout.imprimatur(["audit", "--stack", "lost", "--json"], {
      env: rehearsed.env,
    });
    const { uncovered } = compareRights(await rehearsed.rights(), { purposes: ["audit"] });
    await rehearsed.may();
    expect(JSON.parse(audited.stdout)).toMatchObject({ findings: [], unasked: [] });
    // test/unit/audit tests that each of them is needed.
    expect(uncovered).toEqual([]);
  });

  test("finds everything of a stack whose state was lost, and leaves another stack's alone", async () => {
    const outputs = await rehearsed.outputs<StackOutputs>();
    const home = outputs.releases[DEMO.version]!.aws.x86_64!["eu-central-1"]!;
    // Created by hand: an upload that was begun and abandoned, one of another stack, and a copy without tags.
    const ebs = new EBSClient(settings(rehearsed.env, "eu-west-1", "publisher"));
    for (const stack of ["lost", "another"]) {
      const Tags = [
        { Key: "imprimatur:stack", Value: stack },
        { Key: "imprimatur:product", Value: "demo" },
        { Key: "imprimatur:upload", Value: "begun" },
      ];
      await ebs.send(new StartSnapshotCommand({ VolumeSize: 1, Tags }));
    }
    ebs.destroy();
    const Name = "demo-x86_64-20261120.0";
    const copy = { Name, SourceImageId: home, SourceRegion: "eu-central-1" };
    await ec2(rehearsed.env, "sa-east-1").send(new CopyImageCommand(copy));
    const before = await rehearsed.inventory();
    expectSuccess(await rehearsed.pulumi(["stack", "rm", "lost", "--force", "--yes", "--preserve-config"]));

    await rehearsed.may("sweeper");
    await rehearsed.rights(true);
    const { status, leftovers } = await sweep(rehearsed);
    expect(status).toBe(3);
    expect(places(leftovers)).toEqual([
      "aws eu-central-1 image",
      "aws eu-central-1 snapshot",
      "aws eu-west-1 snapshot",
      "aws sa-east-1 image",
      "aws sa-east-1 snapshot",
      "aws us-east-1 image",
      "aws us-east-1 snapshot",
      "azure westeurope definition",
      "azure westeurope disk",
      "azure westeurope gallery",
      "azure westeurope resource group",
      "azure westeurope version",
      "gcp global bucket",
      "gcp global image",
    ]);
    for (const { createdAt, billedGiB, object } of leftovers) {
      if (["snapshot", "disk", "version"].includes(object.kind)) {
        expect({ object, dated: createdAt !== undefined, billed: billedGiB! > 0 }).toMatchObject({
          dated: true,
          billed: true,
        });
      }
    }
    // The dry run changed nothing.
    expect(await rehearsed.inventory()).toEqual(before);
  });

  test("deletes it in the right order, until only the other stack's is there", async () => {
    // A stack of the same name in another backend would look the same.
    const kept = await rehearsed.inventory();
    const careful = await sweep(rehearsed, "--delete");
    expect(careful.status).toBe(1);
    expect(careful.stderr).toContain("or a stack of the same name in another backend publishes that");
    expect(await rehearsed.inventory()).toEqual(kept);
    expect(await sweep(rehearsed, "--delete", "--lost-state")).toMatchObject({ status: 0 });
    expect((await rehearsed.inventory()).map(({ kind, region }) => `${kind} ${region}`)).toEqual([
      "snapshot eu-west-1",
    ]);
    expect(await sweep(rehearsed)).toMatchObject({ status: 0, leftovers: [] });
  });

  test("needed no right for both that the sweeper's documents do not give", async () => {
    expect(compareRights(await rehearsed.rights(), { purposes: ["sweep"] }).uncovered).toEqual([]);
  });

  test("finds what a killed engine began, once its lock is given up, and the stack goes on", async () => {
    await rehearsed.may();
    expectSuccess(await rehearsed.pulumi(["stack", "select", "--create", "lost"]));
    // The engine dies while the home region's image is created: it exists, and has no tag yet.
    await rehearsed.fault({ cloud: "aws", kind: "hang", action: "CreateTags", times: 10_000 });
    const registered = rehearsed.requests("RegisterImage").length;
    let ended = false;
    let kill: (signal: NodeJS.Signals) => void = () => undefined;
    const onOutput = (_text: string, killer: typeof kill) => void (kill = killer);
    const up = rehearsed
      .pulumi(["up", "--yes", "--skip-preview"], { onOutput })
      .finally(() => (ended = true));
    while (!ended && rehearsed.requests("RegisterImage").length === registered) await nextLook();
    kill("SIGKILL");
    killAllIn(rehearsed.checkout.folder, (commandLine) => CLOUDS.test(commandLine));
    expect((await up).status).not.toBe(0);
    await rehearsed.fault({ cloud: "aws", kind: "clear" });

    // A file that the engine leaves if it dies during a write; that it happens in this test is chance.
    const attributes = `${rehearsed.env.IMPRIMATUR_REHEARSAL_DIR}/pulumi/.pulumi/stacks/imprimatur/lost.json.attrs`;
    fs.writeFileSync(attributes, "");
    const unreadable = await sweep(rehearsed);
    expect(unreadable).toMatchObject({ status: 1, leftovers: [] });
    expect(unreadable.stderr).toContain("imprimatur recover mends it");
    fs.rmSync(attributes);

    const held = await sweep(rehearsed, "--delete");
    expect(held.status).toBe(14);
    expect(held.stderr).toContain("pulumi cancel");
    expectSuccess(await rehearsed.pulumi(["cancel", "--yes"]));

    const { leftovers, stderr } = await sweep(rehearsed);
    expect(stderr).toContain("creating");
    expect(places(leftovers)).toContain("aws eu-central-1 image");
    expect(await sweep(rehearsed, "--delete")).toMatchObject({ status: 0 });
    const { status, stdout } = await rehearsed.up();
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining("`imprimatur recover`") as string,
    });
    expect(await sweep(rehearsed)).toMatchObject({ status: 0, leftovers: [] });
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    const left = (await rehearsed.inventory()).filter(({ region }) => region !== "eu-west-1");
    expect(left).toEqual([]);
  });
});

/** The log of the clouds is a file, so it is polled. */
function nextLook(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

import { statSync } from "node:fs";
import { DeleteTagsCommand, DescribeImagesCommand, ModifyImageAttributeCommand } from "@aws-sdk/client-ec2";
import { ec2 } from "./harness/aws";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";
import type { Ran } from "./harness/checkout";
import type { StackOutputs } from "./harness/stack-file";

const REGIONS = ["eu-central-1", "us-east-1"];

interface Wanted {
  accounts?: string[];
  tags?: Record<string, string>;
  deprecated?: boolean;
}

function stackFile({ accounts, tags = {}, deprecated }: Wanted = {}): string {
  const releases = [
    {
      version: "20261120.0",
      state: deprecated ? "deprecated" : "published",
      imageFile: "images/demo/20261120.0.json",
      protect: false,
      deprecateOn: "2028-11-20T00:00:00Z",
    },
  ];
  const sharing = accounts ? { accounts } : { public: true };
  return JSON.stringify({
    config: {
      "imprimatur:product": { name: "demo", publisher: "Test", provenance: "official" },
      "imprimatur:checks": { input: "optional", policy: "optional", record: "optional" },
      "imprimatur:releases": releases,
      "imprimatur:aws": {
        homeRegion: REGIONS[0],
        regions: Object.fromEntries(REGIONS.map((region) => [region, {}])),
        sharing,
        image: { tags },
      },
    },
  });
}

/**
 * A release manager plans, applies, and is refused a change that was not planned; each test continues from the
 * previous one.
 */
describe("imprimatur plan and up", () => {
  let rehearsed: Rehearsed;
  const imprimatur = (...args: string[]) =>
    rehearsed.checkout.imprimatur([...args], { env: { ...rehearsed.env, CI: "" } });
  const plan = (...args: string[]) => imprimatur("plan", "--stack", "planned", ...args);
  const up = (...args: string[]) => imprimatur("up", "--stack", "planned", "--yes", ...args);
  const write = (wanted?: Wanted) =>
    rehearsed.checkout.write("stacks/Pulumi.planned.yaml", stackFile(wanted));
  const save = async (): Promise<void> => {
    const saved = await plan("--save", "plan.json");
    expect(saved.stderr).toContain("plan.json: saved");
  };
  const refusal = (ran: Ran) => oneLineError(ran, /^imprimatur: plan\.json: refused, nothing was done: /);

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("planned");
  });
  afterAll(() => rehearsed?.end());

  test("a first publication is 13 until it is named, then 11", async () => {
    write();
    const unnamed = await plan();
    expect({ code: unnamed.status, out: unnamed.stdout }).toEqual({
      code: 13,
      out: expect.stringContaining("make-public:20261120.0  20261120.0 becomes public on aws in") as string,
    });
    expect((await up()).status).toBe(13);
    expect(await rehearsed.inventory()).toEqual([]);
    expect((await plan("--allow", "make-public")).status).toBe(11);
  });

  test("what an up has not shared because it failed is 13 again, though it was named then", async () => {
    const code = "UnauthorizedOperation";
    await rehearsed.fault({ kind: "error", action: "ModifyImageAttribute", code, status: 403, times: 1 });
    expect((await up("--allow", "make-public")).status).toBe(1);
    const { status, stdout } = await plan();
    expect([status, stdout]).toEqual([13, expect.stringMatching(/AWS {2}becomes public in (eu|us)-\S+-1\n/)]);
    expect((await up()).status).toBe(13);
  });

  test("is published by up from a saved plan that names it, and then there is nothing to do", async () => {
    expect((await plan("--allow", "make-public:20261120.0", "--save", "plan.json")).status).toBe(11);
    expect(statSync(rehearsed.checkout.path("plan.json")).mode & 0o777).toBe(0o600);
    expectSuccess(await up("--plan", "plan.json"));
    const again = await plan();
    expect([again.status, again.stdout]).toEqual([0, "Stack planned: nothing to do.\n"]);
  });

  test("narrowing is 12, and said last", async () => {
    write({ accounts: ["111122223333"] });
    const { status, stdout } = await plan();
    expect(status).toBe(12);
    expect(stdout.trim().split("\n").at(-1)).toBe(
      "! 20261120.0  AWS  is taken from everyone in 2 regions: eu-central-1, us-east-1",
    );
  });

  test("a saved plan is refused when the stack file was edited", async () => {
    write({ tags: { team: "images" } });
    await save();
    write({ tags: { team: "others" } });
    expect(refusal(await up("--plan", "plan.json"))).toContain("stacks/Pulumi.planned.yaml is not the file");
    write({ tags: { team: "images" } });
  });

  test("a saved plan is refused when another up came in between", async () => {
    await save();
    expectSuccess(await up());
    expect(refusal(await up("--plan", "plan.json"))).toContain("the stack's state has changed");
  });

  test("a saved plan is refused when somebody changed a cloud", async () => {
    write({ deprecated: true, tags: { team: "images" } });
    await save();
    const { releases } = await rehearsed.outputs<StackOutputs>();
    const id = releases["20261120.0"]!.aws.x86_64!["us-east-1"]!;
    const client = ec2(rehearsed.env, "us-east-1");
    await client.send(
      new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Remove: [{ Group: "all" }] } }),
    );
    const line = refusal(await up("--plan", "plan.json"));
    expect(line).toContain("a fresh preview does more than the plan: update imprimatur:aws:ImageSharing");
    expect(line).toContain("us-east-1");

    // Once the change is undone, the plan is valid again.
    await client.send(
      new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Add: [{ Group: "all" }] } }),
    );
    expectSuccess(await up("--plan", "plan.json"));
    expect((await plan()).status).toBe(0);

    // Without a plan the repair is shown, and applied.
    await client.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: "team" }] }));
    expect((await plan("--refresh")).status).toBe(10);
    expectSuccess(await up("--refresh"));
    const found = await client.send(new DescribeImagesCommand({ ImageIds: [id] }));
    expect(found.Images?.[0]?.Tags).toContainEqual({ Key: "team", Value: "images" });
    client.destroy();
  });

  test("an update that leaves the guard out makes nothing public", async () => {
    const others = { deprecated: true, tags: { team: "images" } };
    write({ ...others, accounts: ["111122223333"] });
    expectSuccess(await up());
    const { releases } = await rehearsed.outputs<StackOutputs>();
    const asked = { ImageIds: [releases["20261120.0"]!.aws.x86_64!["us-east-1"]!] };
    const stranger = ec2(rehearsed.env, "us-east-1", "stranger");
    const isPublic = () =>
      stranger.send(new DescribeImagesCommand(asked)).then(
        () => true,
        () => false,
      );
    write(others);
    for (const left of [
      ["--target", "**imprimatur:aws:ImageSharing**"],
      ["--exclude", "**imprimatur:index:Lifecycle**"],
    ]) {
      const refused = await rehearsed.up(...left);
      expect(oneLineError(refused, /was left out of this update/)).toMatch(
        /guard \(imprimatur:index:Lifecycle\) .* has not agreed to public; run `imprimatur up`/,
      );
      expect(await isPublic()).toBe(false);
    }
    expectSuccess(await up("--allow", "make-public"));
    expect(await isPublic()).toBe(true);
    stranger.destroy();
  });
});

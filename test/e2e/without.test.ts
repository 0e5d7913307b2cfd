import fs from "node:fs";
import { expectSuccess, oneLineError, Rehearsed } from "./harness/rehearsed";

const RAW = "images/demo/demo.raw";

describe("a machine that does not have everything", () => {
  let rehearsed: Rehearsed;
  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo");
    fs.renameSync(rehearsed.checkout.path(RAW), rehearsed.checkout.path("elsewhere.raw"));
  });
  afterAll(() => rehearsed?.end());

  test("says in one line that the raw disk is missing, before a byte is sent, and destroy leaves nothing", async () => {
    const line = oneLineError(await rehearsed.up(), /demo\.raw is not there/);
    expect(line).toMatch(/put it beside|build it again/);
    expect(await rehearsed.kindsWithBytes()).toEqual([]);
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });

  test("tears down without the raw disk", async () => {
    fs.renameSync(rehearsed.checkout.path("elsewhere.raw"), rehearsed.checkout.path(RAW));
    expectSuccess(await rehearsed.up());
    fs.rmSync(rehearsed.checkout.path(RAW));
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });

  test("previews with neither the raw disk nor a cloud in reach, and always the same", async () => {
    await rehearsed.cloudsAway();
    expect(fs.existsSync(rehearsed.checkout.path(RAW))).toBe(false);
    const [first, second] = [await preview(), await preview()];
    expect(first.length).toBeGreaterThan(10);
    expect(second).toEqual(first);
  });

  /** The actions of a preview, without times and ids of the run. */
  async function preview(): Promise<string[]> {
    const ran = await rehearsed.pulumi(["preview", "--json"]);
    expectSuccess(ran);
    const { steps } = JSON.parse(ran.stdout) as { steps: { op: string; urn: string }[] };
    return steps.map(({ op, urn }) => `${op} ${urn}`).sort();
  }
});

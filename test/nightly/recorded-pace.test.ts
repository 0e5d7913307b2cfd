import { expectSuccess, Rehearsed } from "../e2e/harness/rehearsed";

/**
 * The product's time limits against the times that the slow steps of real clouds took: see the clouds' tables of
 * delays.
 */
describe("the demo product on clouds as slow as recorded", () => {
  let rehearsed: Rehearsed;

  beforeAll(async () => {
    rehearsed = await Rehearsed.start("demo", { pace: "recorded" });
  });
  afterAll(() => rehearsed?.end());

  test("is published to three clouds by one up", async () => {
    expectSuccess(await rehearsed.up());
  });

  test("is left alone by a second up, a preview and a refresh", async () => {
    expectSuccess(await rehearsed.up("--expect-no-changes"));
    expectSuccess(await rehearsed.pulumi(["preview", "--expect-no-changes"]));
    expectSuccess(await rehearsed.pulumi(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]));
  });

  test("is destroyed, and leaves nothing", async () => {
    expectSuccess(await rehearsed.pulumi(["destroy", "--yes", "--skip-preview"]));
    expect(await rehearsed.inventory()).toEqual([]);
  });
});

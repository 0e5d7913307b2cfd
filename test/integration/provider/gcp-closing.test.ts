import { start } from "../../../rehearsal/gcp/index";
import type { RunningCloud } from "../../../rehearsal/cloud";
import type { Properties } from "../../../plugin/resource";
import { google, makeGoogleImage, type TestImage } from "./google-image";
import { Harness } from "../../unit/provider/harness";

const TYPE = "gcp:ImageClosing";
const PUBLIC = "allAuthenticatedUsers";
const GROUP = "group:partners@example.org";
const FRIEND = "user:friend@example.com";
let harness: Harness;
let cloud: RunningCloud;
let image: TestImage;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  image = await makeGoogleImage(harness, "demo-1");
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await cloud.fault!({ kind: "clear" });
  await cloud.fault!({ kind: "roles", without: [] });
  await image.share([PUBLIC, GROUP, FRIEND]);
  await google("POST", `${path()}/deprecate`, {});
  harness.requests.length = 0;
  harness.shown.length = 0;
});

const path = () => `/compute/v1/projects/${image.place.project}/global/images/demo-1`;
const inputs = (members: string[], withdrawn = members.length === 0): Properties => ({
  ...image.place,
  ...{ sha256: "5a".repeat(32), members, withdrawn },
});
const state = (values: Properties, more: Properties = {}) => ({
  inputs: values,
  outputs: { ...values, open: "", openFor: [], closings: 0, ...more },
});
const update = (was: Properties, now: Properties, more?: Properties) =>
  harness.handler(TYPE).update("", state(was, more), now, harness.call());
const calls = () => harness.requests.filter((line) => line.includes("/images/demo-1")).length;
const mark = async () => (await image.seen()).deprecated;

test("withdrawn: nobody may use it, whoever let them in, and it is obsolete, at once", async () => {
  const done = await update(inputs([PUBLIC]), inputs([]));
  expect(done).toMatchObject({ open: "", openFor: [], closings: 1 });
  expect(await image.users()).toEqual([]);
  expect(await mark()).toMatchObject({ state: "OBSOLETE" });
});

test("withdrawn: dates that users were told, and the replacement, stay", async () => {
  const told = { state: "DEPRECATED", deprecated: "2026-01-01T00:00:00Z", obsolete: "2027-01-01T00:00:00Z" };
  await google("POST", `${path()}/deprecate`, told);
  await update(inputs([PUBLIC]), inputs([]));
  expect(await mark()).toEqual({ ...told, state: "OBSOLETE" });
});

test("narrowed: who is wanted stays, and nothing is marked", async () => {
  const done = await update(inputs([PUBLIC, GROUP]), inputs(["group:Partners@example.org"]));
  expect(done).toMatchObject({ open: "", closings: 1 });
  expect(await image.users()).toEqual([GROUP]);
  expect(await mark()).toBeUndefined();
});

test.each([
  { what: "more may have it", was: [GROUP], now: [GROUP, PUBLIC] },
  { what: "nothing changes", was: [GROUP], now: [GROUP] },
])("no call when $what", async ({ was, now }) => {
  expect(await update(inputs(was), inputs(now))).toMatchObject({ closings: 0 });
  expect(calls()).toBe(0);
});

test("made for what is published, it calls nobody; for what is withdrawn it looks, and closes what was left open", async () => {
  const handler = harness.handler(TYPE);
  const first = await handler.create(inputs([PUBLIC]), harness.call());
  expect([first.outputs.closings, calls()]).toEqual([0, 0]);
  const left = await handler.create(inputs([]), harness.call());
  expect(left.outputs).toMatchObject({ closings: 1, open: "" });
  expect(await image.users()).toEqual([]);
  const closed = await handler.create(inputs([]), harness.call());
  expect(closed.outputs).toMatchObject({ closings: 0, open: "" });
});

test("an image that is gone is closed", async () => {
  const gone = { ...inputs([]), image: "demo-0" };
  expect(await update({ ...inputs([PUBLIC]), image: "demo-0" }, gone)).toMatchObject({
    open: "",
    closings: 1,
  });
});

describe("an image is this stack's", () => {
  const labelled = async (labels: object) => {
    const { labelFingerprint } = await image.seen();
    await google("POST", `${path()}/setLabels`, { labels, labelFingerprint });
  };
  afterEach(() => labelled({ "imprimatur-stack": "dev" }));

  test.each([
    { what: "by its label, with another disk's digest", labels: { "imprimatur-stack": "dev" }, sha256: "00" },
    { what: "by its digest, without its label", labels: {}, sha256: "5a" },
    {
      what: "no more, by neither, and is left alone",
      labels: { "imprimatur-stack": "o" },
      sha256: "00",
      left: true,
    },
  ])("$what", async ({ labels, sha256, left = false }) => {
    await labelled(labels);
    const digest = { sha256: sha256.repeat(32) };
    await update({ ...inputs([PUBLIC]), ...digest }, { ...inputs([]), ...digest });
    expect((await image.users()).length).toBe(left ? 3 : 0);
  });
});

describe("a failure", () => {
  const OPEN = new RegExp(`^Compute Engine image .*/demo-1 is still open for everyone: `);

  test.each([
    { what: "no right to the policy", without: ["compute.images.setIamPolicy"], users: 3, marked: true },
    { what: "no right to mark it", without: ["compute.images.deprecate"], users: 0, marked: false },
    { what: "no right to look", without: ["compute.images.get"], had: [GROUP], users: 1, marked: false },
  ])("$what: is told, keeps nothing else from being done, and is tried again", async (row) => {
    // A user of the image may read it, and so may the publisher where everyone may use it.
    if (row.had) await image.share(row.had);
    await cloud.fault!({ kind: "roles", without: row.without });
    const failed = await update(inputs([PUBLIC]), inputs([]));
    expect(failed).toMatchObject({ openFor: ["public"], closings: 1 });
    expect(failed.open).toMatch(OPEN);
    expect(failed.open).toContain(row.without[0]);
    expect(failed.open).toContain("docs/permissions.md");
    expect(harness.shown).toContainEqual(failed.open);
    expect((await image.users()).length).toBe(row.users);
    expect((await mark()) !== undefined).toBe(row.marked);

    await cloud.fault!({ kind: "roles", without: [] });
    const handler = harness.handler(TYPE);
    const old = { inputs: inputs([]), outputs: failed };
    expect(handler.diff(old, inputs([]), harness.call()).changes).toHaveProperty("open");
    const done = await handler.update("", old, inputs([]), harness.call());
    expect(done).toMatchObject({ open: "", openFor: [], closings: 2 });
    expect(await image.users()).toEqual([]);
    expect(await mark()).toMatchObject({ state: "OBSOLETE" });
  });

  test("that passes does not show", async () => {
    await cloud.fault!({ kind: "error", path: "/images/demo-1", code: 503, times: 3 });
    expect(await update(inputs([PUBLIC]), inputs([]))).toMatchObject({ open: "", closings: 1 });
    expect(await image.users()).toEqual([]);
  });

  test("of the mark alone is told as such", async () => {
    await cloud.fault!({ kind: "operation", type: "setDeprecation", times: 1 });
    const { open } = await update(inputs([PUBLIC]), inputs([]));
    expect(open).toMatch(/its users are out, but .*demo-1 is not marked OBSOLETE: .*INTERNAL_ERROR/);
    expect(await image.users()).toEqual([]);
  });
});

test("what Google warns of at the end of a change is shown, with the change", async () => {
  const message = "The replacement does not exist.";
  await cloud.fault!({
    kind: "operation",
    type: "setDeprecation",
    as: "warned",
    code: "CLEANUP_FAILED",
    message,
  });
  const shown: string[] = [];
  const log = (severity: string, line: string) => void shown.push(`${severity}: ${line}`);
  const inputs = { ...image.place, state: "DEPRECATED" };
  await harness.handler("gcp:ImageDeprecation").create(inputs, { ...harness.call(), log });
  expect(shown).toEqual([
    `warning: images.deprecate ${image.place.project}/${image.place.image}: Google warns: CLEANUP_FAILED: ${message}`,
  ]);
});

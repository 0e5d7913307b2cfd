import { start } from "../../../rehearsal/gcp/index";
import type { RunningCloud } from "../../../rehearsal/cloud";
import type { Properties } from "../../../plugin/resource";
import { failure, Harness } from "../../unit/provider/harness";
import { makeGoogleImage } from "./google-image";

const TYPE = "gcp:ImageMember";
const PUBLIC = "allAuthenticatedUsers";
let harness: Harness;
let cloud: RunningCloud;
let image: Awaited<ReturnType<typeof makeGoogleImage>>;
beforeAll(async () => {
  harness = new Harness();
  cloud = await harness.start(start);
  image = await makeGoogleImage(harness, "demo-1");
});
afterAll(() => harness.stop());
beforeEach(async () => {
  await cloud.fault!({ kind: "clear" });
  await image.share([]);
  harness.requests.length = 0;
});

const inputs = (more: Properties = {}) => ({ ...image.place, member: PUBLIC, ...more });
const create = (more?: Properties) => harness.handler(TYPE).create(inputs(more), harness.call());
const writes = () => harness.requests.filter((line) => line.includes("/setIamPolicy")).length;

test("a member is let in, found again, and taken away, and others stay", async () => {
  await image.share(["user:other@example.com"]);
  const { id, outputs } = await create();
  expect(id).toBe(
    `projects/${image.place.project}/global/images/demo-1/roles/compute.imageUser/allAuthenticatedUsers`,
  );
  expect(await image.users()).toEqual([PUBLIC, "user:other@example.com"]);
  expect(await harness.inputsSeen(TYPE, id, inputs(), outputs)).toMatchObject(inputs());
  await harness.handler(TYPE).delete(id, { inputs: inputs(), outputs }, harness.call());
  expect(await image.users()).toEqual(["user:other@example.com"]);
  expect(await harness.inputsSeen(TYPE, id, inputs(), outputs)).toBeUndefined();
  // Already gone, as after a closing: no write is sent.
  const before = writes();
  await harness.handler(TYPE).delete(id, { inputs: inputs(), outputs }, harness.call());
  expect(writes()).toBe(before);
});

test("all members of an image at once", async () => {
  const members = ["user:a@example.com", "group:b@example.com", PUBLIC];
  await Promise.all(members.map((member) => create({ member })));
  expect(await image.users()).toEqual([...members].sort());
});

test("what a closing took is given again, and what is there is not written again", async () => {
  const { id, outputs } = await create();
  const again = inputs({ closings: 1 });
  const old = { inputs: inputs(), outputs };
  const handler = harness.handler(TYPE);
  expect(handler.diff(old, again, harness.call()).changes).toEqual({
    closings: { kind: "update", replace: false },
  });
  await handler.update(id, old, again, harness.call());
  expect(writes()).toBe(1);
  await image.share([]);
  await handler.update(id, old, again, harness.call());
  expect(await image.users()).toEqual([PUBLIC]);
});

describe("a native ImageIamMember of a state of version 0.1", () => {
  const path = () => `projects/${image.place.project}/global/images/demo-1`;
  const native = (member = PUBLIC) => {
    const shared = { member, project: image.place.project, role: "roles/compute.imageUser" };
    return {
      inputs: { ...shared, image: "demo-1", __defaults: [] },
      outputs: { ...shared, image: path(), etag: "BwZ=", id: `${path()}/${shared.role}/${member}` },
    };
  };

  test.each([
    { what: "is taken over as it is", had: PUBLIC, inputs: {}, want: {} },
    {
      what: "in another case",
      had: "group:A@Example.org",
      inputs: { member: "group:a@example.org" },
      want: {},
    },
    {
      what: "is another member's",
      had: PUBLIC,
      inputs: { member: "group:a@example.org" },
      want: { member: { kind: "update", replace: true } },
    },
    {
      what: "of an image that is made anew",
      had: PUBLIC,
      inputs: { image: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
      want: { image: { kind: "update", replace: true } },
    },
  ])("$what", ({ had, inputs: more, want }) => {
    expect(harness.handler(TYPE).diff(native(had), inputs(more), harness.call()).changes).toEqual(want);
  });

  test("is read and taken away", async () => {
    await create();
    const old = native();
    expect(await harness.inputsSeen(TYPE, old.outputs.id, old.inputs, old.outputs)).toMatchObject({
      ...image.place,
      member: PUBLIC,
    });
    await harness.handler(TYPE).delete(old.outputs.id, old, harness.call());
    expect(await image.users()).toEqual([]);
  });
});

describe("a failure", () => {
  test("that says no is told, and nothing is kept", async () => {
    await cloud.fault!({ kind: "domain-restricted-sharing", enabled: true });
    const refused = await failure(create());
    await cloud.fault!({ kind: "domain-restricted-sharing", enabled: false });
    expect(refused.name).toBe("CloudFailure");
    expect(refused.message).toMatch(
      /permitted customer.*; have the organisation's policy on members changed/,
    );
    expect(writes()).toBe(1);
  });

  test("that leaves it open whether the member is in is kept, is in doubt, and is settled by the next up", async () => {
    const stop = new AbortController();
    stop.abort();
    const handler = harness.handler(TYPE);
    const stopped = await failure(handler.create(inputs({ closings: 2 }), harness.call(stop.signal)));
    expect(stopped).toMatchObject({ name: "PartialFailure", outputs: { closings: -1 } });
    const old = { inputs: inputs({ closings: 2 }), outputs: stopped.outputs! };
    expect(handler.diff(old, inputs({ closings: 2 }), harness.call()).changes).toHaveProperty("closings");
    await handler.update(stopped.id!, old, inputs({ closings: 2 }), harness.call());
    expect(await image.users()).toEqual([PUBLIC]);
  });

  test("that passes is tried again", async () => {
    await cloud.fault!({ kind: "error", path: "/setIamPolicy", code: 503, times: 2 });
    await create();
    expect(await image.users()).toEqual([PUBLIC]);
  });
});

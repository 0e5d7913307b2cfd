import { StandIn } from "./stand-in";

let world: StandIn;
beforeAll(async () => (world = await StandIn.start()));
afterAll(() => world.end());
afterEach(() => world.cloud.fault?.({ kind: "clear" }));

const COMPUTE = () => world.fetch("GET", `/compute/v1/projects/${world.project}/global/images`);
const STORAGE = () => world.fetch("GET", `/storage/v1/b?project=${world.project}`);

test.each([
  { fault: { kind: "throttle" }, call: COMPUTE, status: 403, reason: "rateLimitExceeded" },
  { fault: { kind: "throttle" }, call: STORAGE, status: 429, reason: "rateLimitExceeded" },
  { fault: { kind: "throttle", as: "user" }, call: COMPUTE, status: 403, reason: "userRateLimitExceeded" },
  { fault: { kind: "error", code: 502 }, call: COMPUTE, status: 502, reason: "backendError" },
  { fault: { kind: "expired" }, call: COMPUTE, status: 401, reason: "authError" },
  { fault: { kind: "denied" }, call: STORAGE, status: 403, reason: "forbidden" },
  { fault: { kind: "absent" }, call: COMPUTE, status: 404, reason: "notFound" },
  { fault: { kind: "conflict" }, call: COMPUTE, status: 400, reason: "resourceInUseByAnotherResource" },
])("$fault.kind in Google's own words: $status $reason, once", async ({ fault, call, status, reason }) => {
  await world.cloud.fault?.(fault);
  const answer = await call();
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code: status, errors: [{ reason }] } });
  expect((await call()).status).toBe(200);
});

test.each(["drop", "reset"])("%s: the connection breaks, and the next request is answered", async (kind) => {
  await world.cloud.fault?.({ kind, service: "compute" });
  await expect(COMPUTE().then((answer) => answer.text())).rejects.toThrow();
  expect((await COMPUTE()).status).toBe(200);
});

test("a slow line gives the whole answer, a bit that turned another one", async () => {
  const whole = await (await COMPUTE()).text();
  await world.cloud.fault?.({ kind: "trickle", bytesPerSecond: 20_000 });
  expect(await (await COMPUTE()).text()).toBe(whole);
  await world.cloud.fault?.({ kind: "clear" });
  await world.cloud.fault?.({ kind: "flip-answer" });
  expect(await (await COMPUTE()).text()).not.toBe(whole);
});

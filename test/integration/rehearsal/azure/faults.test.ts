import { MIB } from "../../../../facts/units";
import { GROUP, putGroup, qemuVhd, rehearse, type Rehearsal, uploadedDisk } from "./harness";

let rehearsal: Rehearsal;
let root: string;
beforeAll(async () => {
  rehearsal = await rehearse();
  root = `/subscriptions/${rehearsal.cloud.environment().AZURE_SUBSCRIPTION_ID}`;
  await putGroup(rehearsal);
});
afterAll(() => rehearsal.end());
afterEach(() => rehearsal.cloud.fault?.({ kind: "clear" }));

const GROUPS = () => rehearsal.arm("GET", `${root}/resourceGroups/${GROUP}?api-version=2024-03-01`);
const DISKS = () =>
  rehearsal.arm(
    "GET",
    `${root}/resourceGroups/${GROUP}/providers/Microsoft.Compute/disks?api-version=2024-03-02`,
  );
const VAULT = () => rehearsal.arm("GET", "/keys/none/1?api-version=7.4");

test.each([
  { fault: { kind: "throttle" }, call: DISKS, status: 429, code: "OperationNotAllowed" },
  { fault: { kind: "throttle" }, call: GROUPS, status: 429, code: "SubscriptionRequestsThrottled" },
  { fault: { kind: "throttle" }, call: VAULT, status: 429, code: "Throttled" },
  { fault: { kind: "error" }, call: DISKS, status: 500, code: "InternalExecutionError" },
  { fault: { kind: "error", status: 503 }, call: GROUPS, status: 503, code: "ServiceUnavailable" },
  { fault: { kind: "expired" }, call: GROUPS, status: 401, code: "ExpiredAuthenticationToken" },
  { fault: { kind: "denied" }, call: DISKS, status: 403, code: "AuthorizationFailed" },
  { fault: { kind: "absent" }, call: GROUPS, status: 404, code: "ResourceNotFound" },
  { fault: { kind: "conflict" }, call: DISKS, status: 409, code: "Conflict" },
])("$fault.kind in Azure's own words: $status $code", async ({ fault, call, status, code }) => {
  await rehearsal.cloud.fault?.(fault);
  expect(await call()).toMatchObject({ status, body: { error: { code } } });
});

test("who is throttled is told when to come back, and that nothing is left", async () => {
  await rehearsal.cloud.fault?.({ kind: "throttle", retryAfter: 7, times: 2 });
  const compute = (await DISKS()).headers;
  expect([compute.get("retry-after"), compute.get("x-ms-ratelimit-remaining-resource")]).toEqual([
    "7",
    "Microsoft.Compute/HighCostGet3Min;0",
  ]);
  expect((await GROUPS()).headers.get("x-ms-ratelimit-remaining-subscription-reads")).toBe("0");
});

test("a region that is down is where the thing is, or what it is in", async () => {
  await rehearsal.cloud.fault?.({ kind: "error", region: "East US", times: 9 });
  expect((await DISKS()).status).toBe(200);
  await rehearsal.cloud.fault?.({ kind: "error", region: "West Europe", times: 9 });
  expect((await DISKS()).status).toBe(500);
});

test("links of disks have their own words, and each is asked about only while there are faults", async () => {
  await uploadedDisk(rehearsal, "linked", qemuVhd(24));
  const { accessSAS = "" } = await rehearsal.publisher.disks.grantAccess(GROUP, "linked", {
    access: "Read",
    durationInSeconds: 3600,
  });
  const read = async () => {
    const answer = await fetch(accessSAS, { headers: { range: `bytes=0-${MIB - 1}` } });
    await answer.arrayBuffer();
    return [answer.status, answer.headers.get("x-ms-error-code")];
  };
  const answers = [];
  for (const fault of [{ kind: "throttle" }, { kind: "error" }, { kind: "expired" }, { kind: "denied" }]) {
    await rehearsal.cloud.fault?.({ ...fault, service: "storage" });
    answers.push(await read());
  }
  expect(answers).toEqual([
    [503, "ServerBusy"],
    [500, "InternalError"],
    [403, "AuthenticationFailed"],
    [403, "AuthorizationPermissionMismatch"],
  ]);
  await rehearsal.cloud.fault?.({ kind: "drop", service: "storage" });
  await expect(read()).rejects.toThrow();
  expect(await read()).toEqual([206, null]);
});

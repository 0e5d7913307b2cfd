import { GROUP, putGroup, type Rehearsal, rehearse } from "./harness";

let rehearsal: Rehearsal;
let root: string;
let env: Record<string, string>;

beforeAll(async () => {
  rehearsal = await rehearse();
  env = rehearsal.cloud.environment();
  root = `/subscriptions/${env.AZURE_SUBSCRIPTION_ID}`;
  await putGroup(rehearsal);
});
afterAll(() => rehearsal.end());
afterEach(() => rehearsal.cloud.fault?.({ kind: "clear" }));

const DISK = `/resourceGroups/${GROUP}/providers/Microsoft.Compute/disks/d`;

test.each([
  ["no api-version", `${DISK}`, 400, "MissingApiVersionParameter"],
  ["an api-version of another type", `${DISK}?api-version=2024-03-01`, 400, "NoRegisteredProviderFound"],
  ["a malformed api-version", `${DISK}?api-version=latest`, 400, "InvalidApiVersionParameter"],
  ["an unknown query parameter", `${DISK}?api-version=2024-03-02&colour=red`, 400, "InvalidQueryParameter"],
  ["a disk that is not there", `${DISK}?api-version=2024-03-02`, 404, "ResourceNotFound"],
  [
    "a group that is not there",
    `/resourceGroups/none/providers/Microsoft.Compute/disks/d?api-version=2024-03-02`,
    404,
    "ResourceGroupNotFound",
  ],
  [
    "a type that this cloud has not",
    `/resourceGroups/${GROUP}/providers/Microsoft.Compute/virtualMachines/v?api-version=2024-03-02`,
    404,
    "InvalidResourceType",
  ],
  [
    "a provider that this cloud has not",
    `/resourceGroups/${GROUP}/providers/Microsoft.Network/x/y?api-version=2024-03-02`,
    404,
    "InvalidResourceNamespace",
  ],
])("a read is refused in Azure's words: %s", async (_what, path, status, code) => {
  expect(await rehearsal.arm("GET", `${root}${path}`)).toMatchObject({ status, body: { error: { code } } });
});

test.each([
  ["no token", "", 401, "InvalidAuthenticationToken"],
  ["a wrong token", "wrong", 401, "InvalidAuthenticationToken"],
])("a caller is refused: %s", async (_what, token, status, code) => {
  expect(await rehearsal.arm("GET", `${root}?api-version=2022-12-01`, undefined, token)).toMatchObject({
    status,
    body: { error: { code } },
  });
});

test("a stranger may not read the publisher's subscription, and nobody one that does not exist", async () => {
  const path = `${DISK}?api-version=2024-03-02`;
  expect(await rehearsal.arm("GET", root + path, undefined, env.STRANGER_AZURE_TOKEN)).toMatchObject({
    status: 403,
    body: {
      error: {
        code: "AuthorizationFailed",
        message: expect.stringContaining("Microsoft.Compute/disks/read") as string,
      },
    },
  });
  expect(
    await rehearsal.arm("GET", `/subscriptions/00000000-0000-0000-0000-000000000000${path}`),
  ).toMatchObject({
    status: 404,
    body: { error: { code: "SubscriptionNotFound" } },
  });
});

test("ids ignore case, and keep the spelling they were made with", async () => {
  const read = await rehearsal.arm(
    "GET",
    `${root.toUpperCase()}/RESOURCEGROUPS/IMAGES?api-version=2024-03-01`,
  );
  expect(read.body).toMatchObject({ name: GROUP });
});

test("cloud discovery answers without a token, in the forms of 2015 and of 2022", async () => {
  const { arm } = rehearsal;
  expect((await arm("GET", "/metadata/endpoints?api-version=2015-01-01", undefined, "")).body).toHaveProperty(
    "authentication.audiences",
  );
  expect((await arm("GET", "/metadata/endpoints?api-version=2022-09-01", undefined, "")).body).toMatchObject([
    { name: "AzureCloud", resourceManager: `http://127.0.0.1:${rehearsal.cloud.port}` },
  ]);
});

test("throttling, server errors and dropped connections come as often as they were asked for", async () => {
  const { arm, cloud } = rehearsal;
  const read = () => arm("GET", `${root}?api-version=2022-12-01`);
  await cloud.fault?.({ kind: "throttle", match: "GET /subscriptions", times: 2, retryAfter: 7 });
  const first = await read();
  expect([
    first.status,
    first.headers.get("retry-after"),
    (await read()).status,
    (await read()).status,
  ]).toEqual([429, "7", 429, 200]);
  await cloud.fault?.({ kind: "error", status: 503 });
  expect([(await read()).status, (await read()).status]).toEqual([503, 200]);
  await cloud.fault?.({ kind: "drop" });
  await expect(read()).rejects.toThrow();
  expect((await read()).status).toBe(200);
});

test("Compute throttles under a code of its own, with or without Retry-After", async () => {
  const { arm, cloud } = rehearsal;
  const read = () => arm("GET", `${root}${DISK}?api-version=2024-03-02`);
  await cloud.fault?.({ kind: "throttle", match: "/Microsoft.Compute/", retryAfter: 0 });
  const answer = await read();
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, null]);
  expect(answer.body).toMatchObject({
    error: { code: "OperationNotAllowed", details: [{ code: "TooManyRequests" }] },
  });
});

test("a fault that this cloud does not know is refused with those it does", async () => {
  await expect(rehearsal.cloud.fault?.({ kind: "earthquake" })).rejects.toThrow(
    /throttle.*mutate.*replication/,
  );
});

test("a body's problems are told all at once", async () => {
  const answer = await rehearsal.arm("PUT", `${root}${DISK}?api-version=2024-03-02`, {
    location: "westeurope",
    properties: { osType: "BeOS", creationData: { createOption: "Upload" }, colour: "red" },
  });
  const { error } = answer.body as { error: { target: string; details: { target: string }[] } };
  expect([error.target, ...error.details.map(({ target }) => target)].sort()).toEqual([
    "creationData.uploadSizeBytes",
    "osType",
    "properties.colour",
  ]);
});

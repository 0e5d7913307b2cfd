import { runOperation } from "../../../../clouds/azure/api/operations";
import { type Scripted, scripted } from "./script";

const REQUEST = { method: "PUT", url: "https://arm/galleries/demo" } as const;
const ASYNC = { "azure-asyncoperation": "https://link/status" };
const BOTH = { ...ASYNC, location: "https://link/result" };
const RUNNING: Scripted = { status: 200, body: { status: "InProgress", name: "n" } };
const DONE: Scripted = { status: 200, body: { status: "Succeeded", name: "n" } };
/** github.com/Azure/azure-cli/issues/15539, 2020-10-15. */
const FAILED: Scripted = {
  status: 200,
  body: {
    status: "Failed",
    error: { code: "ValidationError", message: "Gallery replication jobs failed in one or more regions." },
  },
};

/** Answers to polls in their order, the last one from then on. */
function cloud(first: Scripted, ...polls: Scripted[]) {
  let at = 0;
  return scripted(({ url }) => (url === REQUEST.url ? first : polls[Math.min(at++, polls.length - 1)]));
}

// Links by response: azure-cli's recordings test_gallery_e2e.yaml and test_shared_gallery.yaml, 2023-06-25.
test.each([
  {
    of: "201 of a new gallery",
    first: { status: 201, headers: ASYNC },
    polls: [RUNNING, RUNNING, DONE],
    looks: 3,
  },
  { of: "200 of an existing one", first: { status: 200, headers: ASYNC }, polls: [RUNNING, DONE], looks: 2 },
  {
    of: "202 of a share action",
    first: { status: 202, headers: BOTH },
    polls: [{ status: 202 }, { status: 200 }],
    looks: 2,
  },
  { of: "200 that needs no more", first: { status: 200, body: {} }, polls: [], looks: 0 },
])("$of is followed to its end", async ({ first, polls, looks }) => {
  const { session, asked } = cloud(first, ...polls);
  await runOperation(session, "do it", REQUEST);
  expect(asked).toHaveLength(1 + looks);
});

test.each([
  { of: "a status link", first: { status: 200, headers: ASYNC }, poll: FAILED },
  {
    of: "a result link",
    first: { status: 202, headers: BOTH },
    poll: {
      status: 409,
      body: { error: { code: "ValidationError", message: "Gallery replication jobs failed" } },
    },
  },
])("the operation's own error is told by $of", async ({ first, poll }) => {
  const { session } = cloud(first, RUNNING.status === first.status ? RUNNING : { status: 202 }, poll);
  await expect(runOperation(session, "do it", REQUEST)).rejects.toThrow(
    "do it on Azure: ValidationError: Gallery replication jobs failed",
  );
});

test("a time that Azure names is waited, however long; else looks become rare", async () => {
  const slow = { ...RUNNING, headers: { "retry-after": "60" } };
  const { session, waits } = cloud({ status: 201, headers: ASYNC }, slow, RUNNING, RUNNING, DONE);
  await runOperation(session, "do it", REQUEST);
  expect(waits).toEqual([1_000, 60_000, 2_250, 3_375]);
});

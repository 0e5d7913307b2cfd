import { closeVersion } from "../../../../clouds/azure/close-version";
import { type Scripted, scripted } from "./script";

const GALLERY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/demo";
const VERSION = `${GALLERY}/images/trixie/versions/0.1.0`;
const GONE = { status: 404, body: { error: { code: "ResourceNotFound", message: "not found" } } };
const ACCEPTED = { status: 202 };
const DELETING = there("Deleting");

function there(provisioningState: string, more: object = {}, stack = "dev"): Scripted {
  const tags = { "imprimatur:stack": stack };
  return { status: 200, body: { id: VERSION, tags, properties: { provisioningState, ...more } } };
}
const refused = (status: number, code: string): Scripted => ({
  status,
  body: { error: { code, message: "no" } },
});

/** The answers to GET and to DELETE in their order; the last of each is repeated. */
function answering({ gets, deletes = [ACCEPTED] }: { gets: Scripted[]; deletes?: Scripted[] }) {
  const next = (list: Scripted[]) => (list.length > 1 ? list.shift() : list[0]);
  return scripted(({ method }) => (method === "GET" ? next(gets) : next(deletes)));
}

test.each([
  { what: "that is not there", gets: [GONE], want: "absent", asked: ["GET"] },
  {
    what: "that Azure deletes soon",
    gets: [there("Succeeded"), DELETING, GONE],
    want: "gone",
    asked: ["GET", "DELETE", "GET", "GET"],
  },
  {
    what: "whose replication failed once",
    gets: [there("Failed"), there("Failed"), DELETING, GONE],
    want: "gone",
    asked: ["GET", "DELETE", "GET", "GET", "GET"],
  },
  {
    what: "that is being deleted already",
    gets: [DELETING, DELETING, GONE],
    want: "gone",
    asked: ["GET", "GET", "GET"],
  },
  {
    what: "that somebody deleted in between",
    gets: [there("Succeeded"), GONE],
    deletes: [{ status: 404, body: GONE.body }],
    want: "gone",
    asked: ["GET", "DELETE", "GET"],
  },
  {
    what: "that is in the way of its own deletion for a while",
    gets: [there("Updating"), there("Updating"), DELETING, GONE],
    deletes: [refused(409, "Conflict"), ACCEPTED],
    want: "gone",
    asked: ["GET", "DELETE", "GET", "DELETE", "GET", "GET"],
  },
])("a version $what: $want", async ({ gets, deletes, want, asked: expected }) => {
  const { session, asked } = answering({ gets: [...gets], ...(deletes && { deletes: [...deletes] }) });
  expect(await closeVersion(session, VERSION, "dev")).toBe(want);
  expect(asked.map((line) => line.split(" ")[0])).toEqual(expected);
});

test("a deletion that takes as long as it was recorded to is not waited for", async () => {
  const { session, waits, said } = answering({ gets: [there("Succeeded"), DELETING] });
  expect(await closeVersion(session, VERSION, "dev")).toBe("deleting");
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(10_000);
  expect(said.at(-1)).toBe("version demo/trixie/0.1.0: being deleted");
});

test.each([
  {
    of: "for one of another stack",
    gets: [there("Succeeded", {}, "prod")],
    deletes: [],
    says: /version demo\/trixie\/0\.1\.0 is there, and this stack did not make it \(its tag imprimatur:stack is "prod"\); close it by hand/,
  },
  {
    of: "where the role does not allow it",
    gets: [there("Succeeded")],
    deletes: [refused(403, "AuthorizationFailed")],
    says: /delete version demo\/trixie\/0\.1\.0 on Azure: AuthorizationFailed: no; give the publisher the role/,
  },
  {
    of: "where Azure forbids it until the end of life",
    gets: [there("Succeeded", { safetyProfile: { blockDeletionBeforeEndOfLife: true } })],
    deletes: [refused(409, "OperationNotAllowed")],
    says: /OperationNotAllowed: no; somebody forbade to delete it for ever: it has no end of life.*--block-deletion-before-end-of-life false/,
  },
  {
    of: "where Azure forbids it until a date, in whatever words",
    gets: [
      there("Succeeded", {
        safetyProfile: { blockDeletionBeforeEndOfLife: true },
        publishingProfile: { endOfLifeDate: "2999-01-31T00:00:00Z" },
      }),
    ],
    deletes: [refused(400, "Whatever")],
    says: /Whatever: no; somebody forbade to delete it until its end of life, 2999-01-31 .*wait for that day/,
  },
  {
    of: "where something else goes on with it",
    gets: [there("Updating")],
    deletes: [refused(409, "Conflict")],
    says: /Conflict: no \(it is Updating, for 3\d s of trying\)/,
  },
  {
    of: "where the deletion fails",
    gets: [there("Succeeded"), DELETING, there("Failed")],
    deletes: [ACCEPTED],
    says: /version demo\/trixie\/0\.1\.0: Azure accepted to delete it and failed to/,
  },
])("fails $of", async ({ gets, deletes, says }) => {
  const { session } = answering({ gets: [...gets], deletes: [...deletes] });
  await expect(closeVersion(session, VERSION, "dev")).rejects.toThrow(says);
});

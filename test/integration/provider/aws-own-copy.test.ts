import { DeleteSnapshotCommand, DescribeSnapshotsCommand, type Snapshot } from "@aws-sdk/client-ec2";
import type { Clients } from "../../../clouds/aws/api/clients";
import { openSession, type Session } from "../../../clouds/aws/api/session";
import { createTags, deleteTags, requestDeletion } from "../../../clouds/aws/api/snapshots";
import { withOwnCopy } from "../../../clouds/aws/own-copy";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start } from "../../../rehearsal/aws/index";
import { BLOCK, Harness } from "../../unit/provider/harness";

const REGION = "eu-central-1";
let harness: Harness;
let cloud: RunningCloud;
let published: string;
beforeAll(async () => {
  harness = new Harness();
  // A new object is not visible for a moment, and is completed later.
  cloud = await harness.start(start, 0.1);
  await harness.disk(4 * BLOCK, [0, 2]);
  const inputs = { region: REGION, description: "demo", tags: {}, ...harness.diskInputs() };
  published = (await harness.handler("aws:Snapshot").create(inputs, harness.call())).id;
});
afterAll(() => harness.stop());

const snapshots = async () => (await cloud.inventory()).map(({ id }) => id);
const session = (signal = new AbortController().signal, status: (line: string) => void = () => {}) =>
  openSession(REGION, signal, { status, warn: status });

/** The same session, to which AWS says this of the copy until the check is stopped, however late it asks. */
function answering(given: Session, answer: () => { Snapshots: Snapshot[] }): Session {
  const { ec2 } = given.clients;
  const send = async (command: DescribeSnapshotsCommand, how: object) => {
    const real = await ec2.send(command, how);
    const asked = command instanceof DescribeSnapshotsCommand ? (command.input.SnapshotIds ?? []) : [];
    const isOfCopy = asked.some((id) => id !== published);
    return isOfCopy && !given.signal.aborted ? { ...real, ...answer() } : real;
  };
  return { ...given, clients: { ...given.clients, ec2: { send } as never } };
}

test.each<[string, RegExp, () => { Snapshots: Snapshot[] }]>([
  [
    "before the copy can be seen",
    /not visible yet/,
    () => {
      throw Object.assign(new Error("it does not exist"), { name: "InvalidSnapshot.NotFound" });
    },
  ],
  ["while it is made", /pending/, () => ({ Snapshots: [{ State: "pending", Progress: "7%" }] })],
])("a check that is stopped %s leaves nothing, and says so", async (_when, said, answer) => {
  const stop = new AbortController();
  const status = (line: string) => {
    if (said.test(line)) stop.abort();
  };
  const early = answering(session(stop.signal, status), answer);
  await expect(withOwnCopy(early, published, () => Promise.resolve())).rejects.toThrow(
    /^stopped by request \(the temporary snapshot snap-\w+ in eu-central-1 was deleted\)$/,
  );
  expect(await snapshots()).toEqual([published]);
});

test("nothing is left of one that fails, or of a run that was killed", async () => {
  let left = "";
  const failing = withOwnCopy(session(), published, (copy) => {
    left = copy;
    return Promise.reject(new Error("no"));
  });
  await expect(failing).rejects.toThrow("no");
  expect(await snapshots()).toEqual([published]);

  // Created by a process that is gone, whereas this process is alive.
  await withOwnCopy(session(), published, async (copy) => {
    left = copy;
    await createTags(session(), copy, { "imprimatur:verify-by": "elsewhere/1" });
    await withOwnCopy(session(), published, () => Promise.resolve());
    expect(await snapshots()).toContain(copy);
    await deleteTags(session(), copy, ["imprimatur:verify-by"]);
    await withOwnCopy(session(), published, () => Promise.resolve());
  });
  expect(left).not.toBe("");
  expect(await snapshots()).toEqual([published]);
});

test("what cannot be deleted is named, with how to do it by hand", async () => {
  const refusing = session();
  const { sts, ec2 } = refusing.clients;
  const send = (command: DeleteSnapshotCommand, how: object) =>
    command instanceof DeleteSnapshotCommand
      ? Promise.reject(Object.assign(new Error("no"), { name: "UnauthorizedOperation" }))
      : ec2.send(command, how);
  const clients = { sts, ec2: { send } } as unknown as Clients;
  let copied = "";
  await expect(
    withOwnCopy({ ...refusing, clients }, published, (copy) => {
      copied = copy;
      return Promise.reject(new Error("the link broke"));
    }),
  ).rejects.toThrow(
    new RegExp(
      "^the link broke; and the temporary snapshot (snap-\\w+) in eu-central-1 is left over \\(.*UnauthorizedOperation.*\\); " +
        "delete it: aws ec2 delete-snapshot --region eu-central-1 --snapshot-id \\1$",
    ),
  );
  await requestDeletion(refusing, copied);
});

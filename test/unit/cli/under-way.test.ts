import { UnderWay } from "../../../cli/under-way";

const COPY = "urn:pulumi:s::p::imprimatur:component:Release$aws:ec2/amiCopy:AmiCopy::demo-1-us-east-1";
const SNAPSHOT = "urn:pulumi:s::p::imprimatur:component:Release$imprimatur:aws:Snapshot::demo-1";
const begun = (urn: string, op = "create") => ({ resourcePreEvent: { metadata: { op, urn } } });
const done = (urn: string) => ({ resOutputsEvent: { metadata: { urn } } });
const failed = (urn: string) => ({ resOpFailedEvent: { metadata: { urn } } });
const said = (urn: string, message: string, ephemeral: boolean) => ({
  diagnosticEvent: { urn, message, ephemeral },
});

test.each<[string, object[], string, number]>([
  ["nothing was begun", [], "", 0],
  [
    "two are under way, and one says how far it is",
    [
      begun(COPY),
      begun(SNAPSHOT),
      said(SNAPSHOT, "55 of 100 blocks\n", true),
      said(SNAPSHOT, "55 of 100 blocks\n", true),
    ],
    "creating demo-1-us-east-1 (AmiCopy), 40 s; creating demo-1 (Snapshot), 39 s: 55 of 100 blocks",
    3_000,
  ],
  ["one is done", [begun(COPY), begun(SNAPSHOT), done(COPY)], "creating demo-1 (Snapshot), 39 s", 3_000],
  ["one failed", [begun(COPY, "delete"), failed(COPY)], "", 2_000],
  ["one stays as it is", [begun(COPY, "same")], "", 1_000],
  [
    "more than people read are",
    ["a", "b", "c", "d", "e"].map((name) => begun(`u::p::t:T::${name}`, "update")),
    "updating a (T), 40 s; updating b (T), 39 s; updating c (T), 38 s; and 2 more",
    5_000,
  ],
])("what is told when %s", (_when, events, want, movedAt) => {
  const underWay = new UnderWay(0);
  events.forEach((event, index) => underWay.read(JSON.stringify(event), (index + 1) * 1000));
  expect(underWay.describe(41_000)).toBe(want);
  expect(underWay.movedAt).toBe(movedAt);
});

test("half a line of the engine's log is passed over", () => {
  const underWay = new UnderWay(7);
  underWay.read('{"resourcePre', 8_000);
  expect([underWay.describe(9_000), underWay.movedAt]).toEqual(["", 7]);
});

test("copies, images and replication are waits, uploads and deletions are not", () => {
  const underWay = new UnderWay(0);
  const urns = [COPY, SNAPSHOT, "urn:pulumi:s::p::imprimatur:azure:VersionPublication::demo-1"];
  urns.forEach((urn) => underWay.read(JSON.stringify(begun(urn)), 1000));
  urns.forEach((urn, index) => underWay.read(JSON.stringify(done(urn)), 5000 + index));
  underWay.read(JSON.stringify(begun(COPY, "delete")), 6000);
  underWay.read(JSON.stringify(done(COPY)), 9000);
  expect(underWay.waits).toEqual([
    { what: "AWS's copies into us-east-1", from: 1000, to: 5000 },
    { what: "Azure's replication", from: 1000, to: 5002 },
  ]);
});

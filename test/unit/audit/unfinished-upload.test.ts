import { leftoversIn } from "../../../audit/aws/leftovers";
import { unfinishedReleases } from "../../../audit/aws/sweep";
import { Deployment } from "../../../audit/deployment";
import { renderDeleted, renderLeftovers } from "../../../audit/sweep/report";
import { exportOf, state } from "./exported";

const OWNER = { stack: "demo/dev", product: "demo" };
const upload = (release: string) => ({
  SnapshotId: `snap-${release}`,
  Tags: Object.entries({
    "imprimatur:stack": OWNER.stack,
    "imprimatur:product": OWNER.product,
    "imprimatur:release": release,
    "imprimatur:upload": "mark",
  }).map(([Key, Value]) => ({ Key, Value })),
});
const preflight = (version: string) => state("imprimatur:aws:Preflight", `demo-${version}-aws`, "1", {});
const snapshot = (version: string) =>
  state("imprimatur:aws:Snapshot", `demo-${version}-x86_64`, "snap-2", {});
const begun = (...resources: object[]) => Deployment.parse(exportOf(resources));

test.each<[what: string, deployment: Deployment, wanted: string[], want: string[]]>([
  ["the engine was killed in the midst of the upload", begun(preflight("1.0")), ["1.0"], ["1.0"]],
  ["another upload was finished since", begun(preflight("1.0"), snapshot("1.0")), ["1.0"], []],
  ["the stack file has no such release any more", begun(preflight("1.0")), ["2.0"], []],
  ["the stack was destroyed", begun(), ["1.0"], []],
])("%s: what the next up goes on with", (_what, deployment, wanted, want) => {
  expect(unfinishedReleases({ deployment, wanted })).toEqual(want);
});

test("an upload that the next up goes on with is said to be one, and not offered as the others are", () => {
  const view = { region: "eu-west-1", images: [], derived: [], ofCopies: [], parameters: [], instances: [] };
  const leftovers = leftoversIn([{ ...view, snapshots: [upload("1.0"), upload("0.9")] }], {
    ...{ owner: OWNER, known: new Set<string>(), parameters: new Set<string>(), names: new Set<string>() },
    unfinished: ["1.0"],
  });
  expect(leftovers.map(({ why, resumable }) => [why, resumable])).toEqual([
    ["an upload that the next up goes on with", true],
    ["an upload that was begun and left", undefined],
  ]);
  const report = { stack: "dev", leftovers, looked: { regions: 1 }, unasked: [] };
  const text = renderLeftovers(report, new Date());
  expect(text).toContain(
    "One of them is an upload that the next `imprimatur up` goes on with; --delete keeps",
  );
  const done = { deleted: leftovers.slice(1), problems: ["DeleteSnapshot: no"] };
  expect(renderDeleted(report, done)).toBe("Not deleted: DeleteSnapshot: no\ndev: 1 of 2 things deleted.\n");
});

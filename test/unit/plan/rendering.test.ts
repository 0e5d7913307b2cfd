import { PLAN_EXIT, planExitOf } from "../../../plan/outcome";
import { renderMarkdown } from "../../../plan/markdown";
import { publicationOf } from "../../../plan/publication";
import { renderText } from "../../../plan/text";
import { recordedPublication } from "./recorded";

const PLAIN = { styled: false };

test("text for a second release", () => {
  expect(renderText(recordedPublication("second"), PLAIN)).toBe(`\
Stack lab2: resources: 30 to create, 6 to update.

Nobody outside notices:
  20261121.0  AWS           uploads 6 MiB for x86_64
  20261121.0  AWS           registers 1 image for x86_64 in eu-central-1
  20261121.0  AWS           copies it to us-east-1
  20261121.0  AWS           verifies 2 objects
  20261121.0  Google Cloud  uploads 6 MiB for x86_64
  20261121.0  Google Cloud  registers 1 image for x86_64
  20261121.0  Google Cloud  verifies 1 object
  20261121.0  Azure         uploads 6 MiB for x86_64
  20261121.0  Azure         registers 1 gallery version for x86_64 in westeurope
  20261121.0  Azure         copies it to eastus
  20261121.0  Azure         verifies 2 objects

Users see more:
  20261121.0                becomes published
  20261121.0  AWS           becomes public in 2 regions: eu-central-1, us-east-1
  20261121.0  AWS           comes to the SSM parameter /images/lab2/x86_64/latest in 2 regions:
                            eu-central-1, us-east-1
  20261121.0  Google Cloud  becomes public
  20261121.0  Google Cloud  comes to the image family lab2-x86-64
  20261121.0  Azure         becomes public in 2 regions: eastus, westeurope
  20261121.0  Azure         becomes the latest gallery version

Users lose something: look twice:
! 20261120.0                becomes deprecated
! 20261120.0  Azure         is no longer the latest gallery version

\`imprimatur up\` refuses these until \`imprimatur:allow\` or \`--allow\` names them:
  make-public:20261121.0  20261121.0 becomes public on aws in eu-central-1 and us-east-1; 20261121.0
                          becomes public on azure in eastus and westeurope; 20261121.0 becomes
                          public on gcp
`);
});

test("nothing to do is one line", () => {
  expect(renderText(recordedPublication("same"), PLAIN)).toBe("Stack lab2: nothing to do.\n");
});

test("a terminal shows in bold what strangers come to see, and in red what they lose", () => {
  const text = renderText(recordedPublication("narrow"), { styled: true });
  expect(text).toContain("\x1b[1m  20261121.0  AWS  is shared with 111122223333 in 2 regions");
  expect(text).toContain("\x1b[31m! 20261121.0  AWS  is taken from everyone in 2 regions");
});

test("regions are counted and all listed, in lines that fit", () => {
  const publication = recordedPublication("narrow");
  const regions = Array.from({ length: 30 }, (_, index) => `region-${index}`);
  const text = renderText(
    { ...publication, statements: publication.statements.map((statement) => ({ ...statement, regions })) },
    PLAIN,
  );
  expect(text).toContain("in 30 regions: region-0,");
  for (const region of regions) expect(text).toMatch(new RegExp(`${region}\\b`));
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
});

test("markdown for a merge request", () => {
  expect(renderMarkdown(recordedPublication("second"))).toMatch(
    new RegExp(
      [
        "^### Stack lab2: resources: 30 to create, 6 to update\\n",
        "- 20261121\\.0, AWS: uploads 6 MiB for x86\\\\_64\\n",
        "- 20261121\\.0, AWS: \\*\\*becomes public in 2 regions: eu-central-1, us-east-1\\*\\*\\n",
        "- ⚠️ 20261120\\.0: becomes deprecated\\n",
        "- `make-public:20261121\\.0`: .*\\n$",
      ].join("[^]*"),
    ),
  );
  expect(renderMarkdown(recordedPublication("refused-illegal"))).toContain(
    "#### Problems: nothing will be done",
  );
});

test.each<[string, string[], number]>([
  ["same", [], PLAN_EXIT.nothing],
  ["replace", [], PLAN_EXIT.unnamed],
  ["replace", ["delete-published"], PLAN_EXIT.harmful],
  ["narrow", [], PLAN_EXIT.harmful],
  ["withdraw", [], PLAN_EXIT.harmful],
  ["drift", [], PLAN_EXIT.visible],
  ["stage", [], PLAN_EXIT.visible],
  ["publish", [], PLAN_EXIT.unnamed],
  ["publish", ["make-public"], PLAN_EXIT.visible],
  ["second", ["make-public"], PLAN_EXIT.harmful],
  ["remove", [], PLAN_EXIT.unnamed],
  ["remove", ["delete-published:20261120.0"], PLAN_EXIT.harmful],
  ["dates", ["shorten-end-of-life"], PLAN_EXIT.harmful],
  ["refused-illegal", [], PLAN_EXIT.problem],
  ["refused-lost-region", ["delete-published"], PLAN_EXIT.problem],
])("%s with %j reaches %i", (name, allow, want) => {
  expect(planExitOf(recordedPublication(name, allow))).toBe(want);
});

test("changes of tags reach nobody outside", () => {
  const drift = recordedPublication("drift");
  const statements = drift.statements.filter(({ kind }) => kind === "update");
  expect(statements).toHaveLength(1);
  expect(planExitOf({ ...drift, statements })).toBe(PLAN_EXIT.unnoticed);
});

describe("a withdrawal", () => {
  const entry = (state: string) => ({ state, protected: true, digests: {}, audience: {} });
  const withdrawalWith = (others: Record<string, [before: string, now: string]>) => {
    const states = { "2.0": ["published", "withdrawn"], ...others };
    const ledger = (at: 0 | 1) =>
      Object.fromEntries(
        Object.entries(states).flatMap(([name, all]) => (all[at] ? [[name, entry(all[at])]] : [])),
      );
    const guard = {
      ...{
        op: "update",
        urn: "",
        type: "imprimatur:index:Lifecycle",
        name: "demo",
        changed: [],
        resumes: false,
      },
      ...{ old: { releases: ledger(0) }, now: { releases: ledger(1) } },
    };
    const counts = { create: 0, update: 1, replace: 0, delete: 0, same: 0 };
    const preview = { config: {}, steps: [guard], counts, problems: [], warnings: [] };
    return renderText(publicationOf(preview, "s", []), PLAIN);
  };
  test("waits for no release that takes its place", () => {
    expect(withdrawalWith({ "3.0": ["staged", "published"] })).toMatch(/2\.0 +becomes withdrawn$/m);
  });
  test("waits for nothing that is there already", () => {
    const text = withdrawalWith({ "1.0": ["published", "published"], "0.9": ["", "published"] });
    expect(text).toMatch(/2\.0 +becomes withdrawn$/m);
  });
});

import { PLAN_EXIT, planExitOf } from "../../../plan/outcome";
import { renderMarkdown } from "../../../plan/markdown";
import { publicationOf } from "../../../plan/publication";
import { renderText } from "../../../plan/text";
import type { Kind, Statement } from "../../../plan/statement";
import { recorded, recordedPublication } from "./recorded";

const PLAIN = { styled: false };

test("the text of a plan says first what nobody outside notices, then what users see", () => {
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

  npx imprimatur up --stack lab2 --allow make-public:20261121.0
`);
});

describe("a product of several variants", () => {
  const { config, ...preview } = recorded("second");
  const product = { ...(config.product as object), variants: { refresh: { description: "newer kernel" } } };
  const publication = publicationOf({ ...preview, config: { ...config, product } }, "lab2", []);

  test("each release is told with its variant, in every form", () => {
    const variants = { "20261120.0": "generic", "20261121.0": "generic" };
    expect(publication).toMatchObject({ variants });
    expect(renderText(publication, PLAIN)).toMatch(/^ {2}20261121\.0 \(generic\) +becomes published$/m);
    expect(renderMarkdown(publication)).toContain("20261121.0 (generic): **becomes published**");
  });

  test("a version that ends with its variant is told as it is", () => {
    const lines = JSON.parse(
      JSON.stringify(publication)
        .replaceAll("20261121.0", "20261121.0-refresh")
        .replaceAll('-refresh":"generic"', '-refresh":"refresh"'),
    ) as typeof publication;
    expect(renderText(lines, PLAIN)).toMatch(/^ {2}20261121\.0-refresh +becomes published$/m);
  });
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

test("a merge request shows in bold what users get, and ends with the command to allow it", () => {
  expect(renderMarkdown(recordedPublication("second"))).toMatch(
    new RegExp(
      [
        "^### Stack lab2: resources: 30 to create, 6 to update\\n",
        "- 20261121\\.0, AWS: uploads 6 MiB for x86\\\\_64\\n",
        "- 20261121\\.0, AWS: \\*\\*becomes public in 2 regions: eu-central-1, us-east-1\\*\\*\\n",
        "- ⚠️ 20261120\\.0: becomes deprecated\\n",
        "- `make-public:20261121\\.0`: .*\\n\\n    npx imprimatur up --stack lab2 --allow make-public:20261121\\.0\\n$",
      ].join("[^]*"),
    ),
  );
});

test("a plan with problems is not headed as one with nothing to do", () => {
  const text = renderMarkdown(recordedPublication("refused-illegal"));
  expect(text).toMatch(/^### Stack lab2: 1 problem, so nothing will be done\n\n#### Problems\n\n- /);
  expect(text).not.toContain("nothing to do");
});

test("a long list of regions is written out once", () => {
  const regions = Array.from({ length: 17 }, (_, index) => `region-${index}`);
  const on = (kind: Kind, regions: string[], cloud = "aws"): Statement => ({
    ...{ kind, release: "1.0", cloud, regions, visibleToStrangers: false, dangerous: false },
  });
  const statements = [
    on("copy", regions.slice(1)),
    on("make-public", regions),
    on("make-public", regions, "azure"),
    { ...on("point", regions), object: "parameter", names: ["/p"] },
    on("lost-region", regions.slice(0, 5)),
  ];
  const text = renderText({ ...recordedPublication("same"), statements }, PLAIN).replace(/\s+/g, " ");
  expect(text).toContain(`copies it to 16 regions: ${regions.slice(1).join(", ")} `);
  expect(text).toContain("AWS becomes public in 17 regions: the same 16 and region-0 ");
  expect(text).toContain(`Azure becomes public in 17 regions: ${regions.join(", ")} `);
  expect(text).toMatch(/comes to the parameter \/p in the same 17 regions /);
  expect(text).toContain("leaves 5 regions: region-0, region-1, region-2, region-3, region-4");
});

describe("an entry of imprimatur:allow", () => {
  const allowing = (name: string, ...allow: string[]) => {
    const preview = recorded(name);
    const steps = preview.steps.map((step) =>
      step.type === "imprimatur:index:Lifecycle" ? { ...step, now: { ...step.now, allow } } : step,
    );
    return publicationOf({ ...preview, steps, config: { ...preview.config, allow } }, "lab2", []);
  };

  test("whose change is done, or never was, is told: it would allow the next one unseen", () => {
    const said = "imprimatur:allow names make-public:20261120.0, which nothing here needs: take it out";
    const text = renderText(allowing("same", "make-public:20261120.0"), PLAIN);
    expect(text).toMatch(/^Stack lab2: nothing to do\.\n\n/);
    expect(text.replaceAll("\n", " ")).toContain(said);
    const second = allowing("second", "make-public:20261120.0", "make-public:20261121.0");
    expect(second.unneeded).toEqual(["make-public:20261120.0"]);
    expect(renderMarkdown(second)).toContain("names make-public:20261120.0, which nothing here needs");
  });

  test("that is needed, or is a standing choice, or stands in a plan with problems, is not", () => {
    expect(allowing("second", "make-public:20261121.0").unneeded).toBeUndefined();
    expect(allowing("same", "make-public").unneeded).toBeUndefined();
    expect(allowing("refused-illegal", "make-public:20261120.0").unneeded).toBeUndefined();
  });
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

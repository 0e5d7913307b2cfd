import { policy as policySchema } from "../../../config/policy";
import type { Architecture, Release, ReleaseState } from "../../../config/release";
import { type Launches, retentionOn } from "../../../config/retention";

const ON = Date.parse("2026-11-24T00:00:00Z");
const DAY = 86_400_000;

type Line = [version: string, state: ReleaseState, more?: Partial<Release>, architectures?: Architecture[]];

function decided(
  policy: object,
  lines: Line[],
  { launches = new Map(), override = [] }: { launches?: Launches; override?: string[] } = {},
) {
  const releases = lines.map(([version, state, more = {}, architectures = ["x86_64"]]) => ({
    release: { version, state, imageFile: `${version}.json`, ...more },
    architectures: architectures,
  }));
  const { proposals, keptBack } = retentionOn({
    policy: policySchema.parse(policy),
    releases,
    on: ON,
    launches,
    override,
  });
  return {
    does: proposals.map(({ version, to }) => `${version} ${to}`),
    keeps: keptBack.map(({ version, guard }) => `${version} ${guard}`),
    dates: Object.fromEntries(proposals.map(({ version, dates }) => [version, dates])),
  };
}

const NEWEST: Line = ["20261120.0", "published"];

const CASES: { name: string; policy: object; lines: Line[]; does: string[]; keeps?: string[] }[] = [
  { name: "an empty policy", policy: {}, lines: [["20200101.0", "published"], NEWEST], does: [] },
  {
    name: "the newest two are kept, the older are deprecated",
    policy: { keep: 2 },
    lines: [["20260901.0", "published"], ["20260801.0", "published"], ["20261001.0", "published"], NEWEST],
    does: ["20260801.0 deprecated", "20260901.0 deprecated"],
  },
  {
    name: "staged and deprecated ones do not count as kept",
    policy: { keep: 1 },
    lines: [["20261121.0", "staged"], ["20261120.5", "deprecated"], NEWEST],
    does: [],
  },
  {
    name: "one that is the newest of one of its architectures stays",
    policy: { keep: 1 },
    lines: [["20260901.0", "published", {}, ["x86_64", "arm64"]], NEWEST],
    does: [],
  },
  {
    name: "each variant is kept by itself",
    policy: { keep: 1 },
    lines: [
      ["20261001.0", "published"],
      ["20261001.0-refresh", "published", { variant: "refresh" }],
      ["20260901.0-refresh", "published", { variant: "refresh" }],
    ],
    does: ["20260901.0-refresh deprecated"],
  },
  {
    name: "age",
    policy: { deprecateAfter: "30d" },
    lines: [["20261024.0", "published"], ["20261026.0", "published"], NEWEST],
    does: ["20261024.0 deprecated"],
  },
  {
    name: "what is kept stays however old it is, and the others until they are old enough",
    policy: { keep: 2, deprecateAfter: "30d" },
    lines: [
      ["20260801.0", "published"],
      ["20260901.0", "published"],
      ["20261001.0", "published"],
    ],
    does: ["20260801.0 deprecated"],
  },
  {
    name: "one that is not kept stays until it is old enough",
    policy: { keep: 1, deprecateAfter: "30d" },
    lines: [["20261110.0", "published"], NEWEST],
    does: [],
  },
  {
    name: "a date that has come counts for what is kept too",
    policy: { keep: 4 },
    lines: [["20260101.0", "published", { deprecateOn: "2026-11-01T00:00:00Z" }], NEWEST],
    does: ["20260101.0 deprecated"],
  },
  {
    name: "a date that has come, with no word of the policy",
    policy: {},
    lines: [["20260101.0", "published", { deprecateOn: "2026-11-01T00:00:00Z" }], NEWEST],
    does: ["20260101.0 deprecated"],
  },
  {
    name: "the only published one is the last good one, however old",
    policy: { deprecateAfter: "1d" },
    lines: [["20200101.0", "published"]],
    does: [],
    keeps: ["20200101.0 last-good"],
  },
  {
    name: "when all are too old, the newest stays",
    policy: { deprecateAfter: "1d" },
    lines: [
      ["20200101.0", "published"],
      ["20210101.0", "published"],
    ],
    does: ["20200101.0 deprecated"],
    keeps: ["20210101.0 last-good"],
  },
  {
    name: "the end of life withdraws",
    policy: {},
    lines: [
      ["20250101.0", "deprecated", { endOfLife: "2026-11-24T00:00:00Z" }],
      ["20250102.0", "deprecated", { endOfLife: "2026-11-25T00:00:00Z" }],
      NEWEST,
    ],
    does: ["20250101.0 withdrawn"],
  },
  {
    name: "a withdrawn one is removed after its time",
    policy: { endOfLife: "1y", deleteAfter: "6m" },
    lines: [["20250101.0", "withdrawn"], ["20250701.0", "withdrawn"], NEWEST],
    does: ["20250101.0 removed"],
  },
  {
    name: "a version that names no day, and no date either, has no age",
    policy: { deprecateAfter: "1d", endOfLife: "1d", deleteAfter: "1d" },
    lines: [
      ["13.1", "published"],
      ["13.0", "withdrawn"],
      ["13.2", "published"],
    ],
    does: [],
  },
  {
    name: "releasedOn gives one",
    policy: { deprecateAfter: "30d" },
    lines: [
      ["13.1", "published", { releasedOn: "2026-01-01T00:00:00Z" }],
      ["13.2", "published"],
    ],
    does: ["13.1 deprecated"],
  },
];

test.each(CASES)(
  "a policy of retention proposes what it says: $name",
  ({ policy, lines, does, keeps = [] }) => {
    const found = decided(policy, lines);
    expect({ does: found.does, keeps: found.keeps }).toEqual({ does, keeps });
  },
);

describe("a release that somebody runs", () => {
  const lines: Line[] = [["20250101.0", "deprecated", { endOfLife: "2026-01-01T00:00:00Z" }], NEWEST];
  const launch = (ago: number): Launches =>
    new Map([["20250101.0", { image: "ami-1", region: "us-east-1", at: ON - ago * DAY }]]);

  test.each([
    { name: "lately", launches: launch(29), override: [], does: 0, keeps: ["20250101.0 launched"] },
    { name: "long ago", launches: launch(31), override: [], does: 1, keeps: [] },
    { name: "overridden", launches: launch(1), override: ["launched:20250101.0"], does: 1, keeps: [] },
    {
      name: "another one overridden",
      launches: launch(1),
      override: ["launched:1"],
      does: 0,
      keeps: ["20250101.0 launched"],
    },
    {
      name: "not asked",
      launches: "unknown" as const,
      override: [],
      does: 0,
      keeps: ["20250101.0 launches-unknown"],
    },
    {
      name: "not asked, overridden",
      launches: "unknown" as const,
      override: ["launches-unknown"],
      does: 1,
      keeps: [],
    },
  ])("$name", ({ launches, override, does, keeps }) => {
    const found = decided({}, lines, { launches, override });
    expect({ does: found.does.length, keeps: found.keeps }).toEqual({ does, keeps });
  });
});

test("a deprecation is dated that day, and its end is told; dates that users know are not moved", () => {
  const { dates } = decided({ keep: 1, endOfLife: "1y" }, [
    ["20260101.0", "published"],
    ["20260201.0", "published", { endOfLife: "2030-01-01T00:00:00Z", deprecateOn: "2026-11-01T00:00:00Z" }],
    ["20260301.0", "published", { deprecateOn: "2028-01-01T00:00:00Z" }],
    ["20200101.0", "published"],
    NEWEST,
  ]);
  expect(dates).toEqual({
    "20260101.0": { deprecateOn: "2026-11-24T00:00:00Z", endOfLife: "2027-01-01T00:00:00Z" },
    "20260201.0": { deprecateOn: "2026-11-01T00:00:00Z", endOfLife: "2030-01-01T00:00:00Z" },
    "20260301.0": { deprecateOn: "2026-11-24T00:00:00Z", endOfLife: "2027-03-01T00:00:00Z" },
    // Older than its end of life: users have time to move on all the same.
    "20200101.0": { deprecateOn: "2026-11-24T00:00:00Z", endOfLife: "2026-12-24T00:00:00Z" },
  });
});

test.each<[policy: object, endOfLife: string]>([
  [{ deprecateAfter: "90d", endOfLife: "120d" }, "2026-12-24T00:00:00Z"],
  [{ deprecateAfter: "90d", endOfLife: "1y" }, "2027-08-26T00:00:00Z"],
  [{ deprecateAfter: "90d", endOfLife: "90d" }, "2026-12-24T00:00:00Z"],
])(
  "%j: users of a release that is deprecated late have the policy's time to move on",
  (policy, endOfLife) => {
    const { dates } = decided(policy, [["20200101.0", "published"], NEWEST]);
    expect(dates["20200101.0"]).toEqual({ deprecateOn: "2026-11-24T00:00:00Z", endOfLife });
  },
);

test("a period in months is said in days too", () => {
  const [removal] = retentionOn({
    policy: policySchema.parse({ deleteAfter: "6m" }),
    releases: [
      {
        release: { version: "20260101.0", state: "withdrawn", imageFile: "a.json" },
        architectures: ["x86_64"],
      },
      {
        release: { version: "20261120.0", state: "published", imageFile: "b.json" },
        architectures: ["x86_64"],
      },
    ],
    ...{ on: ON, launches: new Map(), override: [] },
  }).proposals;
  expect(removal?.because).toBe("it was released on 2026-01-01, and the policy deletes 6m (180 days) later");
});

import type { Step } from "../../../plan/preview";
import { publicationOf } from "../../../plan/publication";
import { renderText } from "../../../plan/text";

type State = "staged" | "published" | "deprecated" | "withdrawn" | "";
/** By version: state before and after; absent: not in the stack. */
type Lives = Record<string, readonly [State, State]>;

const isPublished = (state: State) => state === "published" || state === "deprecated";
const step = (fields: Partial<Step>): Step => ({
  ...{ op: "update", urn: "", type: "", name: "", changed: [], resumes: false, ...fields },
});

function guard(lives: Lives): Step {
  const ledger = (at: 0 | 1) =>
    Object.fromEntries(
      Object.entries(lives).flatMap(([version, states]) => {
        const state = states[at];
        if (state === "") return [];
        const audience = isPublished(state) ? { azure: { westeurope: ["public"] } } : {};
        return [[version, { state, protected: true, digests: { x86_64: "a", arm64: "b" }, audience }]];
      }),
    );
  const [old, now] = [{ releases: ledger(0) }, { releases: ledger(1) }];
  return step({ type: "imprimatur:index:Lifecycle", name: "demo", old, now });
}

/** The engine's steps on the versions: only those that change. */
function publications(lives: Lives): Step[] {
  return Object.entries(lives).flatMap(([version, [before, after]]) => {
    if (before === after || (!isPublished(before) && !isPublished(after))) return [];
    const profile = (state: State) =>
      isPublished(state)
        ? { targetRegions: [{ name: "westeurope" }], excludeFromLatest: state !== "published" }
        : undefined;
    const [old, now] = [profile(before), profile(after)];
    const op = old === undefined ? "create" : now === undefined ? "delete" : "update";
    return ["x86_64", "arm64"].map((architecture) =>
      step({
        ...{ op, type: "imprimatur:azure:VersionPublication", name: `demo-${version}-${architecture}` },
        ...(old && { old }),
        ...(now && { now }),
        changed: op === "update" ? ["excludeFromLatest"] : [],
      }),
    );
  });
}

const NO_COUNTS = { create: 0, update: 0, replace: 0, delete: 0, same: 0 };
function planOf(steps: readonly Step[], config = {}) {
  return publicationOf({ config, steps, counts: NO_COUNTS, problems: [], warnings: [] }, "s", []);
}

const latestIn = (plan: ReturnType<typeof planOf>) =>
  plan.statements
    .filter(({ names }) => names?.includes("latest"))
    .map(({ kind, release, architectures }) => `${kind} ${release} ${architectures?.join(" ")}`);

test.each<[string, Lives, string[]]>([
  [
    "three releases at once: the newest is the latest",
    { "9.0": ["", "published"], "10.0": ["", "published"], "8.0": ["", "published"] },
    ["point 10.0 arm64 x86_64"],
  ],
  [
    "a newer release: the older one is in it still",
    { "1.0": ["published", "published"], "2.0": ["", "published"] },
    ["point 2.0 arm64 x86_64"],
  ],
  [
    "an older one is withdrawn: nothing",
    { "1.0": ["published", "withdrawn"], "2.0": ["published", "published"] },
    [],
  ],
  [
    "an older one is deprecated: nothing",
    { "1.0": ["published", "deprecated"], "2.0": ["published", "published"] },
    [],
  ],
  [
    "an older one is brought back: nothing",
    { "1.0": ["deprecated", "published"], "2.0": ["published", "published"] },
    [],
  ],
  [
    "the newest is deprecated: the one before it comes back",
    {
      "1.0": ["published", "published"],
      "2.0": ["published", "deprecated"],
      "0.9": ["published", "published"],
    },
    ["point 1.0 arm64 x86_64", "unpoint 2.0 arm64 x86_64"],
  ],
  [
    "each variant has a latest of its own",
    { "1.0": ["published", "published"], "1.0-refresh": ["", "published"], "0.9-refresh": ["", "published"] },
    ["point 1.0-refresh arm64 x86_64"],
  ],
  [
    "the only one of a variant is withdrawn",
    { "1.0": ["published", "published"], "1.0-refresh": ["published", "withdrawn"] },
    ["unpoint 1.0-refresh arm64 x86_64"],
  ],
  ["the only one is withdrawn", { "1.0": ["published", "withdrawn"] }, ["unpoint 1.0 arm64 x86_64"]],
  ["a staged one is never the latest", { "2.0": ["", "staged"], "1.0": ["published", "published"] }, []],
])("%s", (_, lives, want) => {
  expect(latestIn(planOf([guard(lives), ...publications(lives)]))).toEqual(want);
});

describe("without any change of a release, as after a refresh", () => {
  const config = {
    product: { name: "demo" },
    releases: [
      { version: "1.0", state: "deprecated" },
      { version: "2.0", state: "published" },
      { version: "3.0", state: "published" },
    ],
  };
  const drifted = (version: string, [old, now]: [boolean, boolean]) =>
    step({
      ...{ type: "imprimatur:azure:VersionPublication", name: `demo-${version}-x86_64` },
      ...{ old: { excludeFromLatest: old }, now: { excludeFromLatest: now } },
      changed: ["excludeFromLatest"],
    });
  test.each<[string, Step, string[], number]>([
    ["the newest comes back", drifted("3.0", [true, false]), ["point 3.0 x86_64"], 1],
    ["an older one comes back, which nobody sees", drifted("2.0", [true, false]), [], 1],
    ["a deprecated one goes out, which nobody saw", drifted("1.0", [false, true]), [], 1],
  ])("%s", (_, change, want, statements) => {
    const plan = planOf([change], config);
    expect(latestIn(plan)).toEqual(want);
    expect(plan.statements).toHaveLength(statements);
  });
});

const regions = (...all: [name: string, replicas?: number, storage?: string][]) =>
  all.map(([name, regionalReplicaCount = 1, storageAccountType = "Standard_LRS"]) => ({
    ...{ name, regionalReplicaCount, storageAccountType },
  }));

test("fewer replicas and another storage are told, beside a new region, in one spelling of regions", () => {
  const change = (architecture: string) =>
    step({
      ...{ type: "imprimatur:azure:VersionPublication", name: `demo-1.0-${architecture}` },
      old: { targetRegions: regions(["West Europe", 2], ["East US", 1]) },
      now: { targetRegions: regions(["westeurope", 1], ["eastus", 1, "Premium_LRS"], ["japaneast"]) },
      changed: ["targetRegions"],
    });
  const config = { product: { name: "demo" }, releases: [{ version: "1.0", state: "published" }] };
  const text = renderText(planOf(["x86_64", "arm64"].map(change), config), { styled: false });
  expect(text.replace(/\s+/g, " ")).toContain(
    [
      "1.0 Azure copies it to japaneast",
      "1.0 Azure changes storage of 2 gallery versions from Standard_LRS to Premium_LRS in eastus",
      "1.0 Azure changes replicas of 2 gallery versions from 2 to 1 in westeurope",
    ].join(" "),
  );
});

test.each([
  { from: "Community", to: "Private", title: "Users lose something: look twice" },
  { from: "Private", to: "Groups", title: "Users see more" },
])("a gallery that becomes $to stands under $title", ({ from, to, title }) => {
  const profile = (permissions: string) => ({ galleryName: "demo", sharingProfile: { permissions } });
  const change = step({
    ...{ type: "azure-native:compute:Gallery", old: profile(from), now: profile(to) },
    changed: ["sharingProfile"],
  });
  expect(renderText(planOf([change]), { styled: false })).toMatch(
    new RegExp(`${title}:\n.*changes sharingProfile of 1 gallery from ${from} to ${to}\n$`),
  );
});

test("a replacement without regions ends without a comma", () => {
  const replace = step({ op: "replace", type: "azure-native:compute:GalleryImageVersion" });
  expect(renderText(planOf([replace]), { styled: false })).toMatch(/by new ones and deletes the old$/m);
});

describe("dates", () => {
  const dated = (state: State, deprecateOn?: string) => ({
    ...{ state, protected: true, digests: {}, audience: {} },
    ...(deprecateOn && { deprecateOn }),
  });
  const [EARLY, LATE] = ["2026-12-01T00:00:00Z", "2027-06-01T00:00:00Z"];
  test.each([
    { what: "earlier", was: LATE, is: EARLY, visible: false, dangerous: true },
    { what: "where there was none", was: undefined, is: LATE, visible: false, dangerous: true },
    { what: "later", was: EARLY, is: LATE, visible: true, dangerous: false },
    { what: "taken away", was: EARLY, is: undefined, visible: true, dangerous: false },
    {
      what: "of what nobody has",
      state: "staged" as const,
      was: LATE,
      is: EARLY,
      visible: false,
      dangerous: false,
    },
  ])("a deprecation $what", ({ state = "published" as State, was, is, visible, dangerous }) => {
    const ledgers = {
      old: { releases: { "1.0": dated(state, was) } },
      now: { releases: { "1.0": dated(state, is) } },
    };
    const plan = planOf([step({ type: "imprimatur:index:Lifecycle", name: "demo", ...ledgers })]);
    expect(plan.statements).toMatchObject([{ kind: "set-dates", visibleToStrangers: visible, dangerous }]);
  });
});

import type { CurrentAccess } from "../../../config/access";
import { forbiddenTransitions } from "../../../config/transitions";
import type { Ledger, ReleaseEntry } from "../../../config/ledger";
import { changesBetween, describeChange, announcedEndsOf, unnamedChanges } from "../../../config/lifecycle";
import type { ReleaseState } from "../../../config/release";

const V = "20261120.0";

function entry(state: ReleaseState, more: Partial<ReleaseEntry> = {}): ReleaseEntry {
  const shared = state === "published" || state === "deprecated";
  const regions = state === "staged" ? ["eu-central-1"] : ["eu-central-1", "us-east-1"];
  return {
    state,
    protected: state === "staged" || state === "published",
    digests: { x86_64: "a".repeat(64) },
    audience: { aws: Object.fromEntries(regions.map((region) => [region, shared ? ["public"] : []])) },
    ...more,
  };
}
const ledger = (entry?: ReleaseEntry): Ledger => (entry ? { [V]: entry } : {});
const said = (old?: ReleaseEntry, now?: ReleaseEntry) =>
  changesBetween(ledger(old), ledger(now)).map(describeChange);
const audience = (aws: Record<string, string[]>) => ({ audience: { aws } });

const CHANGES: { name: string; old?: ReleaseEntry; now?: ReleaseEntry; want: string[] }[] = [
  { name: "nothing", old: entry("published"), now: entry("published"), want: [] },
  { name: "a new staged release", now: entry("staged"), want: [`${V} becomes staged`] },
  {
    name: "a new release that is public at once",
    now: entry("published"),
    want: [`${V} becomes published`, `${V} becomes public on aws in eu-central-1 and us-east-1`],
  },
  {
    name: "publication of a staged one",
    old: entry("staged"),
    now: entry("published"),
    want: [`${V} becomes published`, `${V} becomes public on aws in eu-central-1 and us-east-1`],
  },
  {
    name: "deprecation: nobody loses anything",
    old: entry("published"),
    now: entry("deprecated"),
    want: [`${V} becomes deprecated`],
  },
  {
    name: "withdrawal",
    old: entry("published"),
    now: entry("withdrawn"),
    want: [`${V} becomes withdrawn`, `${V} is taken from public on aws in eu-central-1 and us-east-1`],
  },
  {
    name: "removal of what users had",
    old: entry("withdrawn"),
    want: [`${V} is deleted everywhere`, `${V}: a withdrawn release is deleted everywhere`],
  },
  { name: "removal of a staged one", old: entry("staged"), want: [`${V} is deleted everywhere`] },
  {
    name: "one account more, another less",
    old: entry("published", audience({ "eu-central-1": ["111111111111"] })),
    now: entry("published", audience({ "eu-central-1": ["222222222222"] })),
    want: [
      `${V} is shared with 222222222222 on aws in eu-central-1`,
      `${V} is taken from 111111111111 on aws in eu-central-1`,
    ],
  },
  {
    name: "an architecture more",
    old: entry("published", audience({ "eu-central-1": ["public"] })),
    now: entry("published", {
      ...audience({ "eu-central-1": ["public"] }),
      digests: { x86_64: "a".repeat(64), arm64: "b".repeat(64) },
    }),
    want: [`${V} becomes public on aws in eu-central-1`],
  },
  {
    name: "a region more",
    old: entry("published", audience({ "eu-central-1": [] })),
    now: entry("published", audience({ "eu-central-1": [], "us-east-1": [] })),
    want: [`${V} comes to us-east-1 on aws`],
  },
  {
    name: "a region less",
    old: entry("published", audience({ "eu-central-1": [], "us-east-1": [] })),
    now: entry("published", audience({ "eu-central-1": [] })),
    want: [`${V} leaves us-east-1 on aws`, `${V}: the images in us-east-1 of aws are deleted`],
  },
  {
    name: "an earlier end",
    old: entry("published", { endOfLife: "2029-01-01T00:00:00Z" }),
    now: entry("published", { endOfLife: "2028-01-01T00:00:00Z" }),
    want: [`${V} ends on 2028-01-01T00:00:00Z instead of 2029-01-01T00:00:00Z`],
  },
  {
    name: "a later end is good news",
    old: entry("published", { endOfLife: "2028-01-01T00:00:00Z" }),
    now: entry("published", { endOfLife: "2029-01-01T00:00:00Z" }),
    want: [],
  },
  {
    name: "a restored one",
    old: entry("withdrawn"),
    now: entry("published", { reason: "it was another package" }),
    want: [`${V} is brought back`, `${V} becomes public on aws in eu-central-1 and us-east-1`],
  },
];

test.each(CHANGES)("a plan says what users gain and lose: $name", ({ old, now, want }) =>
  expect(said(old, now)).toEqual(want),
);

const EU = "eu-central-1";
const US = "us-east-1";
type Grantees = Record<string, readonly string[]>;
/** One x86_64 image in each region, on AWS. */
const having = (regions: Grantees, may: Grantees = {}): CurrentAccess["images"] => ({
  [V]: {
    aws: Object.fromEntries(
      Object.entries(regions).map(([region, has]) => [
        region,
        { x86_64: { has, ...(may[region] && { may: may[region] }) } },
      ]),
    ),
  },
});
const FRIEND = "111111111111";
const friends = entry("published", audience({ [EU]: [FRIEND], [US]: [FRIEND] }));
const everyone = entry("published");

/** The ledger is written before anything is shared: after an `up` that failed it has the intended state. */
const HAD: { name: string; old?: ReleaseEntry; now?: ReleaseEntry; have: CurrentAccess; want: string[] }[] = [
  {
    name: "all that is wanted",
    old: everyone,
    now: everyone,
    have: { images: having({ [EU]: ["public"], [US]: ["public"] }) },
    want: [],
  },
  {
    name: "nothing of what the ledger says",
    old: everyone,
    now: everyone,
    have: { images: {} },
    want: [`${V} becomes public on aws in ${EU} and ${US}`],
  },
  {
    name: "one region of two",
    old: everyone,
    now: everyone,
    have: { images: having({ [EU]: ["public"], [US]: [] }) },
    want: [`${V} becomes public on aws in ${US}`],
  },
  {
    name: "perhaps a region of two: it must be named, and who takes it back takes something",
    old: everyone,
    now: entry("published", audience({ [EU]: ["public"], [US]: [FRIEND] })),
    have: { images: having({ [EU]: [], [US]: [] }, { [EU]: ["public"], [US]: ["public"] }) },
    want: [
      `${V} becomes public on aws in ${EU}`,
      `${V} is shared with ${FRIEND} on aws in ${US}`,
      `${V} is taken from public on aws in ${US}`,
    ],
  },
  {
    name: "nothing of what is taken back",
    old: everyone,
    now: entry("published", audience({ [EU]: [], [US]: [] })),
    have: { images: having({ [EU]: [], [US]: [] }) },
    want: [],
  },
  {
    name: "what the ledger says is withdrawn",
    old: entry("withdrawn"),
    now: entry("withdrawn"),
    have: { images: having({ [EU]: ["public"], [US]: [] }) },
    want: [`${V} is taken from public on aws in ${EU}`],
  },
  {
    name: "one architecture of two",
    old: { ...everyone, digests: { x86_64: "a", arm64: "b" } },
    now: { ...everyone, digests: { x86_64: "a", arm64: "b" } },
    have: { images: having({ [EU]: ["public"], [US]: ["public"] }) },
    want: [`${V} becomes public on aws in ${EU} and ${US}`],
  },
  {
    name: "all but a region that it was to come to",
    old: friends,
    now: friends,
    have: { images: having({ [EU]: [FRIEND] }), coming: { [V]: { aws: [US] } } },
    want: [`${V} comes to ${US} on aws`, `${V} is shared with ${FRIEND} on aws in ${US}`],
  },
  {
    name: "a region less than at its first publication, which is to no new one",
    old: friends,
    now: friends,
    have: { images: having({ [EU]: [FRIEND] }) },
    want: [`${V} is shared with ${FRIEND} on aws in ${US}`],
  },
  {
    name: "a region that was left and is wanted again",
    old: entry("published", audience({ [EU]: [FRIEND] })),
    now: friends,
    have: { images: having({ [EU]: [FRIEND], [US]: [FRIEND] }) },
    want: [],
  },
  {
    name: "nothing in a region that was left before anybody had it there, and is wanted again",
    old: entry("published", audience({ [EU]: [FRIEND] })),
    now: friends,
    have: { images: having({ [EU]: [FRIEND], [US]: [] }) },
    want: [`${V} comes to ${US} on aws`, `${V} is shared with ${FRIEND} on aws in ${US}`],
  },
  {
    name: "been told an end of support that the stack file took out, and an earlier one now",
    old: friends,
    now: { ...friends, endOfLife: "2032-01-01T00:00:00Z" },
    have: {
      images: having({ [EU]: [FRIEND], [US]: [FRIEND] }),
      announcedEnds: { [V]: "2033-01-01T00:00:00Z" },
    },
    want: [`${V} ends on 2032-01-01T00:00:00Z instead of 2033-01-01T00:00:00Z`],
  },
  {
    name: "a region that it was to leave",
    old: entry("published", audience({ [EU]: [FRIEND] })),
    now: entry("published", audience({ [EU]: [FRIEND] })),
    have: { images: having({ [EU]: [FRIEND], [US]: [FRIEND] }) },
    want: [
      `${V} leaves ${US} on aws`,
      `${V} is taken from ${FRIEND} on aws in ${US}`,
      `${V}: the images in ${US} of aws are deleted`,
    ],
  },
  {
    name: "a cloud that it was to leave",
    old: entry("published", { audience: {} }),
    now: entry("published", { audience: {} }),
    have: { images: having({ [EU]: ["public"] }) },
    want: [
      `${V} leaves ${EU} on aws`,
      `${V} is taken from public on aws in ${EU}`,
      `${V}: the images in ${EU} of aws are deleted`,
    ],
  },
  {
    name: "a release whose line is gone",
    have: { images: having({ [EU]: ["public"] }) },
    want: [`${V} is deleted everywhere`, `${V}: a release that users have is deleted everywhere`],
  },
  { name: "nothing of a release whose line is gone", have: { images: having({ [EU]: [] }) }, want: [] },
  {
    name: "ids in another case",
    old: entry("published", { audience: { azure: { westeurope: ["0C-AB"] } } }),
    now: entry("published", { audience: { azure: { westeurope: ["0C-AB"] } } }),
    have: { images: { [V]: { azure: { westeurope: { x86_64: { has: ["0c-ab"] } } } } } },
    want: [],
  },
];

test.each(HAD)("only what is not so yet is a change: users have $name", ({ old, now, have, want }) =>
  expect(changesBetween(ledger(old), ledger(now), have).map(describeChange)).toEqual(want),
);

interface Sharing {
  readonly from: string;
  readonly to: string;
  readonly gallery?: string;
  readonly says?: RegExp;
}

const JUMPS: { name: string; old: ReleaseEntry; now?: ReleaseEntry; says?: RegExp }[] = [
  {
    name: "published, then removed",
    old: entry("published"),
    says: /put the line back with `state: withdrawn`/,
  },
  { name: "staged, then removed", old: entry("staged"), says: /was staged and protected/ },
  { name: "published in a rehearsal, then removed", old: entry("published", { protected: false }) },
  { name: "deprecated, then removed", old: entry("deprecated") },
  {
    name: "withdrawn and kept protected, then removed",
    old: entry("withdrawn", { protected: true }),
    says: /it had `protect: true`; put the line back without that/,
  },
  {
    name: "a region less while it is protected",
    old: entry("published"),
    now: entry("published", audience({ "eu-central-1": ["public"] })),
    says: /^the images in us-east-1 of aws are deleted, and .*say `protect: false` on its line for one `up` first$/,
  },
  {
    name: "a region less, once it is protected no more",
    old: entry("published", { protected: false }),
    now: entry("published", audience({ "eu-central-1": ["public"] })),
  },
  {
    name: "a gallery's replica less: the version stays",
    old: entry("published", { audience: { azure: { westeurope: [], eastus: [] } } }),
    now: entry("published", { audience: { azure: { westeurope: [] } } }),
  },
  {
    name: "a cloud less while it is protected",
    old: entry("staged", { audience: { azure: { westeurope: [] }, aws: { "eu-central-1": [] } } }),
    now: entry("staged", { audience: { aws: { "eu-central-1": [] } } }),
    says: /^the images on azure are deleted, and .* protected while it is staged/,
  },
  {
    name: "what Azure never changes",
    old: entry("withdrawn", {
      fixed: { azure: { x86_64: { sku: "a", "storageAccountType in eastus": "Standard_LRS" } } },
    }),
    now: entry("withdrawn", {
      fixed: { azure: { x86_64: { sku: "b", "storageAccountType in eastus": "Premium_LRS" } } },
    }),
    says: /^20261120\.0 cannot change sku from a to b on azure and storageAccountType in eastus from Standard_LRS to Premium_LRS on azure: /,
  },
  {
    name: "what Azure never changes, while images are made anew elsewhere",
    old: entry("published", {
      made: { gcp: { x86_64: { name: "a" } } },
      fixed: { azure: { x86_64: { sku: "a" } } },
      protected: false,
    }),
    now: entry("published", {
      made: { gcp: { x86_64: { name: "b" } } },
      fixed: { azure: { x86_64: { sku: "b" } } },
      protected: false,
    }),
    says: /^20261120\.0 cannot change sku from a to b on azure/,
  },
  {
    name: "a replica of another kind where none was",
    old: entry("published", { fixed: { azure: { x86_64: {} } } }),
    now: entry("published", {
      fixed: { azure: { x86_64: { "storageAccountType in eastus": "Premium_LRS" } } },
    }),
  },
  ...(
    [
      { from: "Private", to: "Groups", says: /^azure: gallery g\/a is private, .*give it another name/ },
      { from: "Community", to: "Groups", says: /^azure: gallery g\/a is open to everyone, .*another name/ },
      { from: "Groups", to: "Community", says: /in two steps: share with nobody for one `up`/ },
      { from: "Private", to: "Community" },
      { from: "Community", to: "Private" },
      { from: "Groups", to: "Private" },
      { from: "Private", to: "Groups", gallery: "g/b" },
    ] as const
  ).map(({ from, to, gallery = "g/a", says }: Sharing) => ({
    name: `a gallery from ${from} to ${to} in ${gallery}`,
    old: entry("staged", { sharedAs: { azure: { "g/a": from } } }),
    now: entry("staged", { sharedAs: { azure: { [gallery]: to } } }),
    says,
  })),
  // Ledger of version 0.1.0.
  {
    name: "a gallery that was shared with some, as its audience tells",
    old: entry("published", { audience: { azure: { westeurope: ["a-subscription"] } } }),
    now: entry("published", {
      audience: { azure: { westeurope: ["public"] } },
      sharedAs: { azure: { "g/a": "Community" } },
    }),
    says: /in two steps/,
  },
  {
    name: "a gallery that was shared with nobody, as its audience tells",
    old: entry("published", { audience: { azure: { westeurope: [] } } }),
    now: entry("published", {
      audience: { azure: { westeurope: ["a-subscription"] } },
      sharedAs: { azure: { "g/a": "Groups" } },
    }),
    says: /is private/,
  },
  {
    name: "a gallery of which a staged release tells nothing",
    old: entry("staged", { audience: { azure: { westeurope: [] } } }),
    now: entry("staged", {
      audience: { azure: { westeurope: [] } },
      sharedAs: { azure: { "g/a": "Groups" } },
    }),
  },
  {
    name: "another gallery",
    old: entry("withdrawn", {
      audience: { azure: { westeurope: [] } },
      made: { azure: { x86_64: { gallery: "a" } } },
    }),
    now: entry("withdrawn", {
      audience: { azure: { westeurope: [] } },
      made: { azure: { x86_64: { gallery: "b" } } },
      sharedAs: { azure: { "g/b": "Groups" } },
    }),
  },
  {
    name: "a gallery shared with one more",
    old: entry("published", { audience: { azure: { westeurope: ["a-subscription"] } } }),
    now: entry("published", { audience: { azure: { westeurope: ["a-subscription", "another"] } } }),
  },
  {
    name: "another name while it is protected",
    old: entry("published", { made: { aws: { x86_64: { name: "a" } } } }),
    now: entry("published", { made: { aws: { x86_64: { name: "b" } } } }),
    says: /^the images on aws are deleted and made anew: name a becomes b, and .* is protected/,
  },
  {
    name: "published, then staged",
    old: entry("published"),
    now: entry("staged"),
    says: /cannot be staged again/,
  },
  { name: "published, then withdrawn tonight", old: entry("published"), now: entry("withdrawn") },
  { name: "deprecated, then published", old: entry("deprecated"), now: entry("published") },
  { name: "withdrawn, then published", old: entry("withdrawn"), now: entry("published"), says: /say why/ },
  {
    name: "withdrawn, then published with a reason",
    old: entry("withdrawn"),
    now: entry("published", { reason: "a false alarm" }),
  },
  {
    name: "withdrawn, then published with the reason of the withdrawal",
    old: entry("withdrawn", { reason: "broken" }),
    now: entry("published", { reason: "broken" }),
    says: /a new `reason`/,
  },
  {
    name: "other bytes under the same version",
    old: entry("withdrawn"),
    now: entry("withdrawn", { digests: { x86_64: "b".repeat(64) } }),
    says: /give the new build a version of its own/,
  },
  {
    name: "an architecture more",
    old: entry("published"),
    now: entry("published", { digests: { x86_64: "a".repeat(64), arm64: "c".repeat(64) } }),
  },
  {
    name: "an architecture less",
    old: entry("published"),
    now: entry("published", { digests: {} }),
    says: /no x86_64 image any more/,
  },
];

test.each(JUMPS)("$name: $says", ({ old, now, says }) => {
  const found = forbiddenTransitions(ledger(old), ledger(now)).map(({ message }) => message);
  expect(found).toEqual(says ? [expect.stringMatching(says)] : []);
});

test.each([
  { allow: [], want: ["make-public"] },
  { allow: ["make-public"], want: [] },
  { allow: [`make-public:${V}`], want: [] },
  { allow: ["make-public:20261121.0", "delete-published"], want: ["make-public"] },
])("what must be named, with $allow", ({ allow, want }) => {
  const changes = changesBetween({}, ledger(entry("published")));
  expect(unnamedChanges(changes, allow).map(({ kind }) => kind)).toEqual(want);
});

test("a gallery is not opened while what is deleted is in it still", () => {
  const shared = (mode: string) => ({
    audience: { azure: { westeurope: mode === "Private" ? [] : ["public"] } },
    sharedAs: { azure: { "demo/demo": mode } },
  });
  const [closed, open] = [entry("published", shared("Private")), entry("published", shared("Community"))];
  const hadBy = (...has: string[]): CurrentAccess => ({
    images: { old: { azure: { westeurope: { x86_64: { has } } } } },
  });
  const jumps = (old: Ledger, now: Ledger, had?: CurrentAccess) =>
    forbiddenTransitions(old, now, had).map((each) => each.message);
  const refused = [
    expect.stringMatching(/demo\/demo is opened while the line of old is gone, .* for one `up`/),
  ];
  expect(jumps({ [V]: closed, old: { ...closed, protected: false } }, { [V]: open })).toEqual(refused);
  // The `up` that was to delete the old version failed before that.
  expect(jumps({ [V]: closed }, { [V]: open }, hadBy())).toEqual(refused);
  expect(jumps({ [V]: closed }, { [V]: open }, { images: {} })).toEqual([]);
  // The old version was never created.
  expect(jumps({ [V]: closed, old: { ...closed, protected: false } }, { [V]: open }, { images: {} })).toEqual(
    [],
  );
  expect(jumps({ [V]: open }, { [V]: open }, hadBy("public"))).toEqual([]);
  // The engine was killed during the deletion: the gallery is open all the same.
  const around: CurrentAccess = {
    images: { old: { azure: { westeurope: { x86_64: { has: [], may: ["public"], around: ["public"] } } } } },
  };
  expect(jumps({ [V]: open }, { [V]: open }, around)).toEqual([]);
  // The `up` that was to open the gallery failed before that.
  expect(jumps({ [V]: open }, { [V]: open }, hadBy())).toEqual(refused);
});

test("an end of support that the stack file takes out is kept, until there is one again", () => {
  const [none, dated] = [entry("published"), { ...entry("published"), endOfLife: "2033-01-01T00:00:00Z" }];
  const told = { [V]: "2033-01-01T00:00:00Z" };
  expect(announcedEndsOf(ledger(dated), ledger(none), { images: {} })).toEqual(told);
  expect(announcedEndsOf(ledger(none), ledger(none), { images: {}, announcedEnds: told })).toEqual(told);
  expect(announcedEndsOf(ledger(none), ledger(dated), { images: {}, announcedEnds: told })).toEqual({});
  expect(announcedEndsOf(ledger(dated), {}, { images: {}, announcedEnds: told })).toEqual({});
});

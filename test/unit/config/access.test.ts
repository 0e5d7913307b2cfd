import { accessBefore, type CurrentAccess, currentAccessIn, unfinishedSharing } from "../../../config/access";
import type { StateResource } from "../../../config/state-resource";
import { CLOUD_CONFIGS } from "../../../config/clouds";

const [V, OLDER] = ["20261120.0", "20261120.0-1"];
const EU = "eu-central-1";
type Outputs = Record<string, unknown>;

const resource = (type: string, name: string, outputs: Outputs = {}): StateResource => ({
  type,
  name,
  outputs,
});
const STACK = [
  resource("imprimatur:index:Lifecycle", "demo-os"),
  resource("imprimatur:component:Release", `demo-os-${V}`),
  resource("imprimatur:component:Release", `demo-os-${OLDER}`),
];
const NOBODY = { public: false, accounts: [], organizations: [], organizationalUnits: [] };
const named = (rest: string) => `demo-os-${V}-x86_64${rest}`;

const sharing = (outputs: Outputs) =>
  resource("imprimatur:aws:ImageSharing", named(`-${EU}`), { ...NOBODY, ...outputs });
const closing = (outputs: Outputs) => resource("imprimatur:aws:ImageClosing", named(`-${EU}`), outputs);
/** The guard, which recorded the closing when its count was this. */
const begun = (closings: number) =>
  resource("imprimatur:index:Lifecycle", "demo-os", {
    begun: { [`imprimatur:aws:ImageClosing ${named(`-${EU}`)}`]: { closings, from: ["public"] } },
  });
const image = resource("gcp:compute/image:Image", named(""));
const member = (principal: string, outputs: Outputs = {}, type = "imprimatur:gcp:ImageMember") =>
  resource(type, named(`-${principal.replace(":", "-")}`), { member: principal, ...outputs });
const targets = (...names: string[]) => ({ targetRegions: names.map((name) => ({ name })) });
const version = resource("azure-native:compute:GalleryImageVersion", named(""), {
  publishingProfile: targets("West Europe"),
});
const publication = (outputs: Outputs = {}) =>
  resource("imprimatur:azure:VersionPublication", named(""), {
    ...targets("eastus", "westeurope"),
    ...outputs,
  });
const gallery = (outputs: Outputs) =>
  resource("imprimatur:azure:GallerySharing", "demo-os-gallery", {
    community: false,
    subscriptions: [],
    tenants: [],
    ...outputs,
  });
const community = (outputs: Outputs = {}) => gallery({ community: true, ...outputs });

/** Access alone. */
const ACCESS = Object.fromEntries(
  Object.entries(CLOUD_CONFIGS).map(([cloud, { access }]) => [cloud, { access }]),
);

/** Access to the x86_64 image of the release, by cloud and region. */
function had(...state: StateResource[]): Record<string, unknown> {
  const isGuarded = state.some(({ type }) => type === "imprimatur:index:Lifecycle");
  const { images } = currentAccessIn([...(isGuarded ? STACK.slice(1) : STACK), ...state], ACCESS);
  return Object.fromEntries(
    Object.entries(images[V] ?? {}).flatMap(([cloud, regions]) =>
      Object.entries(regions).map(([region, byArchitecture]) => [
        `${cloud} ${region}`,
        byArchitecture.x86_64,
      ]),
    ),
  );
}

test.each<[name: string, state: StateResource[], want: object]>([
  ["nothing", [], {}],
  ["a private image", [sharing({})], { [`aws ${EU}`]: { has: [] } }],
  [
    "everybody that a sharing names",
    [
      sharing({
        ...{ public: true, accounts: ["222222222222", "111111111111"] },
        ...{ organizations: ["arn:o"], organizationalUnits: ["arn:u"] },
      }),
    ],
    { [`aws ${EU}`]: { has: ["public", "111111111111", "222222222222", "arn:o", "arn:u"] } },
  ],
  [
    "after a failure: who surely, and who perhaps",
    [sharing({ public: true, unfinished: { has: [], may: ["public"] } })],
    { [`aws ${EU}`]: { has: [], may: ["public"] } },
  ],
  [
    "what was closed since is not had",
    [sharing({ public: true }), closing({ closings: 1, open: "", openFor: [] })],
    { [`aws ${EU}`]: { has: [] } },
  ],
  [
    "what an up may have closed that was killed then may be",
    [sharing({ public: true, accounts: ["111111111111"] }), closing({ closings: 0 }), begun(0)],
    { [`aws ${EU}`]: { has: ["111111111111"], may: ["111111111111", "public"] } },
  ],
  [
    "what it closed and came to the end of is not in doubt",
    [sharing({ public: true, closings: 1 }), closing({ closings: 1 }), begun(0)],
    { [`aws ${EU}`]: { has: ["public"] } },
  ],
  [
    "what could not be closed may be",
    [sharing({ public: true }), closing({ closings: 1, open: "…", openFor: ["public"] })],
    { [`aws ${EU}`]: { has: [], may: ["public"] } },
  ],
  [
    "what was shared again after a closing is",
    [sharing({ public: true, closings: 1 }), closing({ closings: 1, open: "", openFor: [] })],
    { [`aws ${EU}`]: { has: ["public"] } },
  ],
  [
    "a closing that never closed is like none",
    [sharing({ public: true }), closing({ closings: 0, open: "", openFor: [] })],
    { [`aws ${EU}`]: { has: ["public"] } },
  ],
  ["an image that nobody has", [image], { "gcp global": { has: [] } }],
  [
    "each member of an image",
    [image, member("allAuthenticatedUsers"), member("group:arm64-x86_64@example.org")],
    { "gcp global": { has: ["group:arm64-x86_64@example.org", "public"] } },
  ],
  [
    "members in states of version 0.1",
    [image, member("allAuthenticatedUsers", {}, "gcp:compute/imageIamMember:ImageIamMember")],
    { "gcp global": { has: ["public"] } },
  ],
  [
    "members by Google's spelling, in whatever an older version wrote them",
    [
      image,
      member("user:Name@Example.com", { closings: 1 }),
      resource("imprimatur:gcp:ImageClosing", named(""), { closings: 1, openFor: ["group:A@Example.com"] }),
    ],
    {
      "gcp global": { has: ["user:name@example.com"], may: ["user:name@example.com", "group:a@example.com"] },
    },
  ],
  [
    "a member that was given again after a closing, and one that was not",
    [
      image,
      member("allAuthenticatedUsers"),
      member("group:a@example.org", { closings: 2 }),
      resource("imprimatur:gcp:ImageClosing", named(""), { closings: 2, openFor: [] }),
    ],
    { "gcp global": { has: ["group:a@example.org"] } },
  ],
  [
    "a member of whom nobody knows whether Google took it",
    [image, member("allAuthenticatedUsers", { closings: -1 })],
    { "gcp global": { has: [], may: ["public"] } },
  ],
  ["a version of a private gallery", [version], { "azure westeurope": { has: [] } }],
  [
    "a version that was made in a shared gallery, and not published",
    [version, community()],
    { "azure westeurope": { has: ["public"] } },
  ],
  [
    "a published one in all its regions",
    [version, publication(), community()],
    { "azure eastus": { has: ["public"] }, "azure westeurope": { has: ["public"] } },
  ],
  [
    "one whose replication failed, perhaps",
    [version, publication({ unfinished: { has: [], may: ["eastus", "West Europe"] } }), community()],
    {
      "azure eastus": { has: [], may: ["public"], around: ["public"] },
      "azure westeurope": { has: ["public"] },
    },
  ],
  [
    "one that was closed, whose publication after that failed: at home neither for certain",
    [
      version,
      resource("imprimatur:azure:VersionClosing", named(""), { allowed: true, closings: 1, openFor: [] }),
      publication({ closings: 1, unfinished: { has: [], may: ["eastus", "westeurope"] } }),
      community(),
    ],
    {
      "azure eastus": { has: [], may: ["public"], around: ["public"] },
      "azure westeurope": { has: [], may: ["public"], around: ["public"] },
    },
  ],
  [
    "a gallery that is not shared yet",
    [version, publication(), community({ unfinished: { has: [], may: ["public"] } })],
    { "azure eastus": { has: [], may: ["public"] }, "azure westeurope": { has: [], may: ["public"] } },
  ],
  [
    "ids of Azure mean the same in any case",
    [version, gallery({ subscriptions: ["AB"], tenants: ["0C"] })],
    { "azure westeurope": { has: ["0c", "ab"] } },
  ],
  [
    "a gallery that was closed since",
    [
      version,
      community(),
      resource("imprimatur:azure:GalleryClosing", "demo-os-gallery", { closings: 1, openFor: [] }),
    ],
    { "azure westeurope": { has: [] } },
  ],
])("who has what: %s", (_name, state, want) => expect(had(...state)).toEqual(want));

test("a name is read with the versions that the stack has, also where one begins with another", () => {
  const other = resource("imprimatur:aws:ImageSharing", `demo-os-${OLDER}-arm64-${EU}`, {
    ...NOBODY,
    public: true,
  });
  const stranger = resource("imprimatur:aws:ImageSharing", `demo-${V}-x86_64-${EU}`, { public: true });
  expect(currentAccessIn([...STACK, other, stranger], ACCESS)).toEqual<CurrentAccess>({
    images: { [OLDER]: { aws: { [EU]: { arm64: { has: ["public"] } } } } },
  });
  expect(currentAccessIn([other], ACCESS)).toEqual({ images: {} });
});

test("regions that a release was to come to are known from the guard", () => {
  const coming = { [V]: { aws: [EU] } };
  const [, ...others] = STACK;
  const guard = resource("imprimatur:index:Lifecycle", "demo-os", { coming });
  expect(currentAccessIn([guard, ...others], ACCESS)).toEqual({ images: {}, coming });
});

test.each([
  { closed: "not", count: 1, want: { has: ["a"], may: ["a"] } },
  { closed: "since", count: 2, want: { has: [], may: ["a"] } },
])("who has a place that was $closed closed after it was shared", ({ count, want }) =>
  expect(accessBefore({ closings: 1 }, { closings: count }, ["a"])).toEqual(want),
);

test.each([
  [["a"], ["b"], { has: [], may: ["a", "b"] }],
  [["a", "b"], ["b", "c"], { has: ["b"], may: ["a", "b", "c"] }],
])("what ends in the middle between %j and %j", (before, wanted, want) =>
  expect(unfinishedSharing({ has: before, may: before }, wanted)).toEqual(want),
);

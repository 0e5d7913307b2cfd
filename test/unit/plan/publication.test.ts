import type { Preview, Step } from "../../../plan/preview";
import { OBJECTS, publicationOf, SILENT } from "../../../plan/publication";
import { describeStatement } from "../../../plan/wording";
import { publication as schema } from "../../../plan/statement";
import { plugin } from "../../../provider/main";
import { brief, recordedPublication } from "./recorded";

const A = "20261120.0";
const B = "20261121.0";
const BOTH = "[eu-central-1 us-east-1]";

test.each<[string, string[]]>([
  ["same", []],
  [
    "stage",
    [
      "gcp prepare",
      "azure prepare",
      "azure prepare",
      "azure prepare",
      `- stage ${A}`,
      ...["aws", "gcp"].flatMap((cloud) => {
        const at = cloud === "aws" ? " [eu-central-1]" : "";
        return ["upload", "register", "verify"].map((kind) => `${cloud} ${kind} ${A}${at}`);
      }),
      `azure upload ${A}`,
      `azure verify ${A}`,
      // The gallery itself, which is empty.
      "azure share",
    ],
  ],
  [
    "publish",
    [
      `aws copy ${A} [us-east-1]`,
      `aws verify ${A} [us-east-1]`,
      `azure register ${A} [westeurope]`,
      `azure copy ${A} [eastus]`,
      `azure verify ${A}`,
      `- publish ${A}`,
      `aws make-public ${A} ${BOTH}`,
      `aws point ${A} ${BOTH}`,
      `gcp make-public ${A} [global]`,
      `gcp point ${A}`,
      `azure make-public ${A} [eastus westeurope]`,
      `azure point ${A}`,
    ],
  ],
  [
    "narrow",
    [B, A]
      .map((image) => `aws widen ${image} ${BOTH}`)
      .concat([B, A].map((image) => `aws narrow ${image} ${BOTH}`)),
  ],
  [
    "withdraw",
    [
      `- withdraw ${A}`,
      `aws narrow ${A} ${BOTH}`,
      `gcp unpoint ${A}`,
      `gcp narrow ${A} [global]`,
      `azure narrow ${A} [eastus westeurope]`,
      `azure lost-region ${A} [eastus]`,
      `azure delete ${A} [westeurope]`,
    ],
  ],
  [
    "regions",
    [
      ...[B, A].flatMap((image) => [`aws copy ${image} [us-west-2]`, `aws verify ${image} [us-west-2]`]),
      ...[B, A].flatMap((image) => [
        `aws new-region ${image} [us-west-2]`,
        `aws make-public ${image} [us-west-2]`,
        ...(image === B ? [`aws point ${image} [us-west-2]`] : []),
      ]),
      ...[B, A].flatMap((image) =>
        [...(image === B ? ["unpoint"] : []), "narrow", "delete-published", "delete"].map(
          (kind) => `aws ${kind} ${image} [us-east-1]`,
        ),
      ),
    ],
  ],
  [
    "replace",
    [
      `aws point ${B} ${BOTH}`,
      ...[B, A].flatMap((each) => [`aws replace ${each} ${BOTH}`, `aws delete-published ${each} ${BOTH}`]),
    ],
  ],
  ["dates", [`- set-dates ${A}`, `- shorten-end-of-life ${B}`]],
  [
    "remove",
    [
      `- remove ${A}`,
      `- delete-published ${A}`,
      `aws delete ${A} ${BOTH}`,
      `aws delete ${A} [eu-central-1]`,
      `gcp unpoint ${A}`,
      `gcp delete ${A}`,
      `azure delete ${A}`,
      `azure delete ${A} [westeurope]`,
    ],
  ],
  ["drift", [`aws update ${A} [us-east-1]`, `aws share ${A} [us-east-1]`]],
])("%s is told as a publication, and keeps to the schema", (name, want) => {
  const publication = recordedPublication(name);
  expect(publication.statements.map(brief)).toEqual(want);
  expect(schema.parse(JSON.parse(JSON.stringify(publication)))).toEqual(publication);
});

test("a second release tells what is sent, and deprecates the first one last", () => {
  const { statements, engine } = recordedPublication("second");
  const uploads = statements.filter(({ kind }) => kind === "upload");
  // 12 blocks of 512 KiB hold data.
  expect(uploads.map(({ cloud, bytes }) => [cloud, bytes])).toEqual(
    ["aws", "gcp", "azure"].map((cloud) => [cloud, 12 * 524_288]),
  );
  expect(statements.slice(-2).map(brief)).toEqual([`- deprecate ${A}`, `azure unpoint ${A}`]);
  expect(engine).toMatchObject({ create: 30, update: 6, replace: 0, delete: 0 });
});

test.each<[string[], number, boolean]>([
  [[], 3, false],
  [["make-public"], 0, true],
  [[`make-public:${A}`], 0, true],
  [[`make-public:${B}`], 3, false],
  [["delete-published"], 3, false],
])("what %j names is no longer unnamed", (allow, guards, named) => {
  const { guards: unnamed, statements } = recordedPublication("publish", allow);
  expect(unnamed).toHaveLength(guards);
  for (const { guarded } of statements.filter(({ kind }) => kind === "make-public"))
    expect(guarded).toEqual({ kind: "make-public", named });
});

test("an image that is replaced for another reason than the stack file must be named, too", () => {
  const { guards } = recordedPublication("replace");
  expect(guards.map(({ kind, release, says }) => [kind, release, says])).toEqual(
    [A, B].map((each) => [
      "delete-published",
      each,
      `${each}: the images in eu-central-1 and us-east-1 of aws are deleted and made anew, for another reason than the stack file`,
    ]),
  );
  expect(
    recordedPublication("replace", [`delete-published:${A}`]).guards.map(({ release }) => release),
  ).toEqual([B]);
  expect(recordedPublication("replace", ["delete-published"]).guards).toEqual([]);
});

test("a gallery version that a closing deleted before is made anew without a name", () => {
  const entry = { state: "published", protected: true, digests: { x86_64: "a" }, audience: { azure: {} } };
  const inputs = (images: object) => ({ releases: { "1.0": entry }, have: { images } });
  const plan = (images: object) => {
    const steps = [
      {
        type: "imprimatur:index:Lifecycle",
        name: "demo",
        op: "update",
        now: inputs(images),
        old: inputs({}),
      },
      { type: "azure-native:compute:GalleryImageVersion", name: "demo-1.0-x86_64", op: "replace", old: {} },
    ].map((each) => ({ urn: "", changed: [], resumes: false, ...each }));
    return publicationOf({ ...NOTHING, steps }, "s", []).guards.map(({ kind }) => kind);
  };
  expect(plan({})).toEqual([]);
  expect(plan({ "1.0": { azure: { westeurope: { x86_64: { has: ["public"] } } } } })).toContain(
    "delete-published",
  );
});

const USED: Partial<Step>[] = [
  { type: "aws:ec2/ami:Ami", op: "delete" },
  { type: "aws:ec2/amiCopy:AmiCopy", op: "replace" },
  { type: "imprimatur:aws:Snapshot", op: "replace" },
  { type: "gcp:compute/image:Image", op: "delete" },
  { type: "imprimatur:gcp:Arm64Image", op: "replace" },
  { type: "azure-native:compute:GalleryImageVersion", op: "delete" },
  { type: "azure-native:compute:GalleryImageVersion", op: "replace" },
];

test.each(USED)(
  "$op of $type must be named where users have the release, and only there",
  ({ type = "", op = "" }) => {
    const plan = (state: string) =>
      publicationOf(
        {
          ...NOTHING,
          steps: [
            { op, urn: "", type, name: "demo-1.0-x86_64-eu-west-1", changed: [], resumes: false, old: {} },
          ],
          config: { product: { name: "demo" }, releases: [{ version: "1.0", state }] },
        },
        "s",
        [],
      );
    expect(plan("deprecated").guards).toMatchObject([{ kind: "delete-published", release: "1.0" }]);
    expect(plan("staged").guards).toEqual([]);
    expect(plan("withdrawn").guards).toEqual([]);
  },
);

test.each<[string, RegExp[]]>([
  ["refused-illegal", [/^stacks\/Pulumi\.lab\.yaml: the line of 20261120\.0 is gone, .* remove it then$/]],
  [
    "refused-config",
    [
      /^2 problems in the stack config/,
      /releases\[0\]\.state: needs one of staged, .*Did you mean published\?$/,
      /sharing\.publik: needs one of the keys/,
    ],
  ],
  [
    "refused-lost-region",
    [/^aws:ec2\/amiCopy:AmiCopy demo-20261120\.0-x86_64-us-east-1 is protected .* would delete it; take the/],
  ],
  ["refused-replace", [/Ami demo-\S+ is protected .* would replace it/, /AmiCopy demo-\S+ is protected/]],
])("%s: every problem is one line, without URNs and printed values", (name, lines) => {
  const { problems } = recordedPublication(name);
  expect(problems).toHaveLength(lines.length);
  problems.forEach((problem, index) => expect(problem).toMatch(lines[index] as RegExp));
  expect(problems.join("\n")).not.toMatch(/urn:pulumi|map\[/);
});

const NOTHING: Preview = {
  steps: [],
  counts: { create: 0, update: 0, replace: 0, delete: 0, same: 0 },
  problems: [],
  warnings: [],
  config: { product: { name: "demo" }, releases: [{ version: "1.0" }, { version: "1.0-rc1" }] },
};
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const open = { public: true, accounts: [], organizations: [], organizationalUnits: [] };
const parameter = { name: "/images/demo/latest", region: "eu-west-1", tags: { "imprimatur:release": "1.0" } };
const profile = (names: string[], excludeFromLatest: boolean) => ({
  targetRegions: names.map((name) => ({ name })),
  excludeFromLatest,
});

/** Steps that are in no recording. */
test.each<[string, Partial<Step>, object[]]>([
  [
    "an image that is private on purpose",
    { type: "imprimatur:aws:ImageSharing", op: "create", now: { ...open, public: false } },
    [],
  ],
  [
    "a share that somebody took away",
    { type: "imprimatur:aws:ImageSharing", op: "update", old: { ...open, public: false }, now: open },
    [{ kind: "share", grantees: ["public"], visibleToStrangers: true }],
  ],
  [
    "a share that somebody added",
    { type: "imprimatur:aws:ImageSharing", op: "update", old: { ...open, accounts: ["1"] }, now: open },
    [{ kind: "unshare", grantees: ["1"], dangerous: true }],
  ],
  [
    "a member that is taken away on Google Cloud",
    { type: "imprimatur:gcp:ImageMember", op: "delete", old: { member: "allAuthenticatedUsers" } },
    [{ kind: "unshare", grantees: ["public"], dangerous: true }],
  ],
  ...["ImageMember", "ImageDeprecation"].map((kind): [string, Partial<Step>, object[]] => [
    `an ${kind} that is looked at again after its image was closed to others`,
    {
      type: `imprimatur:gcp:${kind}`,
      op: "update",
      changed: ["closings"],
      old: { member: "user:a@example.org" },
      now: { member: "user:a@example.org", closings: 1 },
    },
    [],
  ]),
  [
    "an image that an earlier up could not close",
    {
      type: "imprimatur:aws:ImageClosing",
      op: "update",
      changed: ["open"],
      kept: { open: "why", openFor: ["public"], closings: 1 },
      now: { ...open, public: false, region: "eu-west-1" },
    },
    [
      {
        ...{ kind: "close-again", release: "1.0", cloud: "aws", regions: ["eu-west-1"] },
        ...{ grantees: ["public"], dangerous: true },
      },
    ],
  ],
  [
    "the same, brought back before it was closed",
    {
      type: "imprimatur:aws:ImageClosing",
      op: "update",
      changed: ["open", "public"],
      kept: { open: "why", openFor: ["public"], closings: 1 },
      now: { ...open, region: "eu-west-1" },
    },
    [{ kind: "stay-open", grantees: ["public"], visibleToStrangers: false, dangerous: false }],
  ],
  [
    "a gallery version that an earlier up could not close",
    {
      type: "imprimatur:azure:VersionClosing",
      op: "update",
      kept: { open: "why", openFor: ["whoever sees the gallery"], closings: 1 },
      now: { allowed: false },
    },
    [{ kind: "close-again", object: "gallery version", grantees: ["whoever sees the gallery"] }],
  ],
  [
    "a gallery that is still open",
    {
      type: "imprimatur:azure:GalleryClosing",
      name: "demo-gallery",
      op: "update",
      kept: { open: "why", openFor: ["public"], closings: 1 },
      now: { permissions: "Private" },
    },
    [{ kind: "close-again", object: "gallery", grantees: ["public"] }],
  ],
  [
    "an image of Google's that is closed for the first time",
    {
      type: "imprimatur:gcp:ImageClosing",
      op: "update",
      changed: ["members"],
      kept: { open: "", openFor: [], closings: 0 },
      now: { members: [] },
    },
    // Reported with the withdrawn release.
    [],
  ],
  [
    "a pointer that moves",
    {
      type: "aws:ssm/parameter:Parameter",
      name: "images/demo/latest-eu-west-1",
      op: "update",
      changed: ["insecureValue", "tags"],
      old: { ...parameter, insecureValue: "ami-1" },
      now: { ...parameter, insecureValue: "ami-2" },
    },
    [{ kind: "point", release: "1.0", names: ["/images/demo/latest"], from: "ami-1", to: "ami-2" }],
  ],
  [
    "a pointer to an image that is not made yet",
    {
      type: "aws:ssm/parameter:Parameter",
      op: "create",
      now: { ...parameter, insecureValue: UNKNOWN },
    },
    [expect.not.objectContaining({ to: expect.anything() as string })],
  ],
  [
    "a version that spreads and becomes the latest",
    { type: "imprimatur:azure:VersionPublication", op: "create", now: profile(["a", "b"], false) },
    [
      { kind: "copy", regions: ["a", "b"] },
      { kind: "point", names: ["latest"] },
    ],
  ],
  [
    "a version that leaves a region and latest",
    {
      type: "imprimatur:azure:VersionPublication",
      op: "update",
      changed: ["targetRegions", "excludeFromLatest"],
      old: profile(["a", "b"], false),
      now: profile(["a"], true),
    },
    [
      { kind: "unpoint", dangerous: true },
      { kind: "delete", object: "replica", regions: ["b"], dangerous: true },
    ],
  ],
  [
    "a version whose tags change",
    {
      type: "imprimatur:azure:VersionPublication",
      op: "update",
      changed: ["tags"],
      old: profile(["a"], false),
      now: profile(["a"], false),
    },
    [{ kind: "update", properties: ["tags"], visibleToStrangers: false, dangerous: false }],
  ],
  [
    "an upload that goes on",
    { type: "imprimatur:aws:Snapshot", op: "update", resumes: true, now: { dataBlocks: 2 } },
    [{ kind: "upload", bytes: 1_048_576 }],
  ],
  [
    "an archive that left the bucket long ago",
    { type: "imprimatur:gcp:ImageArchive", op: "delete", old: { keep: false } },
    [],
  ],
  [
    "an archive that was kept",
    { type: "imprimatur:gcp:ImageArchive", op: "delete", old: { keep: true } },
    [{ kind: "delete", object: "archive" }],
  ],
  [
    "a record",
    { type: "imprimatur:index:Record", name: "demo-1.0", op: "create" },
    [{ kind: "sign", release: "1.0", visibleToStrangers: false, dangerous: false }],
  ],
  [
    "a record that says something else now",
    { type: "imprimatur:index:Record", name: "demo-1.0", op: "update", changed: ["objects"] },
    [{ kind: "sign", operation: "update" }],
  ],
  [
    "a record of a release that goes: users keep it",
    { type: "imprimatur:index:Record", name: "demo-1.0", op: "delete" },
    [],
  ],
  [
    "an instance of a boot check, which somebody pays for",
    { type: "imprimatur:aws:BootCheck", now: { launch: true } },
    [{ kind: "launch", count: 1, architectures: ["x86_64"], visibleToStrangers: false, dangerous: false }],
  ],
  [
    "a boot check that launches nothing any more",
    { type: "imprimatur:aws:BootCheck", now: { launch: false } },
    [],
  ],
  [
    "a type that this version does not know",
    { type: "fourth:cloud:Image", name: "x", op: "create" },
    [{ kind: "other", object: "fourth:cloud:Image", names: ["x"], dangerous: false }],
  ],
  [
    "its deletion",
    { type: "fourth:cloud:Image", name: "x", op: "delete" },
    [{ kind: "other", operation: "delete", dangerous: true }],
  ],
])("%s", (_, step, want) => {
  const full: Step = {
    op: "create",
    urn: "urn:pulumi:s::p::t::n",
    type: "",
    name: "demo-1.0-x86_64-eu-west-1",
    changed: [],
    resumes: false,
    ...step,
  };
  expect(publicationOf({ ...NOTHING, steps: [full] }, "s", []).statements).toMatchObject(want);
});

/** Steps on one image, and on another resource that reports on its closing. */
function stepsOn(name: string, closing: Partial<Step>, other: Partial<Step>): Step[] {
  const step = { op: "update", urn: "", changed: [], resumes: false };
  return [
    { ...step, type: "imprimatur:gcp:ImageClosing", name, ...closing },
    { ...step, type: "", name: "demo", ...other },
  ];
}

test("what was taken out of the stack file and could not be closed is named, until it is closed", () => {
  const name = "demo-1.0-x86_64";
  const key = `imprimatur:gcp:ImageClosing ${name}`;
  const place = { type: "imprimatur:gcp:ImageClosing", args: {}, closings: 0, from: ["public"] };
  const guard = {
    ...{
      op: "update",
      urn: "",
      changed: [],
      resumes: false,
      type: "imprimatur:index:Lifecycle",
      name: "demo",
    },
    kept: { begun: { [key]: { closings: 0, from: ["public"] } } },
  };
  const told = (open?: string, places: object = { [key]: place }) => {
    const steps = stepsOn(
      name,
      { op: "delete", kept: { open: "", openFor: [], closings: 0 } },
      {
        type: "imprimatur:index:RemovalClosing",
        old: { places },
        now: { places: { [key]: place } },
        kept: { tried: open === undefined ? {} : { [key]: { closings: 0, open } } },
      },
    );
    return publicationOf({ ...NOTHING, steps: [guard, ...steps] }, "s", []).statements;
  };
  const want = { kind: "close-again", cloud: "gcp", release: "1.0", grantees: ["public"], dangerous: true };
  expect(told("why")).toMatchObject([want]);
  // Killed before the outcome was recorded.
  expect(told()).toMatchObject([want]);
  expect(told("")).toEqual([]);
  // Closed once, wanted again since, and killed while it was closed once more.
  expect(told("", {})).toMatchObject([want]);
  // The engine does not list unchanged resources.
  const [gone] = stepsOn(name, { op: "delete", kept: { open: "", openFor: [], closings: 0 } }, {});
  expect(publicationOf({ ...NOTHING, steps: [guard, gone!] }, "s", []).statements).toEqual([]);
});

test("a closing that an engine began and was killed in is told as closed again", () => {
  const name = "demo-1.0-x86_64";
  const begun = { [`imprimatur:gcp:ImageClosing ${name}`]: { closings: 2, from: ["user:a@example.org"] } };
  const guard = { type: "imprimatur:index:Lifecycle", kept: { begun } };
  const told = (closings: number) =>
    publicationOf(
      {
        ...NOTHING,
        steps: stepsOn(name, { kept: { open: "", openFor: [], closings }, now: { members: [] } }, guard),
      },
      "s",
      [],
    ).statements;
  expect(told(2)).toMatchObject([{ kind: "close-again", grantees: ["user:a@example.org"] }]);
  expect(told(3)).toEqual([]);
});

/** A published release of which users have this access; the engine was killed after the guard had agreed. */
function afterKill(have: object): Preview {
  const digest = { x86_64: "a".repeat(64) };
  const audience = {
    aws: { "eu-west-1": ["public"] },
    gcp: { global: ["public"] },
    azure: { eastus: ["public"], westeurope: ["public"] },
  };
  const releases = { "1.0": { state: "published", protected: true, digests: digest, audience } };
  const step = { op: "create", urn: "", changed: [], resumes: false };
  const image = "demo-1.0-x86_64";
  const steps: Step[] = [
    {
      ...{ ...step, op: "update", type: "imprimatur:index:Lifecycle", name: "demo" },
      ...{ old: { releases }, now: { releases, allow: [], have } },
    },
    { ...step, type: "imprimatur:aws:ImageSharing", name: `${image}-eu-west-1`, now: open },
    {
      ...{ ...step, type: "gcp:compute/imageIamMember:ImageIamMember", name: `${image}-public` },
      now: { member: "allAuthenticatedUsers" },
    },
    { ...step, type: "imprimatur:azure:VersionPublication", name: image, now: profile(["eastus"], false) },
    { ...step, type: "imprimatur:azure:GallerySharing", name: "demo-gallery", now: { community: true } },
  ];
  return { ...NOTHING, steps };
}
const everyone = { x86_64: { has: ["public"] } };

test.each<[string, object, string[], number]>([
  [
    "nothing of a release",
    { images: {} },
    [
      "aws make-public 1.0 [eu-west-1]",
      "gcp make-public 1.0 [global]",
      "azure make-public 1.0 [eastus westeurope]",
    ],
    3,
  ],
  [
    "all but a region of a shared gallery that it was to come to",
    {
      images: {
        "1.0": { aws: { "eu-west-1": everyone }, gcp: { global: everyone }, azure: { westeurope: everyone } },
      },
      coming: { "1.0": { azure: ["eastus"] } },
    },
    ["azure new-region 1.0 [eastus]", "azure make-public 1.0 [eastus]"],
    2,
  ],
])("after a kill users have %s: what they will see is told again, by cloud, and must be named", (...row) => {
  const [, have, want, guards] = row;
  const publication = publicationOf(afterKill(have), "s", []);
  const seen = publication.statements.filter(
    ({ visibleToStrangers, kind }) => visibleToStrangers && kind !== "point",
  );
  expect(seen.filter(({ guarded }) => guarded).map(brief)).toEqual(want);
  expect(publication.guards).toHaveLength(guards);
});

const limitsOf = (before: object, now: object) => {
  const step = { op: "update", urn: "", type: "imprimatur:index:Lifecycle", name: "demo", changed: [] };
  const guard: Step = { ...step, resumes: false, old: { releases: before }, now: { releases: now } };
  const { statements } = publicationOf({ ...NOTHING, steps: [guard] }, "s", []);
  return statements.filter(({ kind }) => kind === "limit").map((statement) => describeStatement(statement));
};
const sharedWith = (...grantees: string[]) => ({
  ...{ state: "published", protected: true, digests: { x86_64: "a" } },
  audience: { aws: { "eu-west-1": grantees } },
});

test.each<[releases: number, before: number, want: string[]]>([
  [5, 0, []],
  [
    6,
    5,
    [
      "there come to be 6 public images (AWS gives 5 unless it was asked for more; the preflight looks) in eu-west-1",
    ],
  ],
  [6, 6, []],
])("%i public images where %i were: what AWS does not give by itself is said", (count, before, want) => {
  const ledger = (many: number) =>
    Object.fromEntries(Array.from({ length: many }, (_, index) => [`${index + 1}.0`, sharedWith("public")]));
  expect(limitsOf(ledger(before), ledger(count))).toEqual(want);
});

test("an image for more accounts than AWS lets it be shared with is said, and everyone is none of them", () => {
  const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(1e11 + index));
  const before = { "1.0": sharedWith(...accounts(999)) };
  expect(limitsOf(before, { "1.0": sharedWith("public", ...accounts(1000)) })).toEqual([]);
  expect(limitsOf(before, { "1.0": sharedWith(...accounts(1001)) })).toEqual([
    "there come to be 1001 grantees of one image (AWS gives 1000 unless it was asked for more) in eu-west-1",
  ]);
});

test("a version is recognised though another one begins like it", () => {
  const step = { op: "create", urn: "", changed: [], resumes: false, now: {}, type: "aws:ec2/ami:Ami" };
  const names = ["demo-1.0-rc1-arm64-eu-west-1", "demo-1.0-x86_64-eu-west-1"];
  const steps = names.map((name): Step => ({ ...step, name }));
  const { statements } = publicationOf({ ...NOTHING, steps }, "s", []);
  expect(statements.map(({ release, architectures }) => [release, architectures])).toEqual([
    ["1.0-rc1", ["arm64"]],
    ["1.0", ["x86_64"]],
  ]);
});

test("every type that the provider serves has its meaning", () => {
  const types = Object.keys(plugin.resources).filter((type) => !SILENT.test(type));
  expect(types.filter((type) => OBJECTS[type] === undefined)).toEqual([]);
});

test("what no cloud sees is a change still", () => {
  const { statements } = publicationOf({ ...NOTHING, counts: { ...NOTHING.counts, update: 2 } }, "s", []);
  expect(statements).toMatchObject([{ kind: "update", object: "bookkeeping", count: 2 }]);
});

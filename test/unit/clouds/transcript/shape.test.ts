import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isPathWord } from "../../../../clouds/transcript/vocabulary";
import { pseudonymsOf } from "../../../../clouds/transcript/pseudonyms";
import { parseBody } from "../../../../clouds/transcript/bodies";
import { Shaper } from "../../../../clouds/transcript/shape";

const KEY = Buffer.alloc(32, 7);
const shaper = () => new Shaper(pseudonymsOf(KEY));
const UUID = "8b3f5a3e-1c1d-4e8e-9a51-0d4d1a2b3c4d";

describe("values", () => {
  test.each<[string, unknown, unknown]>([
    ["states and kinds stay", { state: "available", diskState: "ReadyToUpload" }, "same"],
    [
      "booleans, null and sizes stay",
      { public: true, sizeBytes: null, volumeSize: 8, diskSizeGb: "10" },
      "same",
    ],
    ["a number of a field that is not known goes", { projectNumber: 123456 }, { projectNumber: "<number>" }],
    [
      "an account is no count",
      { Account: "111111111111", accountCount: 3 },
      { Account: /^<account:/, accountCount: "<number>" },
    ],
    ["ids keep their kind", { imageId: "ami-0123456789abcdef0" }, { imageId: /^<ami:[0-9a-f]{10}>$/ }],
    [
      "dates keep their form",
      { createdAt: "2026-11-20T10:00:00.000Z" },
      { createdAt: "0000-00-00T00:00:00.000Z" },
    ],
    [
      "an ARM id keeps its path",
      { id: `/subscriptions/${UUID}/resourceGroups/payroll/providers/Microsoft.Compute/disks/wages` },
      {
        id: /^\/subscriptions\/<uuid:\w+>\/resourceGroups\/<name:\w+>\/providers\/Microsoft.Compute\/disks\/<name:\w+>$/,
      },
    ],
    [
      "a place is nobody's",
      {
        id: `/subscriptions/${UUID}/providers/Microsoft.Compute/locations/westeurope/communityGalleries/payroll`,
      },
      {
        id: /^\/subscriptions\/<uuid:\w+>\/providers\/Microsoft.Compute\/locations\/westeurope\/communityGalleries\/<name:\w+>$/,
      },
    ],
    [
      "an ARN keeps its kind",
      { Arn: "arn:aws:sts::111111111111:assumed-role/payroll/alice" },
      { Arn: /^arn:aws:sts::<account:\w+>:assumed-role\/<name:\w+>\/<name:\w+>$/ },
    ],
    [
      "members keep their kind",
      { members: ["allUsers", "user:alice@payroll.example", "domain:payroll.example"] },
      { members: ["allUsers", /^user:<email:\w+>$/, /^domain:<name:\w+>$/] },
    ],
    [
      "tags: this project's keys only",
      { tags: { "imprimatur:stack": "payroll", payroll: "wages" } },
      {
        tags: [
          ["imprimatur:stack", /^<name/],
          [/^<name/, /^<name/],
        ],
      },
    ],
    [
      "a tag that is called as a cloud's own field is the user's",
      { labels: { role: "payroll", code: "48151623", state: "available" }, tags: { location: "wages" } },
      {
        labels: [
          [/^<name/, /^<name/],
          [/^<name/, /^<digits/],
          [/^<name/, "available"],
        ],
        tags: [[/^<name/, /^<name/]],
      },
    ],
    [
      "a list of tags: this project's keys only",
      {
        Tags: [
          { Key: "imprimatur:stack", Value: "payroll" },
          { Key: "payroll", Value: "wages" },
        ],
      },
      {
        Tags: [
          { Key: "imprimatur:stack", Value: /^<name/ },
          { Key: /^<name/, Value: /^<name/ },
        ],
      },
    ],
    [
      "a filter by tag",
      { Filter: [{ Name: "tag:imprimatur:stack" }, { Name: "tag:payroll" }, { Name: "state" }] },
      { Filter: [{ Name: "tag:imprimatur:stack" }, { Name: /^<name/ }, { Name: "state" }] },
    ],
    [
      "a message: its words only",
      { message: "The disk 'payroll' of alice@payroll.example in project payroll-prod does not exist." },
      { message: /^The disk '<name:\w+>' of <email:\w+> in project <name:\w+> does not exist\.$/ },
    ],
    [
      "a message: permissions stay",
      { message: "Required 'compute.images.create' permission for 'projects/payroll/global/images/wages'" },
      {
        message:
          /^Required 'compute\.images\.create' permission for 'projects\/<name:\w+>\/global\/images\/<name:\w+>'$/,
      },
    ],
    ["a code that is an e-mail address goes", { code: "alice@payroll.example" }, { code: /^<email:/ }],
    [
      "a field that nobody knows goes",
      { brandNew: "payroll", more: { deep: ["wages"] } },
      { brandNew: /^<name/, more: { deep: [/^<name/] } },
    ],
  ])("%s", (_what, given, want) => {
    const got = shaper().value(given);
    if (want === "same") expect(got).toEqual(given);
    else expectLike(got, want);
  });

  test("one name is one pseudonym, whatever its case, and case is said", () => {
    const [lower, upper] = shaper().value(["payroll", "Payroll"]) as string[];
    expect(upper).toBe(lower!.replace(">", "^>"));
  });

  test("another key makes another pseudonym", () => {
    const other = new Shaper(pseudonymsOf(Buffer.alloc(32, 8)));
    expect(other.value("payroll")).not.toBe(shaper().value("payroll"));
  });

  test("a name in the path is a name in the message, whatever word it is", () => {
    const used = shaper();
    used.path("/projects/backup/global/images/failed");
    expect(used.value({ message: "the image backup failed" })).toEqual({
      message: expect.stringMatching(/^the image <name:\w+> <name:\w+>$/) as string,
    });
  });
});

test("headers: what is in the list, and nothing else", () => {
  const given = {
    Authorization: "Bearer secret",
    "x-amz-security-token": "secret",
    "x-brand-new": "secret",
    "X-Amz-Checksum": "c2VjcmV0",
    "content-range": "bytes 0-99/*",
    "retry-after": "60",
    location:
      "https://storage.googleapis.com/upload/storage/v1/b/payroll/o?upload_id=secret&uploadType=resumable",
  };
  expectLike(shaper().headers(Object.entries(given)), {
    "x-amz-checksum": /^<name:/,
    "content-range": "bytes 0-99/*",
    "retry-after": "60",
    location:
      /^https:\/\/storage\.googleapis\.com\/upload\/storage\/v1\/b\/<name:\w+>\/o\?upload_id=<name:\w+>&uploadType=resumable$/,
  });
});

test("queries: values of the clouds' own parameters, and nothing else", () => {
  const query = new URLSearchParams(
    "api-version=2024-03-03&comp=page&sig=secret&brandNew=secret&se=2026-11-20T10:00:00Z",
  );
  expectLike(shaper().query(query), {
    "api-version": "2024-03-03",
    comp: "page",
    sig: /^<name:/,
    brandNew: /^<name:/,
    se: "0000-00-00T00:00:00Z",
  });
});

test("queries: that no object may be there yet is no number of anybody's, a generation is", () => {
  const asked = (match: string) => shaper().query(new URLSearchParams({ ifGenerationMatch: match }));
  expectLike(asked("0"), { ifGenerationMatch: "0" });
  expectLike(asked("1732870000123456"), { ifGenerationMatch: /^<digits:/ });
});

describe("bodies", () => {
  test.each<[string, Buffer | string, string, unknown]>([
    [
      "a form",
      "Action=DescribeImages&Filter.1.Name=name&Filter.1.Value.1=x&Filter.1.Value.2=y",
      "application/x-www-form-urlencoded",
      { Action: "DescribeImages", Filter: [{ Name: "name", Value: ["x", "y"] }] },
    ],
    [
      "XML with lists",
      '<?xml version="1.0"?><R xmlns="u"><set><item><a>1 &amp; 2</a></item></set><e/></R>',
      "text/xml",
      { R: { set: [{ a: "1 & 2" }], e: "" } },
    ],
    ["JSON", '{"a":1}', "application/json", { a: 1 }],
    ["bytes", Buffer.from([1, 2, 3]), "application/octet-stream", { bytes: 3 }],
    ["half a JSON", '{"a":', "application/json", { bytes: 5 }],
  ])("%s", (_what, body, type, want) => expect(parseBody(body, type)).toEqual(want));
});

/** Patterns match texts; an array of pairs matches the entries of an object. */
function expectLike(got: unknown, want: unknown): void {
  if (want instanceof RegExp) expect(got).toMatch(want);
  else if (Array.isArray(want) && !Array.isArray(got)) expectLike(Object.entries(got as object), want);
  else if (want !== null && typeof want === "object") {
    expect(Object.keys(got as object)).toEqual(Object.keys(want));
    for (const [key, inner] of Object.entries(want)) expectLike((got as Record<string, unknown>)[key], inner);
  } else expect(got).toEqual(want);
}

test("every resource type that the product asks Azure for is a word of a transcript's paths, so that it can be replayed", () => {
  const folder = join(__dirname, "../../../../clouds/azure");
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith(".ts"));
  const words = files.flatMap((file) =>
    [
      ...readFileSync(join(folder, file), "utf8").matchAll(/\bproviders\/(Microsoft\.\w+)\/([A-Za-z]+)/g),
    ].flatMap(([, namespace = "", type = ""]) => [namespace, type]),
  );
  expect(words.length).toBeGreaterThan(4);
  expect([...new Set(words)].filter((word) => !isPathWord(word))).toEqual([]);
});

import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { CloudFailure } from "../../../clouds/failure";
import { checkAws } from "../../../trust/aws/check";
import { checkAzure, sizesInGb } from "../../../trust/azure/check";
import { checkGcp } from "../../../trust/gcp/check";
import type { Question } from "../../../trust/question";
import { readRecords } from "../../../trust/records";
import { strangersCure } from "../../../trust/strangers-cure";
import { renderVerdict } from "../../../trust/verdict";
import type { ObjectFacts } from "../../../trust/object-facts";
import { publishIn } from "../../unit/cli/publication";
import { temporaryFolder } from "../../unit/disk/sparse-file";

const folder = temporaryFolder();
const IMAGE = "projects/publisher/global/images/demo-1";
const VERSION = "/CommunityGalleries/demo-1/Images/demo/Versions/1.0.0";
const ARM = `/subscriptions/${"1".repeat(8)}-1111-1111-1111-${"1".repeat(12)}/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/demo/versions/1.0.0`;
const MINE = "22222222-2222-2222-2222-222222222222";

/** The cloud's answers, whatever the request; each is used once, the last one from then on. */
let answers: { status: number; body: unknown }[];
let asked: string[];
let tokens: string[];
let signedIn = 0;
const server = http.createServer((request, response) => {
  if (request.url?.endsWith("/oauth2/v2.0/token")) {
    response.end(JSON.stringify({ access_token: `token ${++signedIn}`, expires_in: 3600 }));
    return;
  }
  if (request.headers.authorization) tokens.push(request.headers.authorization);
  asked.push(`${request.method} ${request.url}`);
  const { status, body } = (answers.length > 1 ? answers.shift() : answers[0])!;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json" }).end(text);
});
const before = { ...process.env };
let question: Omit<Question, "id">;
let told: string[];

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const object = { region: "westeurope", kind: "image", architecture: "x86_64", proof: "bytes" } as const;
  const objects: ObjectFacts[] = [
    {
      ...{ ...object, cloud: "gcp", account: "publisher", region: "all", id: IMAGE, name: "demo-1" },
      ...{ uid: "7", createdAt: "2026-11-20T05:00:00.000-08:00" },
    },
    {
      ...{ ...object, cloud: "azure", account: "1111", id: ARM, publicId: VERSION, name: "1.0.0" },
      createdAt: "2026-11-20T13:00:00.1234567+00:00",
    },
  ];
  const { recordOf, publicKey } = await publishIn(folder);
  const file = path.join(folder, "r.sigstore.json");
  fs.writeFileSync(file, await recordOf("1.0", objects));
  const records = readRecords(file, [publicKey.export({ format: "pem", type: "spki" }).toString()]);
  const signal = new AbortController().signal;
  const retrying = (line: string) => void told.push(line);
  question = { records, bytes: false, signal, status: () => {}, retrying };
});
beforeEach(() => {
  told = [];
  asked = [];
  tokens = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE: url,
    GOOGLE_OAUTH_ACCESS_TOKEN: "t",
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
    AZURE_RESOURCE_MANAGER_ENDPOINT: url,
    AZURE_AUTHORITY_HOST: url,
    ARM_CLIENT_ID: "client",
    ARM_CLIENT_SECRET: "secret",
    ARM_TENANT_ID: "tenant",
    ARM_SUBSCRIPTION_ID: MINE,
  });
});
afterEach(() => (process.env = { ...before }));
afterAll(() => server.close());

const google = (code: number, reason: string) => ({
  status: code,
  body: { error: { code, message: "said", errors: [{ reason, message: "said" }] } },
});
const azure = (status: number, code: string) => ({ status, body: { error: { code, message: "said" } } });

describe("only a refusal of the image itself says that it cannot be seen", () => {
  test.each([google(403, "forbidden"), google(404, "notFound")])("Google: %j", async (answer) => {
    answers = [answer];
    const verdict = await checkGcp({ ...question, id: IMAGE });
    const { answer: said, reasons, compared } = verdict;
    expect(renderVerdict(verdict)).toMatch(
      / is not current, and was not compared with a record, which names it as /,
    );
    expect({ said, reasons, compared }).toEqual({
      ...{ said: "not-current", compared: false },
      reasons: [
        "it cannot be seen with these credentials: withdrawn, deleted, or never shared with you; ask the publisher which",
      ],
    });
  });

  test.each<[string, string, RegExp]>([
    [
      "that the records' publisher owns",
      IMAGE.split("/")[1]!,
      /^\S+ is not current, and was not compared with a record: the family gives out no image .*: its releases are withdrawn/,
    ],
    [
      "of another project",
      "someone-else",
      / is NOT genuine: the family gives out no image .*, and no trusted record/,
    ],
  ])("Google: a family %s that gives out no image", async (_whose, project, says) => {
    answers = [google(404, "notFound")];
    const id = `projects/${project}/global/images/family/demo-x86-64`;
    expect(renderVerdict(await checkGcp({ ...question, id }))).toMatch(says);
  });

  test.each<[string, object, RegExp]>([
    [
      "a token that is over",
      google(401, "authError"),
      /authError: said; the token in GOOGLE_OAUTH_ACCESS_TOKEN is over/,
    ],
    ["a token for something else", google(403, "insufficientPermissions"), /; log in again with the scope/],
    ["an API that is off", google(403, "accessNotConfigured"), /; enable the API/],
    [
      "a wall on the way",
      google(403, "vpcServiceControls"),
      /vpcServiceControls: said; look whether your login may .*, or ask the publisher to share the image/,
    ],
  ])("Google: %s does not", async (_what, answer, says) => {
    answers = [answer as (typeof answers)[0]];
    await expect(checkGcp({ ...question, id: IMAGE })).rejects.toThrow(says);
  });

  test("Google: nobody who asks does not", async () => {
    delete process.env.GOOGLE_OAUTH_ACCESS_TOKEN;
    Object.assign(process.env, {
      GOOGLE_APPLICATION_CREDENTIALS: path.join(folder, "none.json"),
      METADATA_SERVER_DETECTION: "none",
    });
    answers = [google(200, "")];
    await expect(checkGcp({ ...question, id: IMAGE })).rejects.toMatchObject({
      name: "CloudFailure",
      kind: "unauthenticated",
      message: expect.stringMatching(
        /^Google Cloud: no usable credentials \(.*\); run `gcloud auth application-default login`, or set GOOGLE_OAUTH_ACCESS_TOKEN$/,
      ) as string,
    });
    expect(asked).toEqual([]);
  });

  test.each([
    { id: VERSION, answer: azure(404, "NotFound") },
    { id: ARM, answer: azure(404, "ResourceNotFound") },
    { id: ARM, answer: azure(404, "ResourceGroupNotFound") },
    { id: ARM, answer: azure(403, "AuthorizationFailed") },
  ])("Azure: %j", async ({ id, answer }) => {
    answers = [answer];
    expect(await checkAzure({ ...question, id: `${id}/` })).toMatchObject({
      answer: "not-current",
      reasons: [
        "it cannot be seen with these credentials in this region: withdrawn, deleted, or never there; ask the publisher which",
      ],
    });
  });

  test.each<[string, string, object, RegExp]>([
    [
      "a subscription that is not there",
      VERSION,
      azure(404, "SubscriptionNotFound"),
      /; give a subscription of yours with --subscription \(now 2222/,
    ],
    [
      "what is no subscription",
      VERSION,
      azure(400, "InvalidSubscriptionId"),
      /; give a subscription of yours with --subscription/,
    ],
    [
      "somebody else's subscription",
      VERSION,
      azure(403, "AuthorizationFailed"),
      /; give a subscription of yours with --subscription/,
    ],
    [
      "the publisher's subscription in another tenant",
      ARM,
      azure(404, "SubscriptionNotFound"),
      /SubscriptionNotFound: said$/,
    ],
    ["a wrong endpoint", VERSION, azure(404, "InvalidResourceType"), /InvalidResourceType: said$/],
    [
      "a token that is over",
      VERSION,
      azure(401, "ExpiredAuthenticationToken"),
      /; the token of the service principal client .* is over/,
    ],
  ])("Azure: %s does not", async (_what, id, answer, says) => {
    answers = [answer as (typeof answers)[0]];
    await expect(checkAzure({ ...question, id })).rejects.toThrow(says);
  });
});

describe("whoever has nothing of the publisher's is told what they can do themselves", () => {
  test("Azure: a temporary disk that they may not make", async () => {
    answers = [{ status: 200, body: { properties: {} } }, azure(403, "AuthorizationFailed")];
    const asked = checkAzure({ ...question, id: VERSION, bytes: true, resourceGroup: "mine" });
    await expect(asked).rejects.toThrow(
      /^[^;]* AuthorizationFailed: said; let your own login read images, and make, .* or leave --bytes out$/,
    );
  });

  test("AWS: an image that they may not ask for", async () => {
    const said = "<Code>UnauthorizedOperation</Code><Message>You are not authorized.</Message>";
    const body = `<Response><Errors><Error>${said}</Error></Errors><RequestID>1</RequestID></Response>`;
    answers = [{ status: 403, body }];
    const id = "ami-0123456789abcdef0";
    await expect(checkAws({ ...question, id, region: "eu-west-1" })).rejects.toThrow(
      /UnauthorizedOperation: You are not authorized\.; let your own user or role do ec2:DescribeImages/,
    );
  });

  const publishers = "let the publisher's role do this";
  test.each([
    { kind: "denied", cure: publishers, says: "no; do it yourself" },
    { kind: "denied", cure: undefined, says: "no; do it yourself" },
    { kind: "denied", cure: "enable the API", says: "no; enable the API" },
    { kind: "network", cure: undefined, says: "no" },
  ] as const)("a refusal that is $kind, with the cure $cure: $says", ({ kind, cure, says }) => {
    const failure = new CloudFailure(kind, "no", { ...(cure !== undefined && { cure }) });
    expect(strangersCure(publishers, "do it yourself")(failure).message).toBe(says);
  });
});

test("a cloud that fails is asked five times, and from the third try on that is told", async () => {
  answers = [google(503, "backendError")];
  await expect(checkGcp({ ...question, id: IMAGE })).rejects.toThrow(/gave up after 5 tries/);
  expect(asked).toHaveLength(5);
  expect(told).toEqual(
    [3, 4].map((tries) => expect.stringContaining(`; trying again (${tries} of 5)`) as string),
  );
});

describe("an image's size in GB as Azure tells it", () => {
  const [MIB, GIB] = [1024 ** 2, 1024 ** 3];
  test.each([
    { bytes: 30 * GIB + MIB, told: 30, fits: true },
    { bytes: 127 * GIB + 2 * MIB, told: 127, fits: true },
    { bytes: 30 * GIB, told: 30, fits: true },
    { bytes: 30 * GIB + MIB, told: 31, fits: true },
    { bytes: 24 * MIB, told: 1, fits: true },
    { bytes: 30 * GIB, told: 31, fits: false },
    { bytes: 30 * GIB + MIB, told: 29, fits: false },
  ])("$bytes bytes told as $told", ({ bytes, told, fits }) => {
    expect(sizesInGb(bytes).includes(told)).toBe(fits);
  });

  const version = (diskSizeGB: number) => ({
    status: 200,
    body: { properties: { storageProfile: { osDiskImage: { diskSizeGB } } } },
  });
  test.each([
    { told: 1, answer: "genuine", reasons: [] },
    {
      told: 2,
      answer: "not-genuine",
      reasons: [expect.stringMatching(/^its size in GB is 2, .* bytes are 1$/)],
    },
  ])("a version of $told GB is $answer", async ({ told, answer, reasons }) => {
    answers = [version(told)];
    expect(await checkAzure({ ...question, id: VERSION })).toMatchObject({ answer, reasons });
  });
});

test("a version whose tag names other bytes is not genuine, and the tag is named", async () => {
  answers = [{ status: 200, body: { properties: {}, tags: { "imprimatur:digest": "sha256:other" } } }];
  expect(await checkAzure({ ...question, id: ARM })).toMatchObject({
    answer: "not-genuine",
    reasons: [expect.stringMatching(/^its tag imprimatur:digest is sha256:other, the record says sha256:/)],
  });
});

describe("a version that was made anew under its number is another image", () => {
  test.each([
    { publishedDate: "2026-11-20T13:00:00.1234567+00:00", answer: "genuine", reasons: [] },
    { publishedDate: "2026-11-20T13:00:00Z", answer: "genuine", reasons: [] },
    { publishedDate: undefined, answer: "genuine", reasons: [] },
    {
      publishedDate: "2026-11-21T13:00:00Z",
      answer: "not-genuine",
      reasons: [expect.stringMatching(/^another object has its name now: made at 2026-11-21T13:00:00Z;/)],
    },
  ])("published $publishedDate: $answer", async ({ publishedDate, answer, reasons }) => {
    answers = [{ status: 200, body: { properties: { ...(publishedDate && { publishedDate }) } } }];
    expect(await checkAzure({ ...question, id: VERSION })).toMatchObject({ answer, reasons });
  });
});

describe("an image that was made again under its name is another image", () => {
  test.each([
    { id: "7", answer: "genuine", reasons: [] },
    {
      id: "8",
      answer: "not-genuine",
      reasons: [
        expect.stringMatching(/^another object has its name now: id 8, .*; the recorded one is id 7, /),
      ],
    },
  ])("id $id: $answer", async ({ id, answer, reasons }) => {
    const image = { id, name: "demo-1", status: "READY", diskSizeGb: "1" };
    const selfLink = `https://www.googleapis.com/compute/v1/${IMAGE}`;
    answers = [
      { status: 200, body: { ...image, selfLink, creationTimestamp: "2026-11-20T05:00:00.000-08:00" } },
    ];
    expect(await checkGcp({ ...question, id: IMAGE })).toMatchObject({ answer, reasons });
  });
});

test("Azure: a token that was refused is renewed once, and the next question has the new one", async () => {
  const genuine = { status: 200, body: { properties: {} } };
  answers = [azure(401, "ExpiredAuthenticationToken"), genuine];
  expect(await checkAzure({ ...question, id: VERSION })).toMatchObject({ answer: "genuine" });
  await checkAzure({ ...question, id: VERSION });
  expect(tokens).toHaveLength(3);
  const [old, renewed, next] = tokens;
  expect(renewed).not.toBe(old);
  expect(next).toBe(renewed);
});

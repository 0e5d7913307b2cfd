import { KNOWN_CODES as aws } from "../../../clouds/aws/codes";
import { explainAws } from "../../../clouds/aws/failure";
import { KNOWN_CODES as azure, refusedByAzure } from "../../../clouds/azure/failure";
import { CloudFailure, type FailureKind } from "../../../clouds/failure";
import { KNOWN_CODES as gcp, refusedByGoogle } from "../../../clouds/gcp/failure";
import { BRISK, PATIENT, retry } from "../../../clouds/retry";
import { retryAfter } from "../../../clouds/retry-after";
import { awsError } from "./aws/fake-region";

/** A refusal by each cloud, in its own form of error. */
const CLOUDS: Readonly<
  Record<string, (code: string, status: number, headers?: Record<string, string>) => CloudFailure>
> = {
  aws: (code, status, headers = {}) =>
    explainAws("DoIt", "eu-test-1", awsError(code, status, { $response: { headers } })),
  azure: (code, status, headers) =>
    refusedByAzure("do it", {
      status,
      headers: new Headers(headers),
      body: Buffer.from(JSON.stringify({ error: { code, message: "said so" } })),
    }),
  gcp: (reason, status, headers) =>
    refusedByGoogle("do it", {
      status,
      headers: new Headers(headers),
      text: JSON.stringify({ error: { code: status, message: "said so", errors: [{ reason }] } }),
    }),
};

describe.each(Object.entries(CLOUDS))("%s", (cloud, refusal) => {
  const known = { aws, azure, gcp }[cloud] ?? [];

  test("every code that it knows has a source with a date, and one kind", () => {
    for (const { source } of known) expect(source).toMatch(/\b20\d\d-\d\d/);
    const codes = known.flatMap((group) => group.codes);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("429 is throttled whatever the code says", () => {
    const codes = ["SomethingNew", ...known.flatMap((group) => group.codes)];
    expect(new Set(codes.map((code) => refusal(code, 429).kind))).toEqual(new Set(["throttled"]));
  });

  test.each<[number, FailureKind]>([
    [400, "refused"],
    [402, "refused"],
    [405, "refused"],
    [410, "refused"],
    [413, "refused"],
    [418, "refused"],
    [422, "refused"],
    [451, "refused"],
    [401, "unauthenticated"],
    [403, "denied"],
    [404, "absent"],
    [409, "busy"],
  ])("an unknown %d is not tried again, and shows its code", (status, kind) => {
    const failure = refusal("SomethingNew", status);
    expect([failure.kind, failure.retryable, failure.code]).toEqual([kind, false, "SomethingNew"]);
    expect(failure.message).toContain("SomethingNew");
  });

  test("Retry-After is obeyed, in seconds and as a date", () => {
    const soon = new Date(Date.now() + 90_000).toUTCString();
    expect(refusal("SomethingNew", 429, { "retry-after": "7" }).retryAfter).toBe(7000);
    const wait = refusal("SomethingNew", 503, { "retry-after": soon }).retryAfter ?? 0;
    expect(wait).toBeGreaterThan(60_000);
    expect(wait).toBeLessThanOrEqual(90_000);
    expect(refusal("SomethingNew", 503).retryAfter).toBeUndefined();
  });
});

test("an error without the usual wrapping shows its code", () => {
  const body = JSON.stringify({ code: "InvalidParameter", message: "no" });
  const azureFailure = refusedByAzure("do it", {
    status: 400,
    headers: new Headers(),
    body: Buffer.from(body),
  });
  expect(azureFailure.message).toContain("InvalidParameter: no");
  const token = JSON.stringify({ error: "invalid_grant", error_description: "expired" });
  expect(refusedByGoogle("do it", { status: 400, headers: new Headers(), text: token }).message).toContain(
    "invalid_grant: expired",
  );
});

test.each([[undefined], [[{ reason: "forbidden" }]]])(
  "a Google error whose details are more exact than %j",
  (errors) => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "SERVICE_DISABLED" }];
    const text = JSON.stringify({
      error: { code: 403, message: "off", status: "PERMISSION_DENIED", errors, details },
    });
    expect(refusedByGoogle("do it", { status: 403, headers: new Headers(), text })).toMatchObject({
      kind: "refused",
      cure: expect.stringContaining("gcloud services enable") as string,
    });
  },
);

describe("Retry-After", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  test.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ "retry-after": "0" }, undefined],
    [{ "retry-after": "60" }, 60_000],
    [{ "retry-after": " 1.5 " }, 1500],
    [{ "retry-after": "Sat, 28 Nov 2026 12:02:00 GMT" }, 120_000],
    [{ "retry-after": "Sat, 28 Nov 2026 11:00:00 GMT" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
    [{ "x-ms-retry-after-ms": "700" }, 700],
  ])("%j", (headers, wanted) => expect(retryAfter((name) => headers[name], now)).toBe(wanted));
});

describe("the retry layer", () => {
  const signal = new AbortController().signal;
  const calling = async (policy: typeof PATIENT, wait: number) => {
    const waits: number[] = [];
    let calls = 0;
    const context = {
      cloud: "AWS" as const,
      signal,
      policy: { ...policy, wait: async (milliseconds: number) => waits.push(milliseconds) },
      explain: (error: unknown) => error as CloudFailure,
    };
    const result = await retry(context, async () => {
      if (++calls === 1) throw new CloudFailure("throttled", "too fast", { retryAfter: wait });
      return "done";
    }).catch((error: Error) => error.message);
    return { result, waits };
  };

  test("waits as long as the cloud asks", async () => {
    expect(await calling(PATIENT, 1_235_000)).toEqual({ result: "done", waits: [1_235_000] });
  });

  test("gives up at once, and says for how long, where nobody would wait so long", async () => {
    expect(await calling(BRISK, 300_000)).toEqual({
      result:
        "too fast (it asks to be called again in 5 min 0 s, and at most 30 s are waited: run the command again then; what was made stays)",
      waits: [],
    });
  });
});

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { explainAws } from "../../../clouds/aws/failure";
import { cureOfExpiry, renewing } from "../../../clouds/aws/renew";
import { cureOfExpiry as cureOnAzure, refusedByAzure } from "../../../clouds/azure/failure";
import { cureOfExpiry as cureOnGoogle, refusedByGoogle } from "../../../clouds/gcp/failure";
import { callGoogle, openGoogleSession } from "../../../clouds/gcp/api/session";

/** Tokens that the library returns, in their order; the last one is repeated. */
const mockTokens: string[] = [];
jest.mock("google-auth-library", () => ({
  GoogleAuth: class {
    getClient() {
      const token = mockTokens.length > 1 ? mockTokens.shift() : mockTokens[0];
      return Promise.resolve({ getAccessToken: () => Promise.resolve({ token }) });
    }
  },
}));

const EXPIRED =
  "<ErrorResponse><Error><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>";
const FINE =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

/** @param keys returned by their source, in their order; all but `good` have expired */
function sts(keys: string[]): { client: STSClient; asked: string[] } {
  const asked: string[] = [];
  const client = new STSClient({
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: () => {
      const accessKeyId = keys.length > 1 ? (keys.shift() ?? "") : (keys[0] ?? "");
      return Promise.resolve({ accessKeyId, secretAccessKey: "s" });
    },
    requestHandler: {
      handle: ({ headers }: { headers: Record<string, string> }) => {
        const key = /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1] ?? "";
        asked.push(key);
        const isGood = key === "good";
        const body = Buffer.from(isGood ? FINE : EXPIRED);
        return Promise.resolve({
          response: { statusCode: isGood ? 200 : 400, headers: { "content-type": "text/xml" }, body },
        });
      },
    } as never,
  });
  return { client: renewing(client), asked };
}

describe("keys of AWS that are over in the midst of the work", () => {
  test("are read again, and the call goes on with the new ones", async () => {
    const { client, asked } = sts(["old", "good"]);
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "111111111111" });
    await client.send(new GetCallerIdentityCommand({}));
    expect(asked).toEqual(["old", "good", "good"]);
  });

  test("and come again are not tried twice; whose they are is said", async () => {
    const { client, asked } = sts(["old"]);
    const error: unknown = await client
      .send(new GetCallerIdentityCommand({}))
      .catch((reason: unknown) => reason);
    expect(asked).toEqual(["old"]);
    const failure = explainAws("GetCallerIdentity", "eu-central-1", error);
    expect(failure).toMatchObject({ kind: "unauthenticated", code: "ExpiredToken", retryable: false });
    expect(failure.message).toMatch(/ExpiredToken: .* run the same command again$/);
  });

  test.each([
    [
      { AWS_ACCESS_KEY_ID: "A", AWS_SESSION_TOKEN: "t", AWS_PROFILE: "p" },
      /AWS_SESSION_TOKEN in the environment is over/,
    ],
    [
      { AWS_PROFILE: "release" },
      /the profile release \(AWS_PROFILE\) is over: log in again \(`aws sso login --profile release`/,
    ],
    [
      { AWS_WEB_IDENTITY_TOKEN_FILE: "/t", AWS_ROLE_ARN: "arn:r" },
      /role arn:r is over, and the token in \/t/,
    ],
    [{}, /the default profile or this machine's role/],
  ])("of %j are named with where they come from", (env, want) => {
    expect(cureOfExpiry(env)).toMatch(want);
  });
});

describe("a token of Google's that is refused", () => {
  const asked: string[] = [];
  const before = { ...process.env };
  beforeEach(() => {
    asked.length = 0;
    delete process.env.GOOGLE_OAUTH_ACCESS_TOKEN;
    jest.spyOn(globalThis, "fetch").mockImplementation((_url, { headers = {} } = {}) => {
      const { authorization = "" } = headers as Record<string, string>;
      asked.push(authorization);
      const error = { code: 401, errors: [{ reason: "authError" }], message: "Invalid Credentials" };
      return Promise.resolve(
        authorization === "Bearer good"
          ? new Response("{}")
          : new Response(JSON.stringify({ error }), { status: 401 }),
      );
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = { ...before };
  });
  const look = () =>
    callGoogle(openGoogleSession(new AbortController().signal, { status: () => undefined }), "look", {
      method: "GET",
      url: "http://127.0.0.1:1/",
    });

  test("is asked for anew once, and the call goes on", async () => {
    mockTokens.splice(0, 9, "old", "good");
    expect((await look()).status).toBe(200);
    expect(asked).toEqual(["Bearer old", "Bearer good"]);
  });

  test("from the environment is not tried twice, and is named", async () => {
    process.env.GOOGLE_OAUTH_ACCESS_TOKEN = "over";
    await expect(look()).rejects.toThrow(
      /GOOGLE_OAUTH_ACCESS_TOKEN is over or refused.* and run the same command again$/,
    );
    expect(asked).toEqual(["Bearer over"]);
  });

  test.each([
    [{ GOOGLE_CREDENTIALS: "{}" }, /key in GOOGLE_CREDENTIALS is refused/],
    [{ GOOGLE_APPLICATION_CREDENTIALS: "/k" }, /of \/k \(GOOGLE_APPLICATION_CREDENTIALS\)/],
    [{}, /gcloud auth application-default login/],
  ])("of %j is named with where it comes from", (env, want) => {
    expect(cureOnGoogle(env)).toMatch(want);
  });

  test("is a refusal that no repetition helps", () => {
    expect(refusedByGoogle("look", { status: 401, headers: new Headers(), text: "" }).retryable).toBe(false);
  });
});

describe("a token of Azure's that is over", () => {
  const principal = { ARM_TENANT_ID: "t", ARM_CLIENT_ID: "c" };
  test.each([
    [
      { ...principal, ARM_CLIENT_SECRET: "s" },
      /service principal c \(ARM_CLIENT_ID\) .* secret in ARM_CLIENT_SECRET/,
    ],
    [
      { ...principal, ARM_USE_OIDC: "true", ARM_OIDC_TOKEN: "o" },
      /ARM_OIDC_TOKEN gives no other: set it anew/,
    ],
    [{}, /the account of `az login` is over or refused: log in again \(`az login`\)/],
  ])("of %j is named with where it comes from", (env, want) => {
    expect(cureOnAzure(env)).toMatch(want);
  });

  test("is one line with the cure", () => {
    const body = Buffer.from(
      '{"error":{"code":"ExpiredAuthenticationToken","message":"The access token expiry UTC time"}}',
    );
    const { message, kind } = refusedByAzure("look at a disk", { status: 401, headers: new Headers(), body });
    expect(kind).toBe("unauthenticated");
    expect(message).toMatch(
      /ExpiredAuthenticationToken: .*; the token of .* and run the same command again$/,
    );
  });
});

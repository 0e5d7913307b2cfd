import { accessToken, namedCredentials, whoPublishes } from "../../../../clouds/gcp/credentials";

/** Like the acceptance tests of the native provider: credentials in the environment. */
describe("credentials are looked for in the native provider's order", () => {
  const all = {
    GOOGLE_OAUTH_ACCESS_TOKEN: "t",
    GOOGLE_CREDENTIALS: "1",
    GOOGLE_CLOUD_KEYFILE_JSON: "2",
    GCLOUD_KEYFILE_JSON: "3",
    GOOGLE_APPLICATION_CREDENTIALS: "4",
  };
  const without = (...names: (keyof typeof all)[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !(names as string[]).includes(name)));

  test.each([
    { env: all, want: { from: "GOOGLE_OAUTH_ACCESS_TOKEN", token: "t" } },
    { env: without("GOOGLE_OAUTH_ACCESS_TOKEN"), want: { from: "GOOGLE_CREDENTIALS", key: "1" } },
    {
      env: { ...without("GOOGLE_OAUTH_ACCESS_TOKEN"), GOOGLE_CREDENTIALS: "" },
      want: { from: "GOOGLE_CLOUD_KEYFILE_JSON", key: "2" },
    },
    { env: { GCLOUD_KEYFILE_JSON: "3" }, want: { from: "GCLOUD_KEYFILE_JSON", key: "3" } },
    { env: { GOOGLE_APPLICATION_CREDENTIALS: "4" }, want: { from: "application default credentials" } },
    {
      env: { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "a@p.iam.gserviceaccount.com", GCLOUD_KEYFILE_JSON: "3" },
      want: { from: "GCLOUD_KEYFILE_JSON", key: "3", impersonate: "a@p.iam.gserviceaccount.com" },
    },
  ])("$want", ({ env, want }) => {
    expect(namedCredentials(env)).toEqual(want);
  });
});

test.each<[Record<string, string>, string]>([
  [{ GOOGLE_CREDENTIALS: '{"client_email":"ci@p.iam.gserviceaccount.com"}' }, "ci@p.iam.gserviceaccount.com"],
  [
    {
      GOOGLE_CREDENTIALS:
        '{"service_account_impersonation_url":"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/ci@p.iam.gserviceaccount.com:generateAccessToken"}',
    },
    "ci@p.iam.gserviceaccount.com",
  ],
  [{ GOOGLE_OAUTH_ACCESS_TOKEN: "t", GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: "acting@p" }, "acting@p"],
  [
    { GOOGLE_OAUTH_ACCESS_TOKEN: "t", GOOGLE_CREDENTIALS: '{"client_email":"unused"}' },
    "the publisher's account",
  ],
  [{ GOOGLE_CREDENTIALS: "s3cret" }, "the publisher's account"],
  [{}, "the publisher's account"],
])("with %j it is said of whom they are", (env, want) => {
  expect(whoPublishes(env)).toBe(want);
});

test("a key that is none is refused with the variable's name, and without its value", async () => {
  const before = process.env;
  process.env = { ...before, GOOGLE_OAUTH_ACCESS_TOKEN: "", GOOGLE_CREDENTIALS: "s3cret" };
  try {
    await expect(accessToken()).rejects.toMatchObject({
      kind: "unauthenticated",
      message: expect.stringMatching(
        /^Google Cloud: no usable credentials \(GOOGLE_CREDENTIALS: neither a key in JSON nor the path of one\);(?!.*s3cret)/,
      ) as string,
    });
  } finally {
    process.env = before;
  }
});

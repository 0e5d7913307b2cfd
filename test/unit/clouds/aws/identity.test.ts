import { environmentKey, identityProblem } from "../../../../clouds/aws/identity";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIA1", AWS_SECRET_ACCESS_KEY: "secret" };
const KEY = { accessKeyId: "AKIA1", secretAccessKey: "secret" };
const TOKEN = { AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: "arn:aws:iam::1:role/ci" };

/** The credentials that aws-sdk-go-v2, and therefore the native provider, takes first. */
test.each([
  { title: "keys", env: KEYS, want: KEY },
  { title: "keys, whatever the profile", env: { ...KEYS, AWS_PROFILE: "other" }, want: KEY },
  { title: "their older names", env: { AWS_ACCESS_KEY: "AKIA1", AWS_SECRET_KEY: "secret" }, want: KEY },
  { title: "a session", env: { ...KEYS, AWS_SESSION_TOKEN: "t" }, want: { ...KEY, sessionToken: "t" } },
  { title: "half a key is none", env: { AWS_ACCESS_KEY_ID: "AKIA1", AWS_PROFILE: "p" }, want: undefined },
  { title: "a profile", env: { AWS_PROFILE: "p" }, want: undefined },
])("$title", ({ env, want }) => {
  expect(environmentKey(env)).toEqual(want);
});

test.each([
  {
    env: { ...TOKEN, AWS_PROFILE: "p" },
    want: /AWS_PROFILE \(p\) and AWS_WEB_IDENTITY_TOKEN_FILE \(role arn:aws:iam::1:role\/ci\)/,
  },
  { env: { ...TOKEN, ...KEYS, AWS_PROFILE: "p" }, want: undefined },
  { env: TOKEN, want: undefined },
  { env: { AWS_PROFILE: "p" }, want: undefined },
])("two identities: $env", ({ env, want }) => {
  const problem = identityProblem(env);
  if (want) expect(problem).toMatch(want);
  else expect(problem).toBeUndefined();
});

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { findCredentials } from "../../../../clouds/openstack/credentials";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "clouds-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const DOMAIN = { id: "default" };
const AUTH = { OS_AUTH_URL: "https://keystone.example.org/v3/" };

/** The variables that name a clouds.yaml with this text. */
function withFile(text: string): Record<string, string> {
  const file = path.join(folder, "clouds.yaml");
  fs.writeFileSync(file, text);
  return { OS_CLIENT_CONFIG_FILE: file };
}

test.each<[string, Record<string, string>, object]>([
  [
    "a password",
    { ...AUTH, OS_USERNAME: "me", OS_PASSWORD: "p", OS_PROJECT_NAME: "images" },
    {
      identity: { methods: ["password"], password: { user: { name: "me", domain: DOMAIN, password: "p" } } },
      scope: { project: { name: "images", domain: DOMAIN } },
    },
  ],
  [
    "an application credential, whose project is its own",
    { ...AUTH, OS_APPLICATION_CREDENTIAL_ID: "i", OS_APPLICATION_CREDENTIAL_SECRET: "s" },
    { identity: { methods: ["application_credential"], application_credential: { id: "i", secret: "s" } } },
  ],
  [
    "a token",
    { ...AUTH, OS_AUTH_TYPE: "v3token", OS_TOKEN: "t", OS_PROJECT_ID: "0a" },
    { identity: { methods: ["token"], token: { id: "t" } }, scope: { project: { id: "0a" } } },
  ],
])("the variables of an openrc file with %s", (_what, env, auth) => {
  expect(findCredentials(undefined, env)).toMatchObject({
    authUrl: "https://keystone.example.org/v3",
    auth,
    interface: "public",
  });
});

test("a cloud that is named goes before OS_CLOUD, and that before the other variables", () => {
  const cloud = (name: string) => `  ${name}:
    auth: {auth_url: "https://${name}.example.org", username: u, password: p, project_id: 1}
`;
  const env = { ...AUTH, ...withFile(`clouds:\n${cloud("one")}${cloud("two")}`), OS_CLOUD: "two" };
  expect(findCredentials("one", env).authUrl).toBe("https://one.example.org/v3");
  expect(findCredentials(undefined, env).authUrl).toBe("https://two.example.org/v3");
  expect(() => findCredentials("three", env)).toThrow(
    /has no cloud three; it has one, two: name one of them/,
  );
});

test.each<[string, Record<string, string>, RegExp]>([
  ["nothing at all", {}, /name no auth_url; set OS_CLOUD/],
  ["no project", { ...AUTH, OS_USERNAME: "me", OS_PASSWORD: "p" }, /name no project; give project_name/],
  ["no password", { ...AUTH, OS_USERNAME: "me", OS_PROJECT_ID: "0a" }, /no user with a password/],
  [
    "another way",
    { ...AUTH, OS_AUTH_TYPE: "v3kerberos", OS_PROJECT_ID: "0a" },
    /application credential create/,
  ],
  ["an authority of its own", { ...AUTH, OS_CACERT: "/ca.pem" }, /set NODE_EXTRA_CA_CERTS=\/ca.pem/],
])("%s is refused with the cure", (_what, env, said) => {
  const { NODE_EXTRA_CA_CERTS: before } = process.env;
  delete process.env.NODE_EXTRA_CA_CERTS;
  try {
    expect(() => findCredentials(undefined, env)).toThrow(said);
  } finally {
    if (before !== undefined) process.env.NODE_EXTRA_CA_CERTS = before;
  }
});

test("certificates are checked whatever clouds.yaml says, and no secret is in a message", () => {
  const env = withFile(`clouds:
  lab: {verify: false, auth: {auth_url: "https://lab.example.org", username: u, password: hush, project_id: p}}
`);
  expect(() => findCredentials("lab", env)).toThrow(/say verify: false.*NODE_EXTRA_CA_CERTS/);
  expect(() => findCredentials("lab", env)).not.toThrow(/hush/);
});

test("an interface is spelled in either of the official client's ways, and another word is refused by name", () => {
  const env = { ...AUTH, OS_USERNAME: "me", OS_PASSWORD: "p", OS_PROJECT_ID: "0a" };
  expect(findCredentials(undefined, { ...env, OS_INTERFACE: "internalURL" }).interface).toBe("internal");
  expect(() => findCredentials(undefined, { ...env, OS_INTERFACE: "outside" })).toThrow(
    /OS_… variables: interface: public, internal or admin/,
  );
});

test("only the cloud that is used has to be in order", () => {
  const env = withFile(`clouds:
  mine: {interface: publicURL, auth: {auth_url: "https://mine.example.org", username: u, password: p, project_id: p}}
  odd: {interface: outside, auth: {password: [hush]}}
  vendor: {profile: somebody, auth: {username: u, password: p, project_id: p}}
`);
  expect(findCredentials("mine", env)).toMatchObject({ interface: "public" });
  expect(() => findCredentials("odd", env)).toThrow(/the cloud odd of .*clouds.yaml: (interface|auth)/);
  expect(() => findCredentials("odd", env)).not.toThrow(/hush/);
  expect(() => findCredentials("vendor", env)).toThrow(/no auth_url; .*profile.*is not read/);
});

import { createPublicKey } from "node:crypto";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DisableKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { AWS_PERMISSIONS } from "../../../clouds/aws/permissions";
import { permissionsFor } from "../../../clouds/permissions";
import { UNKNOWN } from "../../../facts/engine";
import type { Properties } from "../../../plugin/resource";
import type { RunningCloud } from "../../../rehearsal/cloud";
import { start as startAws } from "../../../rehearsal/aws";
import { verifyRecord } from "../../../trust/verify";
import { failure, Harness } from "../../unit/provider/harness";
import { asAdministrator } from "../administrator";
import { recordInputs } from "../../unit/provider/record-inputs";
import { expectIndexSignedBy } from "../signed-index/with-kms";

const P256 = { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" } as const;

let h: Harness;
let kms: KMSClient;
let cloud: RunningCloud;
beforeAll(async () => {
  h = new Harness();
  cloud = await h.start(startAws);
  kms = new KMSClient({ ...asAdministrator("eu-central-1"), endpoint: `http://127.0.0.1:${cloud.port}` });
  h.project();
});
afterAll(async () => {
  kms.destroy();
  await h.stop();
});

const RELEASES = { releases: { "1.0": { x86_64: "a" } } };
const askFor = (key: string) =>
  h.handler("index:SigningKey").create({ ...RELEASES, kms: `awskms:///${key}` }, h.call());

async function newKey(input: CreateKeyCommandInput = P256): Promise<string> {
  return (await kms.send(new CreateKeyCommand(input))).KeyMetadata!.Arn!;
}

test("a record is signed by a key in KMS, and its public half, which users are given, verifies it", async () => {
  const key = await newKey();
  const { outputs } = await askFor(key);
  const publicKey = String(outputs.publicKey);
  expect(createPublicKey(publicKey).asymmetricKeyDetails?.namedCurve).toBe("prime256v1");

  const alias = key.replace(/key\/.*/, "alias/release");
  await kms.send(new CreateAliasCommand({ AliasName: "alias/release", TargetKeyId: key }));
  for (const named of [key, alias]) {
    const made = await h
      .handler("index:Record")
      .create(recordInputs({ kms: `awskms:///${named}` }), h.call());
    const { predicate } = verifyRecord(String(made.outputs.bundle), "r", [publicKey]);
    expect(predicate.version).toBe("1.0");
  }
  const other = String((await askFor(await newKey())).outputs.publicKey);
  const made = await h.handler("index:Record").create(recordInputs({ kms: `awskms:///${key}` }), h.call());
  expect(() => verifyRecord(String(made.outputs.bundle), "r", [other])).toThrow(/signed by another key/);
});

test("the variable for a key file stands for no other way to sign", async () => {
  process.env.IMPRIMATUR_SIGNING_KEY = "gone.pem";
  const { outputs } = await askFor(await newKey());
  expect(outputs.publicKey).toMatch(/^-----BEGIN PUBLIC KEY/);
  delete process.env.IMPRIMATUR_SIGNING_KEY;
});

test.each<[string, CreateKeyCommandInput, RegExp]>([
  [
    "an RSA key",
    { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" },
    /^the signing key arn:aws:kms:eu-central-1:111111111111:key\/\S+ is RSA_2048 for SIGN_VERIFY; needed: ECC_NIST_P256 for SIGN_VERIFY; make one with `aws kms create-key/,
  ],
  [
    "another curve",
    { KeySpec: "ECC_NIST_P384", KeyUsage: "SIGN_VERIFY" },
    /is ECC_NIST_P384 for SIGN_VERIFY; needed: /,
  ],
  [
    "another use",
    { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" },
    /is ECC_NIST_P256 for KEY_AGREEMENT; needed: /,
  ],
  [
    "a symmetric key",
    {},
    /^GetPublicKey arn:\S+ in eu-central-1: UnsupportedOperationException: .*; only an asymmetric key has a public half; make one/,
  ],
])("a key of another kind is refused before anything is uploaded: %s", async (_what, input, says) => {
  expect((await failure(askFor(await newKey(input)))).message).toMatch(says);
});

test("so are a key that is switched off, one that is not there, and one of somebody else's", async () => {
  const key = await newKey();
  await kms.send(new DisableKeyCommand({ KeyId: key }));
  expect((await failure(askFor(key))).message).toMatch(
    /^GetPublicKey \S+ in eu-central-1: DisabledException: \S+ is disabled\.; enable it \(`aws kms enable-key`\), or name another one in signWith\.kms$/,
  );
  const gone = key.replace(/[^/]*$/, "1234abcd-12ab-34cd-56ef-1234567890ab");
  expect((await failure(askFor(gone))).message).toMatch(
    /NotFoundException: Key '\S+' does not exist; check the ARN in signWith\.kms/,
  );
  const foreign = key.replace("111111111111", "222222222222");
  expect((await failure(askFor(foreign))).message).toMatch(
    /AccessDeniedException: .*; let the publisher's role do kms:GetPublicKey and kms:Sign, in its own policy or/,
  );
});

test("another key is asked for when it is named, also when no release is new; one that stays is not", async () => {
  const [first, second] = [await newKey(), await newKey()];
  const handler = h.handler("index:SigningKey");
  const inputs = { ...RELEASES, kms: `awskms:///${first}` };
  const { outputs } = await handler.create(inputs, h.call());
  const old = { inputs, outputs };
  h.requests.length = 0;
  const fewer = await handler.update("demo", old, { ...inputs, releases: {} }, h.call());
  expect([fewer.publicKey, h.requests]).toEqual([outputs.publicKey, []]);

  const news = { ...inputs, kms: `awskms:///${second}` };
  expect(Object.keys(handler.diff(old, news, h.call()).changes)).toEqual(["kms"]);
  const planned = async (inputs: Properties) => (await handler.plan!(old, inputs, h.call())).publicKey;
  expect([await planned(news), await planned({ ...inputs, releases: {} })]).toEqual([
    UNKNOWN,
    outputs.publicKey,
  ]);
  const other = await handler.update("demo", old, news, h.call());
  expect(other.publicKey).toBe((await askFor(second)).outputs.publicKey);
  expect(other.publicKey).not.toBe(outputs.publicKey);
});

test("another key alone is no reason to sign what was signed again", () => {
  const old = { inputs: recordInputs({ keyFile: "a.pem" }), outputs: {} };
  const changes = (more: object) =>
    h.handler("index:Record").diff(old, recordInputs({ ...more }), h.call()).changes;
  expect(changes({ kms: "awskms:///x" })).toEqual({});
  expect(changes({ keyless: { fulcioUrl: "x", rekorUrl: "y" } })).toEqual({});
});

const signing = permissionsFor(AWS_PERMISSIONS, ["sign"]).map(({ name }) => name);
test.each(signing)(
  "without %s the key is refused before anything is uploaded, and by its name",
  async (name) => {
    const key = await newKey();
    await cloud.fault!({ kind: "policy", documents: ["signer"], without: [name] });
    expect((await failure(askFor(key))).message).toMatch(
      new RegExp(
        `publisher is not authorized to perform: ${name} on .*; let the publisher's role do kms:GetPublicKey and kms:Sign`,
      ),
    );
    await cloud.fault!({ kind: "policy", documents: ["signer"] });
    await askFor(key);
  },
);

test("an index is signed by a key of the KMS", async () => {
  await expectIndexSignedBy(`awskms:///${await newKey()}`, h.folder);
});

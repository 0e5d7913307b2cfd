import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  GetPublicKeyCommand,
  SignCommand,
  type SignCommandInput,
} from "@aws-sdk/client-kms";
import { errorMessage, errorName, StandIn } from "./stand-in";

let aws: StandIn;
beforeAll(async () => (aws = await StandIn.start()));
afterAll(() => aws.stop());

const P256 = { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" } as const;

async function newKey(input: CreateKeyCommandInput = P256): Promise<string> {
  const { KeyMetadata } = await aws.kms().send(new CreateKeyCommand(input));
  return KeyMetadata!.Arn!;
}

const sign = (KeyId: string, input: Partial<SignCommandInput> = {}) =>
  new SignCommand({ KeyId, Message: Buffer.from("hello"), SigningAlgorithm: "ECDSA_SHA_256", ...input });

async function publicKeyOf(KeyId: string) {
  const { PublicKey } = await aws.kms().send(new GetPublicKeyCommand({ KeyId }));
  return createPublicKey({ key: Buffer.from(PublicKey!), format: "der", type: "spki" });
}

test("a message and its digest get signatures that the public key verifies", async () => {
  const key = await newKey();
  await aws.kms().send(new CreateAliasCommand({ AliasName: "alias/release", TargetKeyId: key }));
  const alias = key.replace(/key\/.*/, "alias/release");
  const publicKey = await publicKeyOf(alias);
  // One in 64 signatures has a shorter r or s.
  for (let round = 0; round < 100; round++) {
    const message = randomBytes(40);
    const digest = createHash("sha256").update(message).digest();
    const { Signature, KeyId } = await aws
      .kms()
      .send(
        round % 2 ? sign(key, { Message: message }) : sign(alias, { Message: digest, MessageType: "DIGEST" }),
      );
    expect(KeyId).toBe(key);
    expect(verify("sha256", message, publicKey, Signature!)).toBe(true);
  }
});

test("a key that is switched off signs nothing until it is switched on", async () => {
  const key = await newKey();
  await aws.kms().send(new DisableKeyCommand({ KeyId: key }));
  expect(await errorMessage(aws.kms().send(sign(key)))).toBe(`${key} is disabled.`);
  expect(await errorName(aws.kms().send(new GetPublicKeyCommand({ KeyId: key })))).toBe("DisabledException");
  const { KeyMetadata } = await aws.kms().send(new DescribeKeyCommand({ KeyId: key }));
  expect(KeyMetadata).toMatchObject({ Enabled: false, KeyState: "Disabled" });
  await aws.kms().send(new EnableKeyCommand({ KeyId: key }));
  expect(await errorName(aws.kms().send(sign(key)))).toBe("no error");
});

test.each<[string, CreateKeyCommandInput, Partial<SignCommandInput>, string]>([
  ["an RSA key and ECDSA", { KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY" }, {}, "InvalidKeyUsageException"],
  ["an algorithm of P-384", P256, { SigningAlgorithm: "ECDSA_SHA_384" }, "InvalidKeyUsageException"],
  [
    "a key that agrees on secrets",
    { KeySpec: "ECC_NIST_P256", KeyUsage: "KEY_AGREEMENT" },
    {},
    "InvalidKeyUsageException",
  ],
  ["a symmetric key", {}, {}, "UnsupportedOperationException"],
  ["a digest of another length", P256, { MessageType: "DIGEST" }, "ValidationException"],
  ["a message of more than 4 KiB", P256, { Message: Buffer.alloc(4097) }, "ValidationException"],
])("Sign refuses %s", async (_what, made, input, wanted) => {
  const key = await newKey(made);
  expect(await errorName(aws.kms().send(sign(key, input)))).toBe(wanted);
});

test("a key is its owner's, and of its region", async () => {
  const key = await newKey();
  expect(await errorName(aws.kms(undefined, aws.stranger()).send(sign(key)))).toBe("AccessDeniedException");
  expect(await errorMessage(aws.kms("us-east-1").send(sign(key)))).toBe("Invalid arn eu-central-1");
  const gone = key.replace(/[^/]*$/, "1234abcd-12ab-34cd-56ef-1234567890ab");
  expect(await errorMessage(aws.kms().send(sign(gone)))).toBe(`Key '${gone}' does not exist`);
  const alias = key.replace(/key\/.*/, "alias/none");
  expect(await errorMessage(aws.kms().send(sign(alias)))).toBe(`Alias ${alias} is not found.`);
});

test("keys outlive a restart, and are in the inventory", async () => {
  const key = await newKey({ ...P256, Description: "kept" });
  const before = await publicKeyOf(key);
  await aws.restart();
  expect((await publicKeyOf(key)).equals(before)).toBe(true);
  expect(await aws.cloud.inventory()).toContainEqual(
    expect.objectContaining({ kind: "kms-key", name: "kept", state: "Enabled", region: "eu-central-1" }),
  );
});

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { InputProof } from "../../../config/evidence";
import { checkInput, type SignedInput, verifyInput } from "../../../trust/input";
import { temporaryFolder } from "../disk/sparse-file";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const FILE = "disk.raw";
const SHA512 = createHash("sha512").update("disk").digest("hex");
const OTHER = "0".repeat(128);

type Builder = Awaited<ReturnType<typeof builder>>;

/** A builder with their own key, who signs lists. */
async function builder(name: string, options: { expiresIn?: number; madeOn?: Date } = {}) {
  const { createMessage, generateKey, readPrivateKey, revokeKey, sign } = await import("openpgp");
  const { expiresIn, madeOn } = options;
  const { privateKey, publicKey, revocationCertificate } = await generateKey({
    userIDs: [{ name }],
    format: "armored",
    ...(expiresIn !== undefined && { keyExpirationTime: expiresIn }),
    ...(madeOn && { date: madeOn }),
  });
  const key = await readPrivateKey({ armoredKey: privateKey });
  const signed = async (list: string, date?: Date) =>
    (await sign({
      message: await createMessage({ binary: Buffer.from(list) }),
      signingKeys: key,
      detached: true,
      format: "binary",
      ...(date && { date }),
    })) as Uint8Array;
  const revoked = async () => {
    const { publicKey: armored } = await revokeKey({ key, revocationCertificate, format: "armored" });
    return armored;
  };
  return { publicKey, signed, revoked };
}

/** The part of a list signed by the builder that `inspect` keeps. */
async function inputOf({ publicKey, signed }: Builder, list: string): Promise<SignedInput> {
  writeFileSync(at("SHA512SUMS"), list);
  writeFileSync(at("SHA512SUMS.sign"), await signed(list));
  writeFileSync(at("keys.asc"), publicKey);
  const files = { checksums: at("SHA512SUMS"), signature: at("SHA512SUMS.sign"), keyring: at("keys.asc") };
  const { signer, sha512, proof } = await checkInput(FILE, files);
  return { signer, checksums: "SHA512SUMS", sha512, proof };
}

const LIST = `${SHA512}  ${FILE}\n`;
let debian: Builder;
let input: SignedInput & { proof: InputProof };
beforeAll(async () => {
  debian = await builder("Debian CD signing key");
  input = (await inputOf(debian, LIST)) as typeof input;
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const keyOf = async (armored: string) => {
  const { readKey } = await import("openpgp");
  return base64((await readKey({ armoredKey: armored })).write());
};
const verify = (claimed: SignedInput, sha512 = SHA512) =>
  verifyInput({ file: FILE, sha512, input: claimed }, "1.json");
const withProof = (proof: Partial<InputProof>): SignedInput => ({
  ...input,
  proof: { ...input.proof, ...proof },
});

test("what inspect kept of a signed list bears itself out, without the files", async () => {
  await expect(verify(input)).resolves.toBeUndefined();
});

test.each<[string, () => Promise<SignedInput>, RegExp]>([
  [
    "another signer than the key's",
    async () => ({
      ...input,
      signer: { ...input.signer, fingerprint: "DF9B9C49EAA9298432589D76DA87E80D6294BE9B" },
    }),
    /fingerprint is DF9B9C49EAA9298432589D76DA87E80D6294BE9B, and the signature's is /,
  ],
  [
    "another name for the signer",
    async () => ({ ...input, signer: { ...input.signer, user: "Somebody else" } }),
    /user is Somebody else, and the signature's is Debian CD signing key/,
  ],
  [
    "another name for the signer, of a key that has a number in its own",
    async () => {
      const mallory = await inputOf(await builder("Mallory 2020"), LIST);
      return { ...mallory, signer: { ...mallory.signer, user: "Debian CD signing key 2020" } };
    },
    /user is Debian CD signing key 2020, and the signature's is Mallory 2020/,
  ],
  [
    "another time of signing",
    async () => ({ ...input, signer: { ...input.signer, signedOn: "2020-01-01T00:00:00.000Z" } }),
    /signedOn is 2020-01-01T00:00:00\.000Z/,
  ],
  ["an edited list", async () => withProof({ list: LIST.replace(/^./, "x") }), /no valid signature of/],
  [
    "the signature of another list",
    async () => withProof({ signature: base64(await debian.signed("another\n")) }),
    /no valid signature of/,
  ],
  [
    "a list of another disk, well signed",
    async () => inputOf(debian, `${OTHER}  ${FILE}\n`),
    /the disk's sha512 is \w+, and the signed list says 0{128}/,
  ],
  [
    "a key that did not sign",
    async () => withProof({ key: await keyOf((await builder("Debian CD signing key")).publicKey) }),
    /is not in 1\.json: input\.proof\.key/,
  ],
  ["a key that was revoked", async () => withProof({ key: await keyOf(await debian.revoked()) }), /revoked/],
  [
    "a key that had expired when it signed",
    async () => {
      const old = await builder("Old", { expiresIn: 60, madeOn: new Date("2020-01-01T00:00:00Z") });
      const signature = base64(await debian.signed(LIST));
      return withProof({ key: await keyOf(old.publicKey), signature });
    },
    /no valid signature of/,
  ],
  ["a key that is none", async () => withProof({ key: "AAAA" }), /input\.proof\.key: not an OpenPGP keyring/],
])("%s is found", async (_what, forge, says) => {
  const failure = await verify(await forge()).then(
    () => undefined,
    (error: Error) => error.message,
  );
  expect(failure).toMatch(says);
  expect(failure).toMatch(/run that again with --sums, --signature and --keyring$/);
});

test("other people's certifications of the key are not carried along", async () => {
  const { readKey } = await import("openpgp");
  const key = await readKey({ binaryKey: Buffer.from(input.proof.key, "base64") });
  expect(key.isPrivate()).toBe(false);
  expect(key.users.flatMap(({ otherCertifications }) => otherCertifications)).toEqual([]);
});

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseChecksums } from "../../../trust/checksums";
import { checkInput } from "../../../trust/input";

const DIGEST = createHash("sha512").update("disk").digest("hex");
const LIST = `${DIGEST}  disk.raw\n${"0".repeat(128)} *other.raw\n`;

let folder: string;
/** Another list, signed by the builder. */
let signOther: (list: string) => Promise<ReturnType<typeof files>>;
const at = (name: string) => join(folder, name);
const files = () => ({
  checksums: at("SHA512SUMS"),
  signature: at("SHA512SUMS.sign"),
  keyring: at("keyring.gpg"),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imprimatur-trust-"));
  const { createMessage, generateKey, readKey, readPrivateKey, sign } = await import("openpgp");
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name: "Builder", email: "b@example.org" }],
    format: "armored",
  });
  const stranger = await generateKey({ userIDs: [{ name: "Stranger" }], format: "armored" });
  const signature = (await sign({
    message: await createMessage({ binary: Buffer.from(LIST) }),
    signingKeys: await readPrivateKey({ armoredKey: privateKey }),
    detached: true,
    format: "armored",
  })) as string;
  writeFileSync(at("SHA512SUMS"), LIST);
  writeFileSync(at("SHA512SUMS.sign"), signature);
  writeFileSync(at("keyring.gpg"), publicKey);
  writeFileSync(at("stranger.gpg"), stranger.publicKey);
  writeFileSync(at("both.asc"), `${stranger.publicKey}\n${publicKey}`);
  writeFileSync(at("text.asc"), `The key of the builder:\r\n\r\n${publicKey}`);
  writeFileSync(at("marked.asc"), `\ufeff${publicKey}`);
  writeFileSync(at("binary.gpg"), (await readKey({ armoredKey: publicKey })).write());
  writeFileSync(at("text.sign"), `Signed today\n${signature}`);
  writeFileSync(at("pubring.kbx"), Buffer.from("\0\0\0\x20\x01\x01\0\x02KBXf", "latin1"));
  signOther = async (list) => {
    const message = await createMessage({ binary: Buffer.from(list) });
    const signingKeys = await readPrivateKey({ armoredKey: privateKey });
    writeFileSync(at("other"), list);
    writeFileSync(
      at("other.sign"),
      (await sign({ message, signingKeys, detached: true, format: "armored" })) as string,
    );
    return { ...files(), checksums: at("other"), signature: at("other.sign") };
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a signed list tells signer and digest", async () => {
  const trust = await checkInput("disk.raw", files());
  expect(trust.sha512).toBe(DIGEST);
  expect(trust.signer.user).toBe("Builder <b@example.org>");
  expect(trust.signer.fingerprint).toMatch(/^[0-9A-F]{40}$/);
});

test.each<[string, object]>([
  ["two keys, one after the other", { keyring: "both.asc" }],
  ["a word before the key", { keyring: "text.asc" }],
  ["a byte order mark before the key", { keyring: "marked.asc" }],
  ["a key that is not armored", { keyring: "binary.gpg" }],
  ["a word before the signature", { signature: "text.sign" }],
])("%s: as gpg reads them", async (_what, change) => {
  const changed = Object.fromEntries(Object.entries(change).map(([key, name]) => [key, at(name as string)]));
  expect(await checkInput("disk.raw", { ...files(), ...changed })).toMatchObject({ sha512: DIGEST });
});

test("one digest under two folders is one digest, two are none", async () => {
  const list = `${DIGEST}  a/disk.raw\n${DIGEST}  b/disk.raw\n`;
  expect((await checkInput("disk.raw", await signOther(list))).sha512).toBe(DIGEST);
  const other = await signOther(`${DIGEST}  a/disk.raw\n${"0".repeat(128)}  b/disk.raw\n`);
  await expect(checkInput("disk.raw", other)).rejects.toThrow(
    /several files are called disk\.raw, with different digests: a\/disk\.raw, b\/disk\.raw; give the list of the disk's own folder/,
  );
});

test.each([
  {
    what: "GnuPG's keybox",
    change: () => ({ keyring: at("pubring.kbx") }),
    want: /pubring\.kbx: GnuPG's own keybox, .*`gpg --export /,
  },
  {
    what: "another's keyring",
    change: () => ({ keyring: at("stranger.gpg") }),
    want: /no valid signature .*is not in .*stranger\.gpg/,
  },
  {
    what: "one flipped bit in the list",
    change: () => (writeFileSync(at("flipped"), LIST.replace(/^./, "g")), { checksums: at("flipped") }),
    want: /no valid signature of .*flipped/,
  },
  {
    what: "no signature",
    change: () => ({ signature: at("none") }),
    want: /none: cannot be read \(ENOENT\)/,
  },
  {
    what: "a list as the signature",
    change: () => ({ signature: at("SHA512SUMS") }),
    want: /not a detached OpenPGP signature/,
  },
])("$what is refused", async ({ change, want }) => {
  await expect(checkInput("disk.raw", { ...files(), ...change() })).rejects.toThrow(want);
});

test("a disk that the list does not name is refused", async () => {
  await expect(checkInput("new.raw", files())).rejects.toThrow(
    /no digest of new\.raw in it \(it names 2 files: disk\.raw, other\.raw\); .* if the disk was renamed, /,
  );
});

test.each([
  { line: `${DIGEST}  a b.raw`, want: "a b.raw" },
  { line: `\\${DIGEST}  a\\nb.raw`, want: "a\nb.raw" },
  { line: `SHA512 (x.raw) = ${DIGEST}`, want: "x.raw" },
  { line: `\ufeff# of today\r\n${DIGEST}  x.raw\r\n`, want: "x.raw" },
  { line: `SHA256 (x.raw) = ${DIGEST.slice(64)}\nSHA512 (y.raw) = ${DIGEST}`, want: "y.raw" },
  { line: `BLAKE2b (x.raw) = ${DIGEST}\nSHA512 (y.raw) = ${DIGEST}`, want: "y.raw" },
])("a line of sha512sum: $want", ({ line, want }) => {
  expect([...parseChecksums(line, "sha512", "S").keys()]).toEqual([want]);
});

test.each(["rubbish", `${DIGEST.slice(1)}  short.raw`, `${DIGEST}  a\n${"0".repeat(128)}  a`])(
  "refused: %.20s",
  (text) => {
    expect(() => parseChecksums(text, "sha512", "S")).toThrow(/^S, line \d: /);
  },
);

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { parseChecksums } from "../../../trust/checksums";
import { checkInput } from "../../../trust/input";

const DIGEST = createHash("sha512").update("disk").digest("hex");
const LIST = `${DIGEST}  disk.raw\n${"0".repeat(128)} *other.raw\n`;

let folder: string;
const at = (name: string) => join(folder, name);
const files = () => ({
  checksums: at("SHA512SUMS"),
  signature: at("SHA512SUMS.sign"),
  keyring: at("keyring.gpg"),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "imprimatur-trust-"));
  const { createMessage, generateKey, readPrivateKey, sign } = await import("openpgp");
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
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a signed list tells signer and digest", async () => {
  const trust = await checkInput("disk.raw", files());
  expect(trust.sha512).toBe(DIGEST);
  expect(trust.signer.user).toBe("Builder <b@example.org>");
  expect(trust.signer.fingerprint).toMatch(/^[0-9A-F]{40}$/);
});

test.each([
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
    want: /none: cannot be read \(no such file\)/,
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
    /no digest of new\.raw in it \(it names 2 files\)/,
  );
});

test.each([
  { line: `${DIGEST}  a b.raw`, want: "a b.raw" },
  { line: `\\${DIGEST}  a\\nb.raw`, want: "a\nb.raw" },
  { line: `SHA512 (x.raw) = ${DIGEST}`, want: "x.raw" },
])("a line of sha512sum: $want", ({ line, want }) => {
  expect([...parseChecksums(line, "sha512", "S").keys()]).toEqual([want]);
});

test.each(["rubbish", `${DIGEST.slice(1)}  short.raw`, `${DIGEST}  a\n${"0".repeat(128)}  a`])(
  "refused: %.20s",
  (text) => {
    expect(() => parseChecksums(text, "sha512", "S")).toThrow(/^S, line \d: /);
  },
);

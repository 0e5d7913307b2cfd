import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { readImageFile } from "../../../config/image-file";
import { ESP_TYPE } from "../../../disk/partition-types";
import { makeGpt } from "../disk/make-gpt";
import { temporaryFolder } from "../disk/sparse-file";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const guid = "00000000-0000-0000-0000-00000000000";
const ROOT = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
const DISK = makeGpt(4096, [
  { typeGuid: ESP_TYPE, guid: `${guid}1`, name: "esp", first: 40, last: 99 },
  { typeGuid: ROOT, guid: `${guid}2`, name: "root", first: 100, last: 3999 },
]);
const SHA512 = createHash("sha512").update(DISK).digest("hex");

let signed: (text: string) => Promise<string>;
let publicKey: string;

beforeAll(async () => {
  const openpgp = await import("openpgp");
  const key = await openpgp.generateKey({ userIDs: [{ name: "Builder" }], format: "armored" });
  publicKey = key.publicKey;
  const signingKeys = await openpgp.readPrivateKey({ armoredKey: key.privateKey });
  signed = async (text) => {
    const message = await openpgp.createMessage({ binary: Buffer.from(text) });
    return (await openpgp.sign({ message, signingKeys, detached: true, format: "armored" })) as string;
  };
});

/** Writes a builder's list, signed. */
async function writeList(text: string): Promise<void> {
  fs.writeFileSync(at("SHA512SUMS"), text);
  fs.writeFileSync(at("SHA512SUMS.sign"), await signed(text));
}

beforeEach(async () => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(at(name), { recursive: true });
  fs.writeFileSync(at("demo.raw"), DISK);
  fs.writeFileSync(at("keys.asc"), publicKey);
  await writeList(`${SHA512}  demo.raw\n`);
});

const TRUST = ["--sums", at("SHA512SUMS"), "--signature", at("SHA512SUMS.sign"), "--keyring", at("keys.asc")];
const inspect = (...options: string[]) =>
  runCli(["inspect", at("demo.raw"), "--product", "demo", "--version", "1", ...options]);
const inputOf = () =>
  readImageFile(fs.readFileSync(at("1.json"), "utf8"), "1.json").imageFile?.images.x86_64?.input;

test("who signed for the disk is kept, and not forgotten when it is inspected without", async () => {
  expect((await inspect(...TRUST)).code).toBe(0);
  const input = inputOf();
  expect(input).toMatchObject({ signer: { user: "Builder" }, checksums: "SHA512SUMS", sha512: SHA512 });
  await inspect();
  expect(inputOf()).toEqual(input);
});

test("a disk that nobody signed for is labelled so", async () => {
  await inspect();
  expect(inputOf()).toBe("unsigned");
});

test.each<[string, () => Promise<void> | void, RegExp]>([
  [
    "a bit flipped in the disk",
    () =>
      fs.writeFileSync(
        at("demo.raw"),
        Buffer.concat([DISK.subarray(0, 102_400), Buffer.from("x"), DISK.subarray(102_401)]),
      ),
    /demo\.raw: its SHA-512 is \w+, and SHA512SUMS, signed by Builder, says \w+\. Fetch or build the disk again; nothing was written\./,
  ],
  [
    "a bit flipped in the list",
    () =>
      fs.writeFileSync(
        at("SHA512SUMS"),
        `${SHA512.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))}  demo.raw\n`,
      ),
    /SHA512SUMS\.sign: no valid signature of .*SHA512SUMS/,
  ],
  [
    "a list without the disk",
    () => writeList(`${SHA512}  other.raw\n`),
    /SHA512SUMS: no digest of demo\.raw in it/,
  ],
  ["no signature", () => fs.rmSync(at("SHA512SUMS.sign")), /SHA512SUMS\.sign: cannot be read \(ENOENT\)/],
  ["no keys", () => fs.writeFileSync(at("keys.asc"), ""), /keys\.asc|no valid signature/],
])("with %s nothing is written, and it is named", async (_what, spoil, says) => {
  await spoil();
  const { code, out, err } = await inspect(...TRUST);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(says);
  expect(fs.existsSync(at("1.json"))).toBe(false);
});

test("the signature is checked before the disk is opened", async () => {
  fs.rmSync(at("demo.raw"));
  fs.rmSync(at("SHA512SUMS.sign"));
  expect((await inspect(...TRUST)).err).toContain("SHA512SUMS.sign: cannot be read");
});

test("what is only for the policy is wrong usage without it", async () => {
  const asked = [
    "inspect",
    at("demo.raw"),
    "--sbom",
    at("x"),
    "--junit",
    at("y"),
    "--expect",
    at("nope.yaml"),
  ];
  expect(await runCli(asked)).toEqual({
    code: 2,
    out: "",
    err: "imprimatur: --expect and --junit: only with --policy, which measures the content: add that, or leave it out.\n",
  });
});

test("a JUnit report is written into a folder that was not there", async () => {
  await runCli(["inspect", "--policy", at("demo.raw"), "--junit", at("new/y.xml")]);
  expect(fs.readFileSync(at("new/y.xml"), "utf8")).toContain("<testsuite");
});

test("half of what a signature needs is wrong usage", async () => {
  expect(await inspect("--sums", at("SHA512SUMS"))).toEqual({
    code: 2,
    out: "",
    err: "imprimatur: --signature and --keyring are missing: a list is trusted by its signature, and a signature by its key.\n",
  });
});

test("an image file whose signed digest is another's is refused", async () => {
  await inspect(...TRUST);
  const text = fs.readFileSync(at("1.json"), "utf8");
  const other = text.replace(
    `"sha512": "${SHA512}",\n      "blockMap"`,
    `"sha512": "${"0".repeat(128)}",\n      "blockMap"`,
  );
  expect(readImageFile(other, "1.json").message).toContain("images.x86_64.input.sha512: needs ");
});

test("without a list of what is installed, what the rules found is said all the same", async () => {
  const { code, out, err } = await runCli(["inspect", at("demo.raw"), "--policy", "--sbom", at("sbom.json")]);
  expect(code).toBe(1);
  expect(out).toMatch(/^policy failed: /m);
  expect(out).toContain(
    "the image's own lists alone, which whoever changes a file can change too: --archive compares",
  );
  expect(err).toMatch(/demo\.raw: no software bill of materials: .*Leave --sbom out\./);
  expect(fs.existsSync(at("sbom.json"))).toBe(false);
});

import { gunzipSync, gzipSync } from "node:zlib";
import { createHash, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { encodeBlockMap, blockMapRoot } from "../../../disk/block-map";
import type { Properties } from "../../../plugin/resource";
import { verifyRecord } from "../../../trust/verify";
import { failure, Harness } from "./harness";
import { AMI, MAP, recordInputs as inputs } from "./record-inputs";

const KEYS = {
  first: generateKeyPairSync("ed25519"),
  second: generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
};
const trusted = (name: keyof typeof KEYS) =>
  KEYS[name].publicKey.export({ format: "pem", type: "spki" }).toString();

let h: Harness;
beforeEach(() => {
  h = new Harness();
  h.project();
  writeFileSync(join(h.folder, "first.pem"), KEYS.first.privateKey.export({ format: "pem", type: "pkcs8" }));
  writeFileSync(
    join(h.folder, "second.pem"),
    KEYS.second.privateKey.export({
      format: "pem",
      type: "pkcs8",
      cipher: "aes-256-cbc",
      passphrase: "open",
    }),
  );
  process.env.XDG_CACHE_HOME = join(h.folder, "cache");
  process.env.IMPRIMATUR_SIGNING_KEY = "first.pem";
});
afterEach(() => h.stop());

const DIGEST = { sha256: "a".repeat(64), sha512: "b".repeat(128) };
const record = () => h.handler("index:Record");
const create = async (more?: Properties) => {
  const made = await record().create(inputs(more), h.call());
  return { inputs: inputs(more), outputs: made.outputs };
};
const fileText = (name = "records/demo/1.0.sigstore.json") => readFileSync(join(h.folder, name), "utf8");

test("a record is signed, kept in the state and written, and the key is in neither", async () => {
  const { outputs } = await create();
  expect(outputs.file).toBe("records/demo/1.0.sigstore.json");
  expect(fileText()).toBe(outputs.bundle);
  expect(JSON.stringify(outputs)).not.toContain("PRIVATE");
  const { predicate, subject } = verifyRecord(fileText(), "r", [trusted("first")]);
  expect(subject).toEqual([
    { name: "demo.raw", digest: DIGEST },
    { uri: "aws:ec2:eu-west-1:111111111111:image/ami-1", digest: DIGEST },
  ]);
  expect(predicate.objects).toEqual([
    { uri: "aws:ec2:eu-west-1:111111111111:image/ami-1", annotations: AMI },
  ]);
});

test("a disk without SHA-256 is a subject by its block map", async () => {
  const { imageFile } = inputs() as { imageFile: { images: { x86_64: Record<string, unknown> } } };
  const image = { ...imageFile.images.x86_64 };
  delete image.sha256;
  delete image.sha512;
  await create({ imageFile: { ...imageFile, images: { x86_64: image } } });
  const { subject } = verifyRecord(fileText(), "r", [trusted("first")]);
  const digest = { blockMap: blockMapRoot(MAP) };
  expect(subject.map((each) => each.digest)).toEqual([digest, digest]);
});

test("input that nobody signed for is labelled so, also where the image file has no word of it", async () => {
  await create();
  const { predicate } = verifyRecord(fileText(), "r", [trusted("first")]);
  expect(predicate.imageFile).toMatchObject({
    images: { x86_64: { input: "unsigned" } },
  });
});

test("the block map is written beside it when this machine uploaded the disk", async () => {
  const cached = join(h.folder, "cache/imprimatur/block-maps", blockMapRoot(MAP));
  mkdirSync(dirname(cached), { recursive: true });
  writeFileSync(cached, encodeBlockMap(MAP));
  await create();
  expect(readFileSync(join(h.folder, "records/demo/1.0-x86_64.blockmap"))).toEqual(encodeBlockMap(MAP));
});

test("its bill of materials is written beside it, where stale and catalogue look, unless it is another than was signed", async () => {
  const { imageFile } = inputs() as { imageFile: { images: { x86_64: object } } };
  const sbom = { file: "demo.cdx.json", sha256: createHash("sha256").update("{}").digest("hex") };
  const named = { ...imageFile, images: { x86_64: { ...imageFile.images.x86_64, sbom } } };
  const more = { imageFile: named, imageFileAt: "images/demo/1.0.json" };
  const written = join(h.folder, "records/demo/1.0-x86_64.cdx.json");
  await create(more);
  expect(existsSync(written)).toBe(false);
  mkdirSync(join(h.folder, "images/demo"), { recursive: true });
  mkdirSync(join(h.folder, "images/demo/demo.cdx.json"));
  await create(more);
  rmdirSync(join(h.folder, "images/demo/demo.cdx.json"));
  writeFileSync(join(h.folder, "images/demo/demo.cdx.json"), "another");
  await create(more);
  expect(existsSync(written)).toBe(false);
  writeFileSync(join(h.folder, "images/demo/demo.cdx.json"), "{}");
  await create(more);
  expect(readFileSync(written, "utf8")).toBe("{}");
});

test("its list of files is written beside it, for verify system, however it is packed, unless it is another than was signed", async () => {
  const { imageFile } = inputs() as { imageFile: { images: { x86_64: object } } };
  const files = {
    file: "demo.files.gz",
    sha256: createHash("sha256").update("list").digest("hex"),
    entries: 1,
  };
  const named = { ...imageFile, images: { x86_64: { ...imageFile.images.x86_64, files } } };
  const more = { imageFile: named, imageFileAt: "images/demo/1.0.json" };
  const written = join(h.folder, "records/demo/1.0-x86_64.files.gz");
  mkdirSync(join(h.folder, "images/demo"), { recursive: true });
  writeFileSync(join(h.folder, "images/demo/demo.files.gz"), gzipSync("another"));
  await create(more);
  expect(existsSync(written)).toBe(false);
  writeFileSync(join(h.folder, "images/demo/demo.files.gz"), gzipSync("list", { level: 1 }));
  await create(more);
  expect(gunzipSync(readFileSync(written)).toString()).toBe("list");
});

test("what is no statement about the release is no reason to sign again", async () => {
  const old = await create();
  const changes = (more: Properties) => Object.keys(record().diff(old, inputs(more), h.call()).changes);
  expect(changes({ configDigest: "d".repeat(64), keyFile: "elsewhere.pem" })).toEqual([]);
  expect(changes({ objects: [AMI, { ...AMI, region: "us-east-1", id: "ami-2" }] })).toEqual(["objects"]);
});

test("another folder gets the same record, without the key", async () => {
  const old = await create();
  process.env.IMPRIMATUR_SIGNING_KEY = "gone.pem";
  const now = await record().update("demo/1.0", old, inputs({ folder: "elsewhere" }), h.call());
  expect(now.bundle).toBe(old.outputs.bundle);
  expect(fileText("elsewhere/demo/1.0.sigstore.json")).toBe(old.outputs.bundle);
});

test("one more region is signed anew", async () => {
  const old = await create();
  const objects = [AMI, { ...AMI, region: "us-east-1", id: "ami-2" }];
  const { bundle } = await record().update("demo/1.0", old, inputs({ objects }), h.call());
  const { predicate } = verifyRecord(String(bundle), "r", [trusted("first")]);
  expect(predicate.objects).toHaveLength(2);
});

test("what was signed stays when the release is deleted", async () => {
  const old = await create();
  await record().delete("demo/1.0", old, h.call());
  expect(fileText()).toBe(old.outputs.bundle);
});

test("an image file that claims a signature that nobody made is signed by nobody, and found before any upload", async () => {
  const signer = { fingerprint: "DF9B9C49EAA9298432589D76DA87E80D6294BE9B", user: "Debian CD signing key" };
  const input = {
    signer: { ...signer, signedOn: "2026-11-20T00:00:00Z" },
    checksums: "SHA512SUMS",
    sha512: "b".repeat(128),
    proof: { list: `${"b".repeat(128)}  demo.raw\n`, signature: "AAAA", key: "AAAA" },
  };
  const { imageFile } = inputs() as { imageFile: { images: { x86_64: object } } };
  const x86_64 = { ...imageFile.images.x86_64, input };
  const forged = create({ imageFile: { ...imageFile, images: { x86_64 } } });
  expect((await failure(forged)).message).toMatch(/^the image file of 1\.0, x86_64: input\.proof\./);
  const releases = { "1.0": { x86_64: "a" } };
  const asked = h
    .handler("index:SigningKey")
    .create({ releases, inputs: { "1.0": { x86_64: { ...x86_64 } } } }, h.call());
  expect((await failure(asked)).message).toMatch(/^the image file of 1\.0, x86_64: input\.proof\./);
});

test("an encrypted key is opened with its passphrase", async () => {
  process.env.IMPRIMATUR_SIGNING_KEY = "second.pem";
  process.env.IMPRIMATUR_SIGNING_PASSPHRASE = "open";
  const { outputs } = await create();
  expect(() => verifyRecord(String(outputs.bundle), "r", [trusted("second")])).not.toThrow();
});

test.each([
  { key: undefined, says: /^imprimatur:record: no key is named; set IMPRIMATUR_SIGNING_KEY / },
  { key: "gone.pem", says: /^the signing key gone\.pem is not there; / },
  {
    key: "/dev/zero",
    says: /^the signing key \/dev\/zero is a device or a socket, and a file is needed; set /,
  },
  { key: ".", says: /^the signing key \. is a folder, and a file is needed; set / },
  { key: "Pulumi.yaml", says: /^Pulumi\.yaml: not a private key; needed: an Ed25519 or ECDSA P-256/ },
  {
    key: "second.pem",
    says: /^second\.pem: the key is encrypted and needs its passphrase; set IMPRIMATUR_SIGNING_P/,
  },
  {
    key: "second.pem",
    passphrase: "shut",
    says: /^second\.pem: the key is encrypted and has another passphrase/,
  },
])("the key is asked for first: $key", async ({ key, passphrase, says }) => {
  if (key === undefined) delete process.env.IMPRIMATUR_SIGNING_KEY;
  else process.env.IMPRIMATUR_SIGNING_KEY = key;
  if (passphrase !== undefined) process.env.IMPRIMATUR_SIGNING_PASSPHRASE = passphrase;
  const handler = h.handler("index:SigningKey");
  const made = handler.create({ releases: { "1.0": { x86_64: "a" } } }, h.call());
  expect((await failure(made)).message).toMatch(says);
});

test("the key is asked for again when a release is new, and not when one is gone", async () => {
  const handler = h.handler("index:SigningKey");
  const both = { releases: { "1.0": {}, "2.0": {} } };
  const { outputs } = await handler.create(both, h.call());
  expect(outputs.publicKey).toBe(trusted("first"));
  process.env.IMPRIMATUR_SIGNING_KEY = "gone.pem";
  const one = { releases: { "1.0": {} } };
  const less = await handler.update("demo", { inputs: both, outputs }, one, h.call());
  expect(less.publicKey).toBe(trusted("first"));
  const more = handler.update("demo", { inputs: one, outputs: less }, both, h.call());
  expect((await failure(more)).message).toMatch(/gone\.pem is not there/);
});

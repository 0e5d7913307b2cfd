import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectation } from "../../../config/expectation";
import { type Image, type ImageFile, readImageFile, writeImageFile } from "../../../config/image-file";
import { ESP_TYPE } from "../../../disk/partition-types";
import { signStatement, keyFileSigner } from "../../../trust/sign";
import { summariesOf } from "../../../provider/measurement";
import { statementOf } from "../../../provider/record";
import { runCli } from "../cli/run-cli";
import { makeGpt } from "../disk/make-gpt";
import { failure, Harness } from "./harness";

const guid = "00000000-0000-0000-0000-00000000000";
const DISK = makeGpt(4096, [
  { typeGuid: ESP_TYPE, guid: `${guid}1`, name: "esp", first: 40, last: 99 },
  {
    typeGuid: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
    guid: `${guid}2`,
    name: "root",
    first: 100,
    last: 3999,
  },
]);
const AT = "images/demo/1.0.json";

let h: Harness;
let measured: ImageFile;
beforeEach(async () => {
  h = new Harness();
  h.project();
  mkdirSync(join(h.folder, "images/demo"), { recursive: true });
  const raw = join(h.folder, "images/demo/demo.raw");
  writeFileSync(raw, DISK);
  await runCli(["inspect", raw, "--product", "demo", "--version", "1.0", "--output", join(h.folder, AT)]);
  measured = fileOf("passed");
});
afterEach(() => h.stop());

/**
 * The image file of a disk without a file system, edited and sealed again: it claims that every rule passed, or
 * failed.
 */
function fileOf(outcome: "passed" | "failed"): ImageFile {
  const policy = {
    outcome,
    version: 2,
    counts: { passed: 26, failed: 0, notInspected: 0 },
    failed: [],
    declared: expectation.parse({}),
    report: `sha256:${"0".repeat(64)}`,
  };
  const { imageFile } = readImageFile(readFileSync(join(h.folder, AT), "utf8"), AT);
  const image: Image = { ...imageFile!.images.x86_64!, policy };
  const text = writeImageFile({ product: "demo", version: "1.0", images: { x86_64: image } });
  writeFileSync(join(h.folder, AT), text);
  return JSON.parse(text) as ImageFile;
}

const release = (imageFile: ImageFile) => ({ product: "demo", version: "1.0", imageFile, imageFileAt: AT });

test("an image file that says of a failing disk that it passed is found out", async () => {
  const { message } = await failure(summariesOf(release(measured), h.call()));
  expect(message).toMatch(
    /demo\.raw: the image policy fails \(version \d+: .*\), and images\/demo\/1\.0\.json says that it passed \(version 2\); nothing was signed or shared: /,
  );
});

test("a policy that failed and is not required is recorded as it was measured", async () => {
  const [summary] = await summariesOf(release(fileOf("failed")), h.call());
  const sha256 = createHash("sha256").update(DISK).digest("hex");
  expect(summary).toMatchObject({
    predicateType: "https://slsa.dev/verification_summary/v1",
    subject: [{ name: "demo.raw", digest: { sha256 } }],
    predicate: {
      resourceUri: "pkg:generic/demo@1.0?arch=x86_64",
      verificationResult: "FAILED",
      verifiedLevels: ["FAILED"],
    },
  });
});

test("without the disk, or with another one in its place, nothing is said to be measured", async () => {
  writeFileSync(join(h.folder, "images/demo/demo.raw"), Buffer.from(DISK).fill(1, 60_000, 60_001));
  expect(await summariesOf(release(measured), h.call())).toEqual([]);
  rmSync(join(h.folder, "images/demo/demo.raw"));
  expect(await summariesOf(release(measured), h.call())).toEqual([]);
});

test("what an earlier record says of the same disk counts on when the disk is gone", async () => {
  const imageFile = fileOf("failed");
  const summaries = await summariesOf(release(imageFile), h.call());
  const args = {
    ...{ product: "demo", version: "1.0", publisher: "Example", provenance: "official" as const, imageFile },
    ...{ configDigest: "c".repeat(64), objects: [], folder: "records" },
  };
  const { privateKey } = generateKeyPairSync("ed25519");
  const signer = keyFileSigner(privateKey.export({ format: "pem", type: "pkcs8" }), "k");
  const before = await signStatement(statementOf(args, new Date(), summaries), signer);
  rmSync(join(h.folder, "images/demo/demo.raw"));
  expect(await summariesOf(release(imageFile), h.call(), before)).toEqual(summaries);
});

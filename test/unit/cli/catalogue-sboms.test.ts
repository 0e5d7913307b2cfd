import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { findSboms } from "../../../cli/catalogue/sboms";
import type { Io } from "../../../cli/io";
import { type ImageFile, writeImageFile } from "../../../config/image-file";
import { readRecords, type SignedRecord } from "../../../trust/records";
import { temporaryFolder } from "../disk/sparse-file";
import { publishIn } from "./publication";

const folder = temporaryFolder();
const SIGNED = '{"bomFormat":"CycloneDX"}';
const SHA256 = createHash("sha256").update(SIGNED).digest("hex");
let record: SignedRecord;

beforeAll(async () => {
  const publication = await publishIn(folder);
  const text = await publication.recordOf("1.0", [], undefined, ({ predicate }) => {
    const imageFile = predicate.imageFile as ImageFile;
    const sbom = { file: "build/demo.cdx.json", sha256: SHA256 };
    const images = { x86_64: { ...imageFile.images.x86_64!, sbom } };
    predicate.imageFile = JSON.parse(writeImageFile({ ...imageFile, images })) as ImageFile;
  });
  fs.mkdirSync(path.join(folder, "records"));
  fs.writeFileSync(path.join(folder, "records/1.0.sigstore.json"), text);
  const key = fs.readFileSync(path.join(folder, "publisher.pem"), "utf8");
  record = readRecords(path.join(folder, "records"), [key]).trusted[0]!;
});

/** What is found with these files beside the record or the image file, and what is said. */
function find(files: Readonly<Record<string, string>>) {
  const at = fs.mkdtempSync(path.join(folder, "case-"));
  for (const name of ["records", "images"]) fs.mkdirSync(path.join(at, name));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(at, name), text);
  let said = "";
  const io = { err: (text: string) => (said += text) } as unknown as Io;
  const moved = { ...record, file: path.join(at, "records/1.0.sigstore.json") };
  const found = findSboms([moved], () => [path.join(at, "images")], io);
  return { file: found.get(SHA256)?.file.slice(at.length + 1), said };
}

test.each<{ what: string; files: Record<string, string>; file: string }>([
  {
    what: "beside the record, by the release's name",
    files: { "records/1.0-x86_64.cdx.json": SIGNED },
    file: "records/1.0-x86_64.cdx.json",
  },
  {
    what: "beside the record, by its own name",
    files: { "records/demo.cdx.json": SIGNED },
    file: "records/demo.cdx.json",
  },
  {
    what: "beside the image file",
    files: { "images/demo.cdx.json": SIGNED },
    file: "images/demo.cdx.json",
  },
  {
    what: "the signed one where another has its name, too",
    files: { "records/1.0-x86_64.cdx.json": "{}", "images/demo.cdx.json": SIGNED },
    file: "images/demo.cdx.json",
  },
])("found $what", ({ files, file }) => {
  expect(find(files)).toEqual({ file, said: "" });
});

test("one that is nowhere is said, and left out", () => {
  const { file, said } = find({ "images/another.cdx.json": SIGNED });
  expect(file).toBeUndefined();
  expect(said).toMatch(
    /1\.0\.sigstore\.json: its bill of materials build\/demo\.cdx\.json is not beside it: the packages of x86_64 are left out\n$/,
  );
});

test("one that is not what was signed is an error with both digests", () => {
  expect(() => find({ "images/demo.cdx.json": "{}" })).toThrow(
    new RegExp(
      `images/demo\\.cdx\\.json: its SHA-256 is [0-9a-f]{64}, and the signed record .* says ${SHA256}; put the file back`,
    ),
  );
});

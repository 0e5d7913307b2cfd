import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readImageFile } from "../../../config/image-file";
import { ESP_TYPE } from "../../../disk/partition-types";
import { makeGpt } from "../disk/make-gpt";
import { temporaryFolder } from "../disk/sparse-file";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const DISK = makeGpt(4096, [
  { typeGuid: ESP_TYPE, guid: "00000000-0000-0000-0000-000000000001", name: "esp", first: 40, last: 99 },
]);
const sha256 = createHash("sha256").update(DISK).digest("hex");
const PROVENANCE = "https://slsa.dev/provenance/v1";
const statement = (digest: object) => ({
  _type: "https://in-toto.io/Statement/v1",
  subject: [{ name: "disk.raw", digest }],
  predicateType: PROVENANCE,
  predicate: {},
});
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64");
const envelope = {
  payload: base64(statement({ sha256 })),
  payloadType: "application/vnd.in-toto+json",
  signatures: [],
};

const inspect = (text: string) => {
  writeFileSync(at("disk.raw"), DISK);
  writeFileSync(at("build.intoto.jsonl"), text);
  rmSync(at("1.json"), { force: true });
  const named = ["--product", "demo", "--version", "1", "--architecture", "x86_64"];
  return runCli(["inspect", at("disk.raw"), ...named, "--provenance", at("build.intoto.jsonl")]);
};

test.each<[string, string]>([
  ["a statement", JSON.stringify(statement({ sha256 }), undefined, 2)],
  ["an envelope", JSON.stringify(envelope)],
  ["a bundle among lines", `${JSON.stringify({})}\n${JSON.stringify({ dsseEnvelope: envelope })}\n`],
])("the builder's provenance is named by its digest: %s", async (_what, text) => {
  expect(await inspect(text)).toMatchObject({ code: 0 });
  const { imageFile } = readImageFile(readFileSync(at("1.json"), "utf8"), "1.json");
  expect(imageFile?.images.x86_64?.provenance).toEqual({
    file: "build.intoto.jsonl",
    sha256: createHash("sha256").update(text).digest("hex"),
    predicateType: PROVENANCE,
  });
});

test.each<[string, string, RegExp]>([
  [
    "of another disk",
    JSON.stringify(statement({ sha256: "0".repeat(64) })),
    /it is of other disks: no subject has sha256/,
  ],
  ["no attestation", "{}", /no in-toto statement in it; give the builder's attestation/],
])("one that is %s is refused, and nothing is written", async (_what, text, says) => {
  const { code, err } = await inspect(text);
  expect(code).toBe(1);
  expect(err).toMatch(says);
  expect(() => readFileSync(at("1.json"))).toThrow();
});

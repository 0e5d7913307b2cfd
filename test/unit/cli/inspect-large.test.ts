import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { readImageFile, writeImageFile } from "../../../config/image-file";
import { ESP_TYPE } from "../../../disk/partition-types";
import { TIB } from "../../../facts/units";
import { gptPieces } from "../disk/make-gpt";
import { temporaryFolder } from "../disk/sparse-file";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const guid = "00000000-0000-0000-0000-00000000000";
const ROOT = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
const SIZE = 8 * TIB;

beforeEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(at(name));
  const disk = fs.openSync(at("demo.raw"), "w");
  fs.ftruncateSync(disk, SIZE);
  const partitions = [
    { typeGuid: ESP_TYPE, guid: `${guid}1`, name: "esp", first: 2048, last: 4095 },
    { typeGuid: ROOT, guid: `${guid}2`, name: "root", first: 4096, last: SIZE / 512 - 2048 },
  ];
  for (const { sector, bytes } of gptPieces(SIZE / 512, partitions))
    fs.writeSync(disk, bytes, 0, bytes.length, sector * 512);
  fs.closeSync(disk);
});

const inspect = (...options: string[]) =>
  runCli(["inspect", at("demo.raw"), "--product", "demo", "--version", "1", ...options]);
const imageFile = () => readImageFile(fs.readFileSync(at("1.json"), "utf8"), "1.json").imageFile!;

test("a disk of 8 TiB that is mostly holes costs what its data costs, and is known by its block map", async () => {
  const { code, out } = await inspect("--block-map");
  expect(code).toBe(0);
  const image = imageFile().images.x86_64!;
  expect(image).toMatchObject({ size: SIZE, blockMap: { dataBlocks: 2 } });
  expect(image).not.toHaveProperty("sha256");
  expect(image).not.toHaveProperty("sha512");
  const map = fs.readFileSync(at("demo.raw.blockmap"));
  expect(image.blockMap.root).toBe(createHash("sha256").update(map).digest("hex"));
  expect(out).toMatch(/sha256 +not taken: more than 8 GiB/);
});

test("digests of the whole file that an image file has stay, as releases are named by them", async () => {
  await inspect();
  const { images, product, version } = imageFile();
  const known = { sha256: "a".repeat(64), sha512: "b".repeat(128) };
  const x86_64 = { ...images.x86_64!, ...known };
  fs.writeFileSync(at("1.json"), writeImageFile({ product, version, images: { x86_64 } }));
  const { err } = await inspect();
  expect(err).not.toContain("another disk");
  expect(imageFile().images.x86_64).toMatchObject(known);
});

test("a disk that has changed loses them", async () => {
  await inspect();
  const { images, product, version } = imageFile();
  const x86_64 = { ...images.x86_64!, sha256: "a".repeat(64), sha512: "b".repeat(128) };
  fs.writeFileSync(at("1.json"), writeImageFile({ product, version, images: { x86_64 } }));
  const disk = fs.openSync(at("demo.raw"), "r+");
  fs.writeSync(disk, "x", 4096 * 512);
  fs.closeSync(disk);
  const { err } = await inspect();
  expect(err).toContain(`the x86_64 image was another disk before (sha256:${"a".repeat(64)})`);
  expect(imageFile().images.x86_64).not.toHaveProperty("sha256");
});

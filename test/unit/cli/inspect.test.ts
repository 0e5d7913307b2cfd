import fs from "node:fs";
import path from "node:path";
import { type ImageFile, readImageFile } from "../../../config/image-file";
import { BIOS_BOOT_TYPE, ESP_TYPE } from "../../../disk/partition-types";
import { makeGpt } from "../disk/make-gpt";
import { makeMbr } from "../disk/make-mbr";
import { temporaryFolder } from "../disk/sparse-file";
import { type Ran, runCli } from "./run-cli";

const folder = temporaryFolder();
const SECTORS = 4096;
const ROOTS = {
  x86_64: "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  arm64: "b921b045-1df0-41c3-af44-4c6f280d3fae",
  plain: "0fc63daf-8483-4772-8e79-3d69d8477de4",
};

function diskBytes(root: keyof typeof ROOTS, esp = true): Buffer {
  const guid = "00000000-0000-0000-0000-00000000000";
  return makeGpt(SECTORS, [
    { typeGuid: esp ? ESP_TYPE : ROOTS.plain, guid: `${guid}1`, name: "esp", first: 40, last: 99 },
    { typeGuid: ROOTS[root], guid: `${guid}2`, name: "root", first: 100, last: 3999 },
  ]);
}

const at = (name: string) => path.join(folder, name);
const make = (name: string, bytes: Buffer) => fs.writeFileSync(at(name), bytes);

function inspect(name: string, ...options: string[]): Promise<Ran> {
  return runCli(["inspect", at(name), "--product", "demo", "--version", "1.0", ...options]);
}

function imageFile(name = "1.0.json"): ImageFile {
  const { imageFile, message } = readImageFile(fs.readFileSync(at(name), "utf8"), name);
  if (!imageFile) throw new Error(message);
  return imageFile;
}

beforeEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(at(name), { recursive: true });
});

it("writes a sealed image file beside the disk, and nothing else", async () => {
  make("demo.raw", diskBytes("x86_64"));
  const { code, out, err } = await inspect("demo.raw");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("x86_64, uefi");
  expect(fs.readdirSync(folder).sort()).toEqual(["1.0.json", "demo.raw"]);
  const { images, ...rest } = imageFile();
  expect(rest).toMatchObject({ schemaVersion: 1, product: "demo", version: "1.0" });
  expect(images.x86_64).toMatchObject({ file: "demo.raw", size: SECTORS * 512, bootMode: "uefi" });
  expect(images.x86_64?.partitionTable).toMatchObject({
    type: "gpt",
    partitions: [
      { name: "esp", start: 20_480 },
      { name: "root", start: 51_200 },
    ],
  });
});

it("adds the second architecture, and changes nothing when run again", async () => {
  make("demo.raw", diskBytes("x86_64"));
  make("demo-arm.raw", diskBytes("arm64"));
  await inspect("demo.raw");
  await inspect("demo-arm.raw");
  const before = fs.readFileSync(at("1.0.json"), "utf8");
  expect(Object.keys(imageFile().images)).toEqual(["x86_64", "arm64"]);
  expect((await inspect("demo.raw")).err).toBe("");
  expect(fs.readFileSync(at("1.0.json"), "utf8")).toBe(before);
});

it("takes both architectures in one call, tells what is wrong with each, and refuses what is for one disk", async () => {
  make("demo.raw", diskBytes("x86_64"));
  make("demo-arm.raw", diskBytes("arm64"));
  make("odd.raw", Buffer.alloc(1000));
  const json = await inspect("demo.raw", at("demo-arm.raw"), "--json");
  expect(Object.keys(imageFile().images)).toEqual(["x86_64", "arm64"]);
  expect(
    (JSON.parse(json.out) as { architecture: string }[]).map(({ architecture }) => architecture),
  ).toEqual(["x86_64", "arm64"]);
  fs.rmSync(at("1.0.json"));
  const ran = await inspect("odd.raw", at("none.raw"), at("demo.raw"));
  expect(ran.code).toBe(1);
  expect(ran.err).toContain("odd.raw");
  expect(ran.err).toContain("none.raw");
  expect(Object.keys(imageFile().images)).toEqual(["x86_64"]);
  const single = await inspect("demo.raw", at("demo-arm.raw"), "--sbom", at("s.json"));
  expect(single).toMatchObject({ code: 2, err: expect.stringContaining("--sbom: for one disk") as string });
});

it("says so when the release held another disk before", async () => {
  make("demo.raw", diskBytes("x86_64"));
  await inspect("demo.raw");
  const { sha256 } = imageFile().images.x86_64 ?? {};
  const changed = diskBytes("x86_64");
  changed[200 * 512] = 1;
  make("demo.raw", changed);
  expect(await inspect("demo.raw")).toMatchObject({
    code: 0,
    err: `${at("1.0.json")}: the x86_64 image was another disk before (sha256:${sha256}).\n`,
  });
});

it("writes a block map whose sha256sum is the root, and JSON for scripts", async () => {
  make("demo.raw", diskBytes("x86_64"));
  const { out } = await inspect("demo.raw", "--block-map", "--json", "--output", at("else/image.json"));
  const result = JSON.parse(out) as {
    output: string;
    blockMap: string;
    image: { blockMap: { root: string } };
  };
  expect(result).toMatchObject({
    output: at("else/image.json"),
    blockMap: at("demo.raw.blockmap"),
    architecture: "x86_64",
  });
  const hash = jest.requireActual<typeof import("node:crypto")>("node:crypto").createHash("sha256");
  expect(hash.update(fs.readFileSync(result.blockMap)).digest("hex")).toBe(result.image.blockMap.root);
});

it("asks for what the partitions do not tell, and takes the answer", async () => {
  make("demo.raw", diskBytes("plain", false));
  expect(await inspect("demo.raw")).toEqual({
    code: 2,
    out: "",
    err: `imprimatur: ${at("demo.raw")}: which architecture? the types of the partitions do not name one (Discoverable Partitions Specification). Add --architecture x86_64 or arm64.\n`,
  });
  expect((await inspect("demo.raw", "--architecture", "x86_64")).err).toContain(
    "Add --boot-mode legacy-bios",
  );
  // A PC is what has a BIOS.
  expect(await inspect("demo.raw", "--boot-mode", "legacy-bios")).toMatchObject({ code: 0 });
  expect(imageFile().images.x86_64?.bootMode).toBe("legacy-bios");
});

it("describes an MBR disk as one that starts by BIOS, on a PC", async () => {
  make("demo.raw", makeMbr(SECTORS, [{ type: 0x83, first: 2048, count: 1000, active: true }]));
  const { code, out, err } = await inspect("demo.raw");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("x86_64, legacy-bios");
  expect(imageFile().images.x86_64).toMatchObject({
    bootMode: "legacy-bios",
    partitionTable: {
      type: "mbr",
      diskSignature: "1234abcd",
      partitions: [{ number: 1, start: 2048 * 512, length: 1000 * 512, typeCode: "83", active: true }],
    },
  });
  expect((await inspect("demo.raw", "--boot-mode", "uefi")).err).toContain(
    "--boot-mode says uefi, and the disk has an MBR. Say --boot-mode legacy-bios",
  );
});

it("takes a BIOS boot partition of an arm64 disk for nothing, and no arm64 disk for BIOS", async () => {
  const guid = (last: number) => `00000000-0000-0000-0000-00000000000${last}`;
  const both = [
    { typeGuid: BIOS_BOOT_TYPE, guid: guid(1), name: "bios", first: 40, last: 59 },
    { typeGuid: ROOTS.arm64, guid: guid(2), name: "root", first: 100, last: 3999 },
  ];
  make("demo.raw", makeGpt(SECTORS, both));
  expect((await inspect("demo.raw")).err).toContain("arm64 machines start by UEFI only. Build it with one");
  const esp = { typeGuid: ESP_TYPE, guid: guid(3), name: "esp", first: 60, last: 99 };
  make("demo.raw", makeGpt(SECTORS, [...both, esp]));
  expect((await inspect("demo.raw", "--boot-mode", "legacy-bios")).err).toContain("Say uefi");
  expect(await inspect("demo.raw")).toMatchObject({ code: 0 });
  expect(imageFile().images.arm64?.bootMode).toBe("uefi");
});

const GOOD = diskBytes("x86_64");
const changed = (at: number): Buffer => {
  const bytes = Buffer.from(GOOD);
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
};

it.each<[string, Buffer | undefined, string[], string]>([
  ["that is missing", undefined, [], "there is no such file. Check the path."],
  ["that is empty", Buffer.alloc(0), [], "the file is empty. Build the disk again."],
  [
    "of half a sector",
    GOOD.subarray(0, 1000),
    [],
    "the size is 1000 bytes, which is not a multiple of 512: not a raw disk, or cut off. Copy or build the disk again.",
  ],
  [
    "that is no disk",
    Buffer.alloc(1024, "x"),
    [],
    "this is not a disk: it has no partition table. Name the raw disk image.",
  ],
  [
    "that is cut off",
    GOOD.subarray(0, 512 * 1000),
    [],
    "the disk is cut off: its partition table needs 2097152 bytes, and the file has 512000. Copy or build the disk again.",
  ],
  [
    "with a broken primary header",
    changed(512 + 57),
    [],
    "the primary GPT header is broken: the CRC32 is written as 0x",
  ],
  [
    "with a broken backup header",
    changed(4095 * 512 + 57),
    [],
    "the backup GPT header is broken: the CRC32 is written as 0x",
  ],
  [
    "for another architecture",
    GOOD,
    ["--architecture", "arm64"],
    "--architecture says arm64, and the disk's partitions are those of x86_64. Leave the option out, or build the disk for the right architecture.",
  ],
  [
    "without an ESP, said to be UEFI",
    diskBytes("x86_64", false),
    ["--boot-mode", "uefi"],
    "--boot-mode says uefi, and the disk has no EFI system partition. Add one when the disk is built, or say --boot-mode legacy-bios.",
  ],
])("refuses a disk %s in one line, and writes nothing", async (_, bytes, options, message) => {
  if (bytes) make("demo.raw", bytes);
  const { code, out, err } = await inspect("demo.raw", ...options);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^imprimatur: [^\n]*\.\n$/);
  expect(err).toContain(`${at("demo.raw")}: ${message}`);
  expect(fs.existsSync(at("1.0.json"))).toBe(false);
});

it("refuses a folder, and a file that may not be read", async () => {
  fs.mkdirSync(at("demo.raw"));
  expect((await inspect("demo.raw")).err).toContain("this is a folder, and a raw disk image is one file.");
  make("secret.raw", GOOD);
  fs.chmodSync(at("secret.raw"), 0);
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  const { err } = await inspect("secret.raw").finally(() => root && process.seteuid?.(0));
  expect(err).toContain("secret.raw: the file may not be read. Give yourself read permission (chmod u+r).");
});

it("refuses a disk that is written to while it is read", async () => {
  make("demo.raw", GOOD);
  const write = () => fs.utimesSync(at("demo.raw"), 1, 1);
  const argv = ["inspect", at("demo.raw"), "--product", "demo", "--version", "1.0"];
  const { code, err } = await runCli(argv, write);
  expect(code).toBe(1);
  expect(err).toContain(
    "demo.raw: the file changed while it was read (it was written to). Wait until whatever writes it has ended, and run this again.",
  );
  expect(fs.existsSync(at("1.0.json"))).toBe(false);
});

it("refuses to write over what is not its own", async () => {
  make("demo.raw", GOOD);
  await inspect("demo.raw");
  const own = fs.readFileSync(at("1.0.json"), "utf8");
  expect((await inspect("demo.raw", "--version", "2.0", "--output", at("1.0.json"))).err).toBe(
    `imprimatur: ${at("1.0.json")}: this is the image file of demo 1.0, not of demo 2.0. Name another file with --output.\n`,
  );
  fs.writeFileSync(at("1.0.json"), own.replace("demo.raw", "more.raw"));
  const { code, err } = await inspect("demo.raw");
  expect(code).toBe(1);
  expect(err).toContain("seal: needs sha256:");
  expect(err).toContain("to write it from nothing, remove it first.");
});

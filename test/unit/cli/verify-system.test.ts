import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { writeFileList } from "../../../config/file-list";
import { type Image, type ImageFile, writeImageFile } from "../../../config/image-file";
import { fileListOf } from "../../../inspection/file-list";
import { openFolder } from "../../../inspection/folder-tree";
import { NotInspectable } from "../../../inspection/tree";
import { temporaryFolder } from "../disk/sparse-file";
import { type Publication, publishIn } from "./publication";
import { runCli } from "./run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const STATUS = (version: string) =>
  `Package: tool\nStatus: install ok installed\nVersion: ${version}\nArchitecture: amd64\n\n`;
let publication: Publication;

/** A small system in a folder. */
function install(name: string, files: Record<string, string>): string {
  const all: Record<string, string> = {
    "usr/bin/tool": "ELF",
    "etc/tool.conf": "a=1",
    "var/lib/dpkg/status": STATUS("1"),
    "var/lib/dpkg/info/tool.list": "/usr/bin/tool\n",
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    fs.mkdirSync(path.dirname(path.join(at(name), file)), { recursive: true });
    fs.writeFileSync(path.join(at(name), file), text);
  }
  return at(name);
}

beforeAll(async () => {
  publication = await publishIn(folder);
  const root = openFolder(install("image", {}));
  const image = {
    size: 0,
    architecture: "x86_64" as const,
    partitions: [],
    root,
    esp: new NotInspectable("none"),
  };
  const text = writeFileList(fileListOf(image, "d".repeat(64)));
  fs.writeFileSync(at("list.gz"), gzipSync(text));
  const files = {
    ...{ file: "list.gz", entries: 10 },
    sha256: createHash("sha256").update(text).digest("hex"),
  };
  const record = await publication.recordOf("1.0", [], undefined, ({ predicate }) => {
    const { product, version, images } = predicate.imageFile as ImageFile;
    const x86_64 = { ...images.x86_64, files } as Image;
    predicate.imageFile = JSON.parse(writeImageFile({ product, version, images: { x86_64 } })) as unknown;
  });
  fs.writeFileSync(at("1.0.sigstore.json"), record);
  fs.writeFileSync(at("plain.sigstore.json"), await publication.recordOf("1.0"));
});

const verify = (root: string, ...more: string[]) =>
  runCli([
    ...["verify", "system", "--root", root, "--record", at("1.0.sigstore.json")],
    ...["--key", at("publisher.pem"), "--files", at("list.gz"), ...more],
  ]);

test("a system as its image is, with settings of its own, is the image's", async () => {
  const { code, out } = await verify(install("set", { "etc/tool.conf": "a=2" }));
  expect(out).toContain("setting: /etc/tool.conf: its content is another");
  expect(out).toMatch(/set is genuine: \S+ 1\.0 \(x86_64\)/);
  expect(out).toContain("1 settings differ, which are not judged");
  expect(code).toBe(0);
});

test("a changed program is exit 3, whatever dpkg's lists say, and is named", async () => {
  const { code, out } = await verify(install("changed", { "usr/bin/tool": "ELG" }));
  expect(code).toBe(3);
  expect(out).toMatch(/NOT genuine: 1 changed or added programs: \/usr\/bin\/tool/);
});

test("an upgraded package is exit 4, and its files are not compared", async () => {
  const root = install("upgraded", { "usr/bin/tool": "ELF2", "var/lib/dpkg/status": STATUS("2") });
  const { code, out } = await verify(root);
  expect(code).toBe(4);
  expect(out).toContain("package tool: upgraded since, 1 → 2; 1 of its files differ, and were not compared");
  expect(out).toContain("genuine, but not current");
});

test("--json has each difference by its kind", async () => {
  const { code, out } = await verify(install("json", { "usr/bin/other": "x", "etc/new.conf": "" }), "--json");
  expect(code).toBe(3);
  const { answer, system } = JSON.parse(out) as { answer: string; system: { differences: object[] } };
  expect(answer).toBe("not-genuine");
  expect(system.differences).toEqual([
    { kind: "setting", path: "/etc/new.conf", message: "it was added" },
    { kind: "program", path: "/usr/bin/other", message: "it was added" },
  ]);
});

test("--own is for what the machine's owner put there", async () => {
  const { code, out } = await verify(install("own", { "opt/agent/x": "x" }), "--own", "/opt/agent/**");
  expect(code).toBe(0);
  expect(out).toContain("1 of --own, which were not compared");
});

test.each<[string, string[], number, string]>([
  ["a list that nobody signed", ["--files", "other.gz"], 1, "not the list of files of a signed record"],
  ["a list that is cut off", ["--files", "cut.gz"], 1, "damaged, or no list of files; fetch it again"],
  ["a record without a list", ["--record", "plain.sigstore.json"], 1, "names no list of files"],
  ["no such root", ["--root", "nowhere"], 1, "no such folder"],
  ["a pattern that is no path", ["--own", "x"], 2, "--own needs a path from /"],
  ["an index without a root", ["--index", "x"], 2, "--index-root is missing"],
])("%s is refused", async (_what, more, exit, said) => {
  fs.writeFileSync(at("other.gz"), gzipSync("#mtree v2.0 imprimatur 1\n# disk x\n"));
  fs.writeFileSync(at("cut.gz"), fs.readFileSync(at("list.gz")).subarray(0, -20));
  const named = more.map((word, index) => (index === 1 && more[0] !== "--own" ? at(word) : word));
  const { code, err } = await verify(at("image"), ...named);
  expect(err).toContain(said);
  expect(code).toBe(exit);
});

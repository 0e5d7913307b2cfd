/** `imprimatur inspect --archive` against a small archive that is made here, with its faults. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { checkProblems } from "../../../config/checks";
import { readImageFile } from "../../../config/image-file";
import { describeWith } from "../../e2e/harness/needs";
import { type Keys, makeKeys, makeSuite, paragraph } from "../../unit/archive/make-archive";
import { runCli } from "../../unit/cli/run-cli";
import { makeGpt } from "../../unit/disk/make-gpt";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { ext4Of, type Files, MAKERS, TYPE } from "../inspection/small-disk";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const SECTORS = 32_768;
const FIRST = 2048;
const POOL = "pool/main/t/tool_1_amd64.deb";
const CONTROL = "Package: tool\nVersion: 1\nArchitecture: amd64\nMaintainer: A <a@b>\nDescription: x\n";
const SOURCES = "deb http://deb.debian.org/debian bookworm main\n";
/** The package has the folders of the image too: nothing else is left over. */
const FOLDERS = ["usr/bin", "etc/apt", "var/lib/dpkg/info"];

let keys: Keys;
let other: Keys;
let server: Server;
let answer: RequestListener;
let cache: string | undefined;

const serve: RequestListener = ({ url = "" }, response) => {
  try {
    response.end(fs.readFileSync(path.join(at("mirror"), url)));
  } catch {
    response.writeHead(404).end();
  }
};

/** A disk whose root has the files of the package, and dpkg's record of them. */
function writeDisk(changes: Files = {}): void {
  const all = FOLDERS.flatMap((each) => {
    const parts = each.split("/");
    return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
  });
  const list = ["/.", ...new Set(all), "/usr/bin/tool"].join("\n");
  const root = ext4Of(folder, {
    "/usr/bin/tool": "ELF",
    "/etc/apt/sources.list": SOURCES,
    "/var/lib/dpkg/status": `${CONTROL.replace("Version", "Status: install ok installed\nVersion")}\n`,
    "/var/lib/dpkg/info/tool.list": `${list}\n`,
    ...changes,
  });
  const guid = "00000000-0000-0000-0000-000000000001";
  const disk = makeGpt(FIRST + SECTORS + 2048, [
    { typeGuid: TYPE.root, guid, name: "root", first: FIRST, last: FIRST + SECTORS - 1 },
  ]);
  root.copy(disk, FIRST * 512);
  fs.writeFileSync(at("demo.raw"), disk);
}

async function writeMirror(fields: Record<string, string> = {}): Promise<void> {
  const tree = at("tree");
  for (const each of ["DEBIAN", ...FOLDERS]) fs.mkdirSync(path.join(tree, each), { recursive: true });
  fs.writeFileSync(path.join(tree, "DEBIAN/control"), CONTROL);
  fs.writeFileSync(path.join(tree, "usr/bin/tool"), "ELF");
  const deb = at(path.join("mirror", POOL));
  fs.mkdirSync(path.dirname(deb), { recursive: true });
  execFileSync("dpkg-deb", ["--root-owner-group", "-b", tree, deb], { stdio: "pipe" });
  const bytes = fs.readFileSync(deb);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const entry = paragraph("tool", "1", { Filename: POOL, Size: String(bytes.length), SHA256: sha256 });
  await makeSuite(at("mirror"), { suite: "bookworm", packages: entry, fields }, keys);
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const inspect = (...options: string[]) =>
  runCli([
    ...["inspect", at("demo.raw"), "--architecture", "x86_64", "--boot-mode", "legacy-bios"],
    ...[
      "--archive",
      url(),
      "--archive-keyring",
      at("archive.asc"),
      "--as-of",
      "2026-11-30T02:00:00Z",
      ...options,
    ],
  ]);

// Files of a disk that somebody else than root made are not root's.
const needs = [...MAKERS, "dpkg-deb", ...(process.getuid?.() === 0 ? [] : ["root"])];
describeWith(needs)("a disk against an archive", () => {
  beforeAll(async () => {
    [keys, other] = await Promise.all([makeKeys("Archive"), makeKeys("Somebody")]);
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    cache = process.env.XDG_CACHE_HOME;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    if (cache === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = cache;
  });
  beforeEach(async () => {
    for (const name of fs.readdirSync(folder)) fs.rmSync(at(name), { recursive: true });
    answer = serve;
    process.env.XDG_CACHE_HOME = at("cache");
    fs.writeFileSync(at("archive.asc"), keys.keyring);
    writeDisk();
    await writeMirror();
  });

  test("passes, and its image file is what checks.contents asks for", async () => {
    const { code, out, err } = await inspect("--product", "demo", "--version", "1");
    expect({ code, said: `${out}${err}` }).toEqual({
      code: 0,
      said: expect.stringMatching(/contents passed/) as string,
    });
    const image = () =>
      readImageFile(fs.readFileSync(at("1.json"), "utf8"), "1.json").imageFile!.images.x86_64!;
    expect(image().contents).toMatchObject({ outcome: "passed", suites: [{ suite: "bookworm" }] });
    const given = () =>
      checkProblems(
        { contents: "required" },
        { name: "demo", provenance: "based-on" } as never,
        [
          {
            release: { state: "published", imageFile: "1.json" },
            index: 0,
            architecture: "x86_64",
            image: image(),
          },
        ] as never,
      );
    expect(given()).toEqual([]);
    // Inspected again, without: nothing is known of another disk.
    writeDisk({ "/usr/bin/tool": "ELG" });
    fs.rmSync(at("1.json"));
    await runCli([
      ...["inspect", at("demo.raw"), "--architecture", "x86_64", "--boot-mode", "legacy-bios"],
      ...["--product", "demo", "--version", "1"],
    ]);
    expect(given()).toMatchObject([{ given: "none: they were not compared" }]);
  });

  test("that differs exits with 1, names each difference, and gets no image file", async () => {
    writeDisk({ "/usr/bin/tool": "ELG", "/usr/bin/evil": "x" });
    const { code, out } = await inspect("--product", "demo", "--version", "1");
    expect(code).toBe(1);
    expect(out).toContain(
      "/usr/bin/tool: a file of tool: changed: not the content of the archive's package\n",
    );
    expect(out).toContain("/usr/bin/evil: no package brings it\n");
    expect(fs.existsSync(at("1.json"))).toBe(false);
  });

  test.each<[string, () => void | Promise<void>, RegExp]>([
    [
      "lacks the package",
      () => fs.rmSync(at(path.join("mirror", POOL))),
      /no pool\/main\/t\/tool_1_amd64\.deb, which the signed index names; the mirror is not complete: name another one too/,
    ],
    [
      "has half of the package",
      () => fs.truncateSync(at(path.join("mirror", POOL)), 100),
      /tool_1_amd64\.deb: not the package that the signed index names: it has 100 bytes, needed: \d+ bytes, SHA-256/,
    ],
    [
      "is out of date",
      () => writeMirror({ "Valid-Until": "Sun, 29 Nov 2026 02:00:00 UTC" }),
      /InRelease: valid until 2026-11-29T02:00:00Z, .*the mirror is not kept up to date/,
    ],
    [
      "is signed by somebody else",
      () => fs.writeFileSync(at("archive.asc"), other.keyring),
      /InRelease: .*(not|no) .*archive\.asc/,
    ],
    [
      "has no such suite",
      () => fs.rmSync(at("mirror/dists"), { recursive: true }),
      /bookworm: http:\S+ has no dists\/bookworm\/InRelease; name the archive that has this suite with --archive/,
    ],
    [
      "hangs up",
      () => void (answer = (request) => request.socket.destroy()),
      /InRelease: the download failed \(\w+\); look whether the mirror is up, or name another one/,
    ],
  ])("is not judged by a mirror that %s: one line with a cure, exit code 1", async (_, spoil, message) => {
    await spoil();
    const { code, out, err } = await inspect();
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(message);
    expect(err.trim().split("\n").at(-1)).toMatch(message);
  });
});

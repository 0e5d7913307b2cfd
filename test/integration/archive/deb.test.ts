import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { readDeb } from "../../../archive/deb/contents";
import { archivedSystem } from "../../../archive/deb/installed";
import { openPlace } from "../../../archive/place";
import { type Keys, makeKeys, makeSuite, NOW, paragraph } from "../../unit/archive/make-archive";

const folder = mkdtempSync(join(tmpdir(), "imprimatur-debs-"));
const hasDpkg = spawnSync("dpkg-deb", ["--version"]).status === 0;
if (!hasDpkg) console.warn("skipped: packages; they need dpkg-deb of dpkg");
const onDebian = hasDpkg ? test : test.skip;
afterAll(() => rmSync(folder, { recursive: true }));

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex");

/** A small package, built as Debian's are. */
function build(compression: string): Buffer {
  const tree = mkdtempSync(join(folder, "tree-"));
  chmodSync(tree, 0o755);
  const write = (path: string, content: string, mode: number) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
    chmodSync(join(tree, path), mode);
  };
  write(
    "DEBIAN/control",
    "Package: tool\nVersion: 1\nArchitecture: amd64\nMaintainer: A <a@b>\nDescription: x\n",
    0o644,
  );
  write("DEBIAN/postinst", "#!/bin/sh\n", 0o755);
  write("DEBIAN/conffiles", "/etc/tool.conf\n", 0o644);
  write("etc/tool.conf", "a=1\n", 0o640);
  write("usr/bin/tool", "ELF", 0o4755);
  symlinkSync("tool", join(tree, "usr/bin/name"));
  const deb = join(folder, `${compression}.deb`);
  execFileSync("dpkg-deb", ["--root-owner-group", `-Z${compression}`, "-b", tree, deb], { stdio: "pipe" });
  return readFileSync(deb);
}

onDebian.each(["xz", "gzip", "zstd", "none"])(
  "what a package holds is read, compressed with %s",
  async (how) => {
    const { control, scripts, conffiles, files } = await readDeb(build(how), "tool.deb");
    expect(control).toContain("Package: tool\n");
    expect(scripts.postinst).toBe(sha256("#!/bin/sh\n"));
    expect(conffiles).toEqual(["/etc/tool.conf"]);
    const own = Object.fromEntries(files.map((each) => [each.path, each]));
    expect(own["/usr/bin/tool"]).toMatchObject({
      kind: "file",
      mode: 0o4755,
      uid: 0,
      gid: 0,
      sha256: sha256("ELF"),
    });
    expect(own["/etc/tool.conf"]).toMatchObject({ mode: 0o640, sha256: sha256("a=1\n") });
    expect(own["/usr/bin/name"]).toMatchObject({ kind: "link", target: "tool" });
    expect(own["/"]).toMatchObject({ kind: "folder" });
  },
);

/** One member of an ar archive. */
function member(name: string, bytes: Buffer): Buffer {
  const header = `${name.padEnd(16)}${"0".padEnd(12)}0     0     100644  ${String(bytes.length).padEnd(10)}\`\n`;
  return Buffer.concat([Buffer.from(header), bytes, Buffer.alloc(bytes.length % 2, "\n")]);
}

/** A tar archive of one entry in the old format. */
function tar(name: string, { type = "0", link = "", content = "" } = {}): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(["0000644", "0000000", "0000000", ""].join("\x00"), 100);
  header.write(
    `${content.length.toString(8).padStart(11, "0")}\x00${"0".repeat(11)}\x00        ${type}${link}`,
    124,
  );
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\x00 `, 148);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body, Buffer.alloc(1024)]);
}

const VERSION = member("debian-binary", Buffer.from("2.0\n"));
const CONTROL = member("control.tar", tar("./control", { content: "Package: x\n" }));
const deb = (...members: Buffer[]) => Buffer.concat([Buffer.from("!<arch>\n"), ...members]);

test.each<[string, Buffer, RegExp]>([
  ["another file", Buffer.from("PK"), /^x\.deb: no Debian package \(it does not begin as an ar archive\)/],
  ["a package that ends early", deb(VERSION, CONTROL).subarray(0, 100), /it ends in the midst of a member/],
  ["no data", deb(VERSION, CONTROL), /no data\.tar, \.xz, \.gz or \.zst, among debian-binary, control\.tar/],
  [
    "a path out of the root",
    deb(VERSION, CONTROL, member("data.tar", tar("../../etc/x"))),
    /a path that leads out of the root/,
  ],
  [
    "a hard link to nothing",
    deb(VERSION, CONTROL, member("data.tar", tar("./x", { type: "1", link: "/etc/shadow" }))),
    /a hard link to what is no file before it/,
  ],
  ["a broken tar", deb(VERSION, CONTROL, member("data.tar", Buffer.alloc(2048, "x"))), /data\.tar: /],
  [
    "broken gzip",
    deb(VERSION, CONTROL, member("data.tar.gz", gzipSync(tar("./x")).subarray(0, 40))),
    /data\.tar\.gz: damaged/,
  ],
  [
    "broken Zstandard",
    deb(VERSION, CONTROL, member("data.tar.zst", Buffer.from("28b52ffd00000000ffffffff", "hex"))),
    /data\.tar\.zst: damaged/,
  ],
])("%s is refused in one line", async (_, bytes, message) => {
  await expect(readDeb(bytes, "x.deb")).rejects.toThrow(message);
});

describe("packages of a signed index", () => {
  const PATH = "pool/main/t/tool_1_amd64.deb";
  const installed = [{ name: "tool", version: "1", architecture: "amd64" }];
  let keys: Keys;
  let bytes: Buffer;
  let mirror: string;
  beforeAll(async () => {
    keys = await makeKeys("Archive");
    bytes = deb(VERSION, CONTROL, member("data.tar", tar("./x", { content: "y" })));
  });
  beforeEach(async () => {
    mirror = mkdtempSync(join(folder, "mirror-"));
    const entry = { Filename: PATH, Size: String(bytes.length), SHA256: sha256(bytes) };
    await makeSuite(mirror, { suite: "bookworm", packages: paragraph("tool", "1", entry) }, keys);
    mkdirSync(dirname(join(mirror, PATH)), { recursive: true });
    writeFileSync(join(mirror, PATH), bytes);
  });
  const read = (cache: string, wanted = installed, places = [mirror]) =>
    archivedSystem(wanted, [{ suite: "bookworm", components: ["main"] }], {
      places: places.map((each) => openPlace(each)),
      folder: cache,
      keyring: { file: "archive.gpg", parts: [Buffer.from(keys.keyring)] },
      now: NOW.getTime(),
    });

  test("are read, kept by digest, and read without the archive's file the next time", async () => {
    const cache = join(mirror, "cache");
    const { packages, suites } = await read(cache);
    expect(packages).toMatchObject([{ name: "tool", sha256: sha256(bytes), suite: "bookworm" }]);
    expect(suites[0]!.sha256).toBe(sha256(readFileSync(join(mirror, "dists/bookworm/InRelease"))));
    rmSync(join(mirror, PATH));
    expect((await read(cache)).packages).toEqual(packages);
  });

  test("are made again from the .deb when what is kept was cut off or changed", async () => {
    const cache = join(mirror, "cache");
    const { packages } = await read(cache);
    const kept = readdirSync(cache).find((name) => name.endsWith(".json"))!;
    truncateSync(join(cache, kept), 100);
    expect((await read(cache)).packages).toEqual(packages);
    rmSync(join(cache, kept));
    writeFileSync(join(cache, `${sha256(bytes)}.deb`), Buffer.alloc(bytes.length));
    expect((await read(cache)).packages).toEqual(packages);
  });

  test("in another version are named as absent", async () => {
    const other = [{ name: "tool", version: "2", architecture: "amd64" }];
    expect(await read(join(mirror, "cache"), other)).toMatchObject({ packages: [], absent: other });
  });

  test("that are not what the index names are refused, unless another place has them", async () => {
    writeFileSync(join(mirror, PATH), Buffer.alloc(bytes.length));
    await expect(read(join(mirror, "cache"))).rejects.toThrow(
      /tool_1_amd64\.deb: not the package that the signed index names: it has another digest, needed: \d+ bytes, SHA-256 [0-9a-f]{64}; use another mirror/,
    );
    const pool = mkdtempSync(join(folder, "pool-"));
    writeFileSync(join(pool, "tool_1_amd64.deb"), bytes);
    expect((await read(join(mirror, "cache"), installed, [mirror, pool])).packages).toHaveLength(1);
  });

  test("that are not there are named", async () => {
    rmSync(join(mirror, PATH));
    await expect(read(join(mirror, "cache"))).rejects.toThrow(
      /no pool\/main\/t\/tool_1_amd64\.deb, which the signed index names/,
    );
  });
});

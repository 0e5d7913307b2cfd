/** `inspect --files` of a disk with an ext4 root, and the same system in a folder, as debugfs takes it out of the disk. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { Image, ImageFile } from "../../../config/image-file";
import { writeImageFile } from "../../../config/image-file";
import { MIB } from "../../../facts/units";
import { testWith } from "../../e2e/harness/needs";
import { publishIn } from "../../unit/cli/publication";
import { runCli } from "../../unit/cli/run-cli";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { diskOf, ext4Of, fatOf, type Files, MAKERS, run, TYPE } from "../inspection/small-disk";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const test = testWith([...MAKERS, "sfdisk"]);

const FILES: Files = {
  "/usr/bin/tool": "ELF",
  "/usr/bin/\xff odd": "name",
  "/bin": { link: "usr/bin" },
  "/etc/tool.conf": "a=1",
  "/etc/fstab": "",
  "/var/lib/dpkg/status":
    "Package: tool\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\nConffiles:\n /etc/tool.conf 00000000000000000000000000000000\n\n",
  "/var/lib/dpkg/info/tool.list": "/usr/bin/tool\n/etc/tool.conf\n",
};

test("the system of a disk is what its list says, whatever its EFI system partition is mounted as; a changed program is named", async () => {
  const esp = fatOf(folder, { "/EFI/BOOT/BOOTX64.EFI": "loader" });
  const root = ext4Of(folder, FILES);
  const parts = [
    { typeGuid: TYPE.esp, content: esp },
    { typeGuid: TYPE.root, content: root },
  ];
  const { file: disk, partitions } = diskOf(folder, parts);
  fs.truncateSync(disk, fs.statSync(disk).size + MIB);
  const rows = partitions.map(
    ({ start, length, typeGuid }) => `start=${start / 512}, size=${length / 512}, type=${typeGuid}\n`,
  );
  execFileSync("sfdisk", ["-q", disk], {
    input: `label: gpt\n${rows.join("")}`,
    stdio: ["pipe", "ignore", "ignore"],
  });
  const asked = [
    "--product",
    "demo",
    "--version",
    "1.0",
    "--architecture",
    "x86_64",
    "--output",
    at("1.0.json"),
  ];
  expect(await runCli(["inspect", disk, ...asked, "--files", at("demo.files.gz")])).toMatchObject({
    code: 0,
  });
  const written = JSON.parse(fs.readFileSync(at("1.0.json"), "utf8")) as ImageFile;
  const list = gunzipSync(fs.readFileSync(at("demo.files.gz")));
  expect(written.images.x86_64?.files).toEqual({
    file: "demo.files.gz",
    sha256: createHash("sha256").update(list).digest("hex"),
    entries: expect.any(Number) as number,
  });

  const { recordOf } = await publishIn(folder);
  const record = await recordOf("1.0", [], undefined, ({ predicate }) => {
    const { product, version, images } = predicate.imageFile as ImageFile;
    const x86_64 = { ...images.x86_64, files: written.images.x86_64?.files } as Image;
    predicate.imageFile = JSON.parse(writeImageFile({ product, version, images: { x86_64 } })) as unknown;
  });
  fs.writeFileSync(at("1.0.sigstore.json"), record);
  fs.copyFileSync(at("demo.files.gz"), at("1.0-x86_64.files.gz"));
  fs.mkdirSync(at("system"));
  fs.writeFileSync(at("root.ext4"), root);
  run("debugfs", "-R", `rdump / ${at("system")}`, at("root.ext4"));
  const verify = () =>
    runCli([
      ...["verify", "system", "--root", at("system"), "--record", at("1.0.sigstore.json")],
      ...["--key", at("publisher.pem")],
    ]);
  expect(await verify()).toMatchObject({
    code: 1,
    err: expect.stringContaining("/boot/efi (the EFI system partition is not mounted there)") as string,
  });
  fs.mkdirSync(at("system/boot/efi/EFI/BOOT"), { recursive: true });
  fs.writeFileSync(at("system/boot/efi/EFI/BOOT/BOOTX64.EFI"), "loader");
  expect(await verify()).toMatchObject({
    code: 0,
    out: expect.stringContaining("system is genuine") as string,
  });
  fs.writeFileSync(at("system/usr/bin/tool"), "ELG");
  const { code, out } = await verify();
  expect(code).toBe(3);
  expect(out).toContain("program: /usr/bin/tool: its content is another");
});

import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MIB } from "../../../facts/units";

const ESP = { start: MIB, length: 64 * MIB };
const ROOT = { start: 65 * MIB, length: 14 * MIB };
const SIZE = 80 * MIB;
const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
/** Discoverable Partitions Specification: the root of an arm64 system. */
const ROOT_TYPE = "b921b045-1df0-41c3-af44-4c6f280d3fae";

/** mkfs.vfat, mke2fs and sfdisk are not on every user's PATH. */
const ENV = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

const INIT = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
/bin/busybox uname -m
/bin/busybox printf '\\nDebian GNU/Linux 12 localhost ttyAMA0\\n\\nlocalhost login: '
exec /bin/busybox sleep 100000
`;

/**
 * The smallest arm64 system of Debian's own parts that prints the text a boot check waits for: systemd-boot, Debian's
 * kernel, and a static busybox that shows a login prompt. None of it is run here, so that neither an arm64 processor
 * nor emulation of programs is needed; about 25 MB are fetched with apt, which checks their signatures.
 *
 * @param disk the file to write
 */
export function makeArm64Disk(disk: string): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "imprimatur-arm64-"));
  const at = (...names: string[]) => path.join(folder, ...names);
  try {
    unpack(folder);
    const [kernel = ""] = fs.readdirSync(at("tree/boot")).filter((name) => name.startsWith("vmlinuz-"));
    fs.writeFileSync(
      at("initrd"),
      cpio({ bin: null, "bin/busybox": fs.readFileSync(at("tree/bin/busybox")), dev: null, init: INIT }),
    );
    fs.writeFileSync(at("loader.conf"), "timeout 0\n");
    fs.writeFileSync(
      at("debian.conf"),
      "title Debian\nlinux /linux\ninitrd /initrd\noptions console=ttyAMA0\n",
    );
    makeFat(at("esp"), {
      "EFI/BOOT/BOOTAA64.EFI": at("tree/usr/lib/systemd/boot/efi/systemd-bootaa64.efi"),
      "loader/loader.conf": at("loader.conf"),
      "loader/entries/debian.conf": at("debian.conf"),
      linux: at("tree/boot", kernel),
      initrd: at("initrd"),
    });
    makeRoot(at("root"), folder);
    partition(disk);
    for (const [image, { start }] of [
      ["esp", ESP],
      ["root", ROOT],
    ] as const) {
      execFileSync("dd", [
        ...[`if=${at(image)}`, `of=${disk}`, "bs=1M", `seek=${start / MIB}`],
        ...["conv=notrunc,sparse", "status=none"],
      ]);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function partition(disk: string): void {
  fs.writeFileSync(disk, "");
  fs.truncateSync(disk, SIZE);
  const line = ({ start, length }: { start: number; length: number }, type: string) =>
    `start=${start / 512}, size=${length / 512}, type=${type}`;
  execFileSync("sfdisk", ["--quiet", disk], {
    input: `label: gpt\n${line(ESP, ESP_TYPE)}, name=esp\n${line(ROOT, ROOT_TYPE)}, name=root\n`,
    env: ENV,
  });
}

/**
 * Unpacks Debian's arm64 packages, by this machine's own apt sources and keys, into `tree`; the machine's own apt is
 * left as it is.
 */
function unpack(folder: string): void {
  const at = (name: string) => path.join(folder, name);
  for (const name of ["state/lists/partial", "cache/archives/partial", "fetched", "tree"]) {
    fs.mkdirSync(at(name), { recursive: true });
  }
  const foreign = [
    ...["APT::Architecture=arm64", "APT::Architectures::=arm64", "APT::Sandbox::User=root"],
    ...[`Dir::State=${at("state")}`, `Dir::Cache=${at("cache")}`, "Dir::State::status=/dev/null"],
  ].flatMap((option) => ["-o", option]);
  const apt = (program: string, ...args: string[]) =>
    execFileSync(program, [...foreign, "-q", ...args], {
      cwd: at("fetched"),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  apt("apt-get", "update");
  const [, kernel = ""] =
    /Depends: (linux-image-\S+)/.exec(apt("apt-cache", "depends", "linux-image-cloud-arm64")) ?? [];
  apt("apt-get", "download", kernel, "busybox-static", "systemd-boot-efi");
  for (const file of fs.readdirSync(at("fetched"))) {
    execFileSync("dpkg-deb", ["-x", path.join(at("fetched"), file), at("tree")]);
  }
}

function makeFat(image: string, files: Record<string, string>): void {
  fs.writeFileSync(image, "");
  fs.truncateSync(image, ESP.length);
  execFileSync("mkfs.vfat", ["-F", "32", image], { env: ENV, stdio: "ignore" });
  execFileSync("mmd", ["-i", image, "::EFI", "::EFI/BOOT", "::loader", "::loader/entries"]);
  for (const [target, source] of Object.entries(files)) {
    execFileSync("mcopy", ["-i", image, source, `::${target}`]);
  }
}

/** The parts of a root that the inspection reads: the distribution, and the absence of cloud-init. */
function makeRoot(image: string, folder: string): void {
  const root = path.join(folder, "root-files");
  fs.mkdirSync(path.join(root, "etc"), { recursive: true });
  fs.mkdirSync(path.join(root, "var/lib/dpkg"), { recursive: true });
  fs.writeFileSync(path.join(root, "etc/os-release"), 'ID=debian\nVERSION_ID="12"\n');
  fs.writeFileSync(
    path.join(root, "var/lib/dpkg/status"),
    "Package: busybox-static\nStatus: install ok installed\nVersion: 1\nArchitecture: arm64\n",
  );
  execFileSync("mke2fs", ["-q", "-t", "ext4", "-d", root, image, `${ROOT.length / 1024}k`], { env: ENV });
}

/** An archive in the format "newc" (cpio(5)), as the kernel takes it as an initramfs; `null` is a folder. */
function cpio(files: Record<string, Buffer | string | null>): Buffer {
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  const entry = (name: string, data: Buffer, mode: number, inode: number) => {
    const numbers = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length + 1, 0];
    const header = `070701${numbers.map((number) => number.toString(16).padStart(8, "0")).join("")}${name}\0`;
    return [padded(Buffer.from(header)), padded(data)];
  };
  return Buffer.concat([
    ...Object.entries(files).flatMap(([name, data], index) =>
      entry(name, Buffer.from(data ?? ""), data === null ? 0o40755 : 0o100755, index + 1),
    ),
    ...entry("TRAILER!!!", Buffer.alloc(0), 0, 0),
  ]);
}

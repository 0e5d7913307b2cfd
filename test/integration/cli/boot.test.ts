import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { readImageFile } from "../../../config/image-file";
import type { BootResult } from "../../../inspection/boot/result";
import { makeGpt } from "../../unit/disk/make-gpt";
import { temporaryFolder } from "../../unit/disk/sparse-file";
import { runCli } from "../../unit/cli/run-cli";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);
const programs = path.join(folder, "bin");
const PATH = process.env.PATH ?? "";

const LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
const DISK = makeGpt(4096, [
  { typeGuid: LINUX, guid: "00000000-0000-0000-0000-000000000001", name: "root", first: 100, last: 3999 },
]);

/** A program on PATH. QEMU is first asked for its version. */
function program(name: string, script: string): void {
  fs.mkdirSync(programs, { recursive: true });
  const text = `#!/bin/sh\n[ "$1" = --version ] && { echo 'QEMU emulator version 9.9.9'; exit; }\n${script}\n`;
  fs.writeFileSync(path.join(programs, name), text, { mode: 0o755 });
}

beforeEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(at(name), { recursive: true });
  fs.writeFileSync(at("demo.raw"), DISK);
  for (const name of ["mkfs.vfat", "mcopy"]) program(name, "exit 0");
  process.env.PATH = `${programs}:${PATH}`;
});
afterEach(() => (process.env.PATH = PATH));

/** The demo disk has no EFI system partition, so that no firmware needs to be installed here. */
const KIND = ["--architecture", "x86_64", "--boot-mode", "legacy-bios", "--accelerator", "tcg"];
const boot = (...options: string[]) => runCli(["boot", at("demo.raw"), ...KIND, ...options]);
const inspect = () =>
  runCli(["inspect", at("demo.raw"), "--product", "demo", "--version", "1", ...KIND.slice(0, 4)]);
const bootImageFile = (...options: string[]) =>
  runCli(["boot", "--image-file", at("1.json"), "--accelerator", "tcg", ...options]);

test("a disk that comes up passes, in text and in JSON", async () => {
  program("qemu-system-x86_64", "printf 'host login: '; exec sleep 60");
  const { code, out, err } = await boot();
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^demo\.raw: boots\n {2}machine {7}QEMU 9\.9\.9, emulated, SeaBIOS, x86_64\n/);
  expect(JSON.parse((await boot("--json")).out)).toMatchObject({
    schemaVersion: 1,
    outcome: "passed",
    cloudInit: { outcome: "not-asked" },
  } satisfies Partial<BootResult>);
});

test("a disk that panics exits with 3, and the console's last lines are shown and kept", async () => {
  program("qemu-system-x86_64", "printf 'one\\nKernel panic - not syncing: oh\\n'; exec sleep 60");
  const { code, out } = await boot("--console", at("console.txt"));
  expect(code).toBe(3);
  expect(out).toContain("demo.raw: does not pass the boot check\n  the kernel panicked: oh\n");
  expect(out).toContain("  | one\n");
  expect(fs.readFileSync(at("console.txt"), "utf8")).toBe("one\nKernel panic - not syncing: oh\n");
});

test("a KVM that does not work is left for emulation, unless it was asked for", async () => {
  program("qemu-system-x86_64", "echo 'qemu: no such MSR' >&2; exit 1");
  expect(await boot("--accelerator", "kvm")).toEqual({
    code: 1,
    out: "",
    err: "imprimatur: QEMU does not run with kvm: qemu: no such MSR. Use --accelerator tcg.\n",
  });
});

test("what is missing here is named, and nothing is said of the disk", async () => {
  process.env.PATH = programs;
  const { code, out, err } = await boot();
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toBe(
    "imprimatur: qemu-system-x86_64: not found; on Debian: apt-get install qemu-system-x86. Nothing was booted.\n",
  );
});

test("the image file keeps what was seen, the same at every run, also when it is inspected again", async () => {
  program("qemu-system-x86_64", "printf 'host login: '; exec sleep 60");
  await inspect();
  expect((await bootImageFile()).code).toBe(0);
  const text = fs.readFileSync(at("1.json"), "utf8");
  expect(readImageFile(text, "1.json").imageFile?.images.x86_64).toMatchObject({
    input: "unsigned",
    boot: {
      outcome: "passed",
      machine: { qemu: "9.9.9", accelerator: "tcg", firmware: "SeaBIOS" },
      cloudInit: { outcome: "not-asked" },
      failedUnits: [],
    },
  });
  await bootImageFile();
  await inspect();
  expect(fs.readFileSync(at("1.json"), "utf8")).toBe(text);
});

test("a failed boot replaces a passed one, and another disk's is not kept", async () => {
  program("qemu-system-x86_64", "printf 'host login: '; exec sleep 60");
  await inspect();
  await bootImageFile();
  program("qemu-system-x86_64", "echo 'Kernel panic - not syncing: oh'; exec sleep 60");
  expect((await bootImageFile()).code).toBe(3);
  const boots = () =>
    readImageFile(fs.readFileSync(at("1.json"), "utf8"), "1.json").imageFile?.images.x86_64?.boot;
  expect(boots()).toMatchObject({ outcome: "failed", problems: ["the kernel panicked: oh"] });
  const changed = Buffer.from(DISK);
  changed[200 * 512] = 1;
  fs.writeFileSync(at("demo.raw"), changed);
  await inspect();
  expect(boots()).toBeUndefined();
});

test("a disk that is not the image file's is not started", async () => {
  program("qemu-system-x86_64", `touch ${at("started")}`);
  await inspect();
  const changed = Buffer.from(DISK);
  changed[200 * 512] = 1;
  fs.writeFileSync(at("demo.raw"), changed);
  const { code, err } = await bootImageFile();
  expect(code).toBe(1);
  expect(err).toMatch(
    /demo\.raw: this is not the disk of the image file: needs block map root \w{64}, but has \w{64}\. Run /,
  );
  expect(fs.existsSync(at("started"))).toBe(false);
});

describe("a check that is ended from outside takes its machine and its files along", () => {
  const root = path.join(__dirname, "../../..");
  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  const until = async (done: () => boolean) => {
    while (!done()) await new Promise((next) => setTimeout(next, 50));
  };

  test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const)("%s", async (signal) => {
    // Written in one step, since the test polls it.
    program(
      "qemu-system-x86_64",
      `echo $$ >${at("pid.new")}; mv ${at("pid.new")} ${at("pid")}; exec sleep 300`,
    );
    fs.mkdirSync(at("tmp"));
    const argv = [path.join(root, "cli/imprimatur.js"), "boot", at("demo.raw"), ...KIND];
    const cli = spawn(process.execPath, argv, { env: { ...process.env, TMPDIR: at("tmp") } });
    let said = "";
    cli.stderr.on("data", (text: Buffer) => (said += text.toString()));
    const ended = new Promise<number | null>((done) => void cli.on("close", done));
    await until(() => fs.existsSync(at("pid")));
    const machine = Number(fs.readFileSync(at("pid"), "utf8"));
    cli.kill(signal);
    const code = await ended;
    await until(() => !alive(machine));
    await until(() => fs.readdirSync(at("tmp")).every((name) => !name.startsWith("imprimatur-boot-")));
    if (signal === "SIGKILL") return;
    expect({ code, said }).toEqual({
      code: 1,
      said: "imprimatur: interrupted; nothing is said about the image\n",
    });
  });
});

test.each([
  [[], "imprimatur: which disk? Name a raw disk image, or an image file with --image-file.\n"],
  [
    ["x.raw", "--timeout", "0"],
    "imprimatur: option '--timeout <seconds>' argument '0' is invalid. needs a whole",
  ],
  [["x.raw", "--memory", "1"], "argument '1' is invalid. needs at least 128."],
  [["x.raw", "--accelerator", "xen"], "imprimatur: option '--accelerator <name>' argument 'xen' is invalid."],
])("calls boot %j wrong usage", async (argv, err) => {
  const ran = await runCli(["boot", ...argv]);
  expect(ran.code).toBe(2);
  expect(ran.err).toContain(err);
});

import fs from "node:fs";
import path from "node:path";
import { findFirmware } from "../../../../inspection/boot/firmware";
import { type Machine, qemuArguments } from "../../../../inspection/boot/machine";
import { BootUnavailable } from "../../../../inspection/boot/problem";
import { findPrograms } from "../../../../inspection/boot/programs";
import { watchMachine } from "../../../../inspection/boot/watch";
import { temporaryFolder } from "../../../unit/disk/sparse-file";

const folder = temporaryFolder();
const at = (name: string) => path.join(folder, name);

const MACHINE: Machine = {
  architecture: "x86_64",
  bootMode: "uefi",
  accelerator: "tcg",
  memory: 512,
  disk: "/a,b.raw",
  seed: "/seed",
  firmware: { code: "/code", variables: "/vars" },
};

test("the disk is never written to, and the network leads nowhere", () => {
  const args = qemuArguments(MACHINE);
  expect(args).toContain("if=virtio,format=raw,snapshot=on,file=/a,,b.raw");
  expect(args).toContain("if=virtio,format=raw,readonly=on,file=/seed");
  expect(args).toContain("user,model=virtio-net-pci,restrict=on");
});

test.each<[string, Partial<Machine>, string[]]>([
  ["UEFI, emulated", {}, ["q35", "max"]],
  ["UEFI on KVM", { accelerator: "kvm" }, ["q35", "host"]],
  ["legacy BIOS", { bootMode: "legacy-bios", firmware: undefined }, ["q35,graphics=off", "max"]],
  ["arm64", { architecture: "arm64" }, ["virt", "max,pauth-impdef=on"]],
  ["arm64 on KVM", { architecture: "arm64", accelerator: "kvm" }, ["virt", "host"]],
])("%s", (_what, change, words) => {
  expect(qemuArguments({ ...MACHINE, ...change })).toEqual(expect.arrayContaining(words));
});

describe("firmware", () => {
  const describeFirmware = (name: string, change: Record<string, unknown> = {}) => {
    for (const file of ["CODE.fd", "VARS.fd"]) fs.writeFileSync(at(file), "");
    const mapping = {
      device: "flash",
      executable: { filename: at("CODE.fd"), format: "raw" },
      "nvram-template": { filename: at("VARS.fd"), format: "raw" },
    };
    const targets = [{ architecture: "x86_64", machines: ["pc-q35-*"] }];
    const whole = { "interface-types": ["uefi"], mapping, targets, features: [], ...change };
    fs.writeFileSync(at(name), JSON.stringify(whole));
  };
  beforeEach(() => {
    for (const name of fs.readdirSync(folder)) fs.rmSync(at(name), { recursive: true });
  });

  test("is the first that is described for the architecture, without Secure Boot", () => {
    fs.writeFileSync(at("10.json"), "not JSON");
    describeFirmware("20.json", { mapping: { device: "memory", filename: "x" } });
    describeFirmware("30.json", { features: ["secure-boot", "requires-smm"] });
    describeFirmware("40.json", { targets: [{ architecture: "aarch64", machines: ["virt-*"] }] });
    describeFirmware("50.json");
    expect(findFirmware("x86_64", [at("none"), folder])).toEqual({
      name: "CODE.fd",
      code: at("CODE.fd"),
      variables: at("VARS.fd"),
    });
  });

  test("that is missing is named with the cure", () => {
    describeFirmware("50.json");
    expect(() => findFirmware("arm64", [folder])).toThrow(
      new BootUnavailable(
        `UEFI firmware for arm64: none is described in ${folder}; on Debian: apt-get install qemu-efi-aarch64. Nothing was booted.`,
      ),
    );
  });
});

test("programs that are missing are named all at once, with their packages", () => {
  expect(() => findPrograms(["sh", "qemu-system-none", "mcopy-none"])).toThrow(
    "qemu-system-none and mcopy-none: not found; on Debian: apt-get install qemu-system-none mcopy-none. Nothing was booted.",
  );
});

describe("a watched machine", () => {
  const watch = (script: string, more: { timeout?: number; silence?: number } = {}) =>
    watchMachine({
      program: "sh",
      args: ["-c", script],
      folder: path.join(folder, "machine"),
      complete: (seen) => seen.login,
      timeout: 60,
      silence: 60,
      ...more,
    });

  test.each<[string, string, { timeout?: number; silence?: number }, string]>([
    ["a login", "printf 'host login: '; exec sleep 60", {}, "complete"],
    ["a panic", "echo 'Kernel panic - not syncing: x'; exec sleep 60", {}, "dead"],
    ["one that stops", "echo hello", {}, "stopped"],
    ["QEMU that fails", "echo 'cannot start' >&2; exit 1", {}, "broken"],
    ["KVM that gives up", "echo 'KVM internal error. Suberror: 1' >&2; exec sleep 60", {}, "broken"],
    ["silent firmware", "exec sleep 60", { silence: 0.1 }, "silent"],
    ["one that never gets there", "echo hello; exec sleep 60", { timeout: 0.1 }, "late"],
  ])("%s", async (_what, script, more, end) => {
    expect((await watch(script, more)).end).toBe(end);
  });
});

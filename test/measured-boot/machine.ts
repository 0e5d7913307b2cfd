/** A machine in QEMU with firmware of UEFI and a TPM 2.0 in software, which is started once and says what was measured. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BANKS, type Bank } from "../../facts/pcr";
import { MARK } from "./initrd";
import { findFirmware } from "../../inspection/boot/firmware";

export interface Measured {
  readonly registers: Readonly<Record<Bank, ReadonlyMap<number, string>>>;
  /** Absent: the kernel has none. */
  readonly log?: Buffer;
}

/** The whole Debian disk takes half a minute on a machine that has nothing else to do. */
const LONGEST = 300_000;

/**
 * @param disk a copy of it is written to
 * @param seed for cloud-init
 * @throws {Error} when the machine did not report
 */
export function startMeasured(disk: string, folder: string, seed?: string): Measured {
  const place = mkdtempSync(join(folder, "machine-"));
  const at = (name: string) => join(place, name);
  const state = ["--tpm2", "--tpmstate"];
  execFileSync("swtpm_setup", [...state, place, "--pcr-banks", BANKS.join(","), "--overwrite"], {
    stdio: "ignore",
  });
  const tpm = spawn(
    "swtpm",
    ["socket", ...state, `dir=${place}`, "--ctrl", `type=unixio,path=${at("tpm")}`, "--terminate"],
    {
      stdio: "ignore",
    },
  );
  try {
    const firmware = findFirmware("x86_64");
    copyFileSync(firmware.variables, at("variables.fd"));
    // QEMU tries again until the TPM's socket is there.
    waitFor(at("tpm"));
    const asked = [
      ...["-machine", "q35", "-cpu", "max", "-m", "1024", "-smp", "2", "-nodefaults", "-display", "none"],
      ...["-no-reboot", "-monitor", "none", "-device", "virtio-rng-pci"],
      ...["-serial", `file:${at("console")}`, "-serial", `file:${at("log")}`],
      ...["-nic", "user,model=virtio-net-pci,restrict=on"],
      ...["-drive", `if=pflash,format=raw,readonly=on,file=${firmware.code}`],
      ...["-drive", `if=pflash,format=raw,file=${at("variables.fd")}`],
      ...["-drive", `if=virtio,format=raw,snapshot=on,file=${disk}`],
      ...(seed === undefined ? [] : ["-drive", `if=virtio,format=raw,readonly=on,file=${seed}`]),
      ...["-chardev", `socket,id=tpm,path=${at("tpm")}`, "-tpmdev", "emulator,id=tpm,chardev=tpm"],
      ...["-device", "tpm-crb,tpmdev=tpm"],
    ];
    // Emulated: it is the same everywhere, and a nested KVM may accept a machine and never run it.
    const { status, stderr } = spawnSync("qemu-system-x86_64", ["-accel", "tcg", ...asked], {
      encoding: "utf8",
      timeout: LONGEST,
    });
    writeFileSync(at("qemu"), stderr);
    return reported(at, `QEMU ended with ${status}: ${stderr.trim()}`);
  } finally {
    tpm.kill();
  }
}

function reported(at: (name: string) => string, ended: string): Measured {
  const console = existsSync(at("console")) ? readFileSync(at("console"), "latin1") : "";
  const registersIn = (bank: Bank) =>
    new Map(
      [...console.matchAll(/pcr (sha\d+) (\d+) ([0-9A-Fa-f]+)\r?\n/g)]
        .filter(([, name]) => name === bank)
        .map(([, , pcr, value = ""]) => [Number(pcr), value.toLowerCase()]),
    );
  const registers = { sha256: registersIn("sha256"), sha384: registersIn("sha384") };
  if (registers.sha384.size === 0)
    throw new Error(`the machine reported nothing (${ended}); its console is ${at("console")}`);
  // The terminal puts a carriage return before each line feed (termios(3), ONLCR), of which none is its own.
  const lines = existsSync(at("log")) ? readFileSync(at("log"), "latin1").replaceAll("\r\n", "\n") : "";
  const log = lines.slice(lines.indexOf(`${MARK}\n`) + MARK.length + 1);
  return { registers, ...(log !== "" && { log: Buffer.from(log, "latin1") }) };
}

/** swtpm makes its socket within milliseconds. */
function waitFor(socket: string): void {
  for (const end = Date.now() + 10_000; !existsSync(socket);)
    if (Date.now() > end) throw new Error("swtpm does not start");
}

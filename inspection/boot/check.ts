import { execFileSync } from "node:child_process";
import { accessSync, constants, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { BootMode } from "../../config/image-file";
import { type Architecture, openImage } from "../image";
import type { PartitionPlace } from "../partition-place";
import { type ExpectedCloudInit, expectedCloudInit } from "./expected";
import { findFirmware } from "./firmware";
import { type Accelerator, QEMU, qemuArguments } from "./machine";
import { BootUnavailable } from "./problem";
import { findPrograms } from "./programs";
import { type BootResult, judgeBoot } from "./result";
import { makeSeed } from "./seed";
import { isComplete } from "./verdict";
import { type Watched, watchMachine } from "./watch";

export interface BootSubject {
  /** Path of the raw disk. */
  disk: string;
  size: number;
  architecture: Architecture;
  bootMode: BootMode;
  partitions: readonly PartitionPlace[];
}

export interface BootOptions {
  accelerator: Accelerator | "auto";
  /** Seconds. */
  timeout: number;
  /** MiB. */
  memory: number;
  /** Units whose failure is tolerated. */
  allowFailed: readonly string[];
  signal?: AbortSignal;
  onProgress?: (progress: { accelerator: Accelerator; seconds: number; line: string }) => void;
  /** Remarks for the user that are not failures. */
  onNote?: (note: string) => void;
}

/**
 * Seconds until the first output of firmware on KVM. It takes one or two; a nested KVM can accept the machine and
 * never run it (seen 2026-11: `KVM internal error. Suberror: 1` in the firmware's first instructions).
 */
const KVM_SILENCE = 20;

/**
 * Boots a raw disk in QEMU, with firmware, and reports the result. The disk is not written to.
 *
 * @returns the result and the whole console
 * @throws {BootUnavailable} when it could not be tried
 */
export async function bootCheck(
  subject: BootSubject,
  options: BootOptions,
): Promise<{ result: BootResult; console: string }> {
  const { architecture, bootMode } = subject;
  const program = findPrograms([QEMU[architecture]])[QEMU[architecture]];
  const firmware = bootMode === "legacy-bios" ? undefined : findFirmware(architecture);
  const expected = expectationOf(subject);
  const folder = mkdtempSync(join(tmpdir(), "imprimatur-boot-"));
  try {
    const seed = makeSeed(folder);
    const attempt = (accelerator: Accelerator): Promise<Watched> => {
      const variables = join(folder, "variables.fd");
      if (firmware) copyFileSync(firmware.variables, variables);
      return watchMachine({
        program,
        folder,
        args: qemuArguments({
          ...{ architecture, bootMode, accelerator, memory: options.memory, disk: subject.disk, seed },
          ...(firmware && { firmware: { code: firmware.code, variables } }),
        }),
        complete: (seen) => isComplete(expected, seen),
        timeout: options.timeout,
        silence: accelerator === "kvm" ? KVM_SILENCE : options.timeout,
        ...(options.signal && { signal: options.signal }),
        onProgress: (progress) => options.onProgress?.({ accelerator, ...progress }),
      });
    };
    const { accelerator, watched } = await firstThatRuns(architecture, options, attempt);
    const result = judgeBoot({
      ...{ disk: basename(subject.disk), architecture, bootMode, expected, watched },
      machine: { qemu: versionOf(program), accelerator, firmware: firmware?.name ?? "SeaBIOS" },
      timeout: options.timeout,
      allowFailed: options.allowFailed,
    });
    return { result, console: watched.console };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectationOf({ disk, size, architecture, partitions }: BootSubject): ExpectedCloudInit {
  const image = openImage(disk, { size, architecture, partitions });
  try {
    return expectedCloudInit(image);
  } finally {
    image.close();
  }
}

/** KVM if available and able to run the firmware, else emulation. */
async function firstThatRuns(
  architecture: Architecture,
  { accelerator: asked, onNote }: BootOptions,
  attempt: (accelerator: Accelerator) => Promise<Watched>,
): Promise<{ accelerator: Accelerator; watched: Watched }> {
  const tried: Accelerator[] = asked !== "auto" ? [asked] : hasKvm(architecture) ? ["kvm", "tcg"] : ["tcg"];
  for (const accelerator of tried) {
    const watched = await attempt(accelerator);
    if (watched.end === "cancelled")
      throw new BootUnavailable("interrupted; nothing is said about the image");
    const failed = watched.end === "broken" || (accelerator === "kvm" && watched.end === "silent");
    if (!failed) return { accelerator, watched };
    const why = watched.complaint.split("\n")[0] || `the firmware was silent for ${KVM_SILENCE} s`;
    if (accelerator === tried.at(-1)) {
      const cure = accelerator === "kvm" ? " Use --accelerator tcg." : " See what QEMU says, and try again.";
      throw new BootUnavailable(`QEMU does not run with ${accelerator}: ${why}.${cure}`);
    }
    onNote?.(`KVM is there and does not work (${why}); emulating, which takes a minute or more.`);
  }
  throw new Error("no accelerator to try");
}

function hasKvm(architecture: Architecture): boolean {
  const own = { x64: "x86_64", arm64: "arm64" }[process.arch as string];
  if (own !== architecture) return false;
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(program: string): string {
  const said = execFileSync(program, ["--version"], { encoding: "utf8" });
  return /version (\S+)/.exec(said)?.[1] ?? "of unknown version";
}

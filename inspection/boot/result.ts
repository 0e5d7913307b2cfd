import type { BootMode } from "../../config/image-file";
import type { Architecture } from "../image";
import type { Accelerator } from "./machine";
import { type CloudInitResult, judgeObservation, type BootObservation, type BootVerdict } from "./verdict";
import type { Watched } from "./watch";

/** Result of a boot check; printed with `--json`. Times are of this run, everything else is reproducible. */
export interface BootResult extends Omit<BootVerdict, "seconds"> {
  schemaVersion: 1;
  /** File name of the raw disk. */
  disk: string;
  /** Digest of the disk, if computed: with an image file. */
  sha256?: string;
  architecture: Architecture;
  bootMode: BootMode;
  machine: { qemu: string; accelerator: Accelerator; firmware: string };
  /** Seconds: from power-on to the login prompt, and the boot time by `systemd-analyze`. */
  seconds: { login?: number; systemd?: number };
}

export interface Attempt
  extends
    Pick<BootResult, "disk" | "architecture" | "bootMode" | "machine">,
    Omit<BootObservation, "watched"> {
  watched: Watched;
}

/** Judges the observations. */
export function judgeBoot(attempt: Attempt): BootResult {
  const { disk, architecture, bootMode, machine, watched } = attempt;
  const { outcome, problems, seconds, failedUnits, cloudInit, kernel, os, console } =
    judgeObservation(attempt);
  return {
    schemaVersion: 1,
    outcome,
    ...{ disk, architecture, bootMode, machine },
    seconds: {
      login: watched.loginSeconds,
      ...seconds,
    },
    kernel,
    os,
    failedUnits,
    cloudInit,
    problems,
    ...(console && { console }),
  };
}

/** The result as text: outcome first, then details. */
export function renderBoot(result: BootResult): string {
  const { machine, seconds, cloudInit, failedUnits, problems } = result;
  const accelerator = machine.accelerator === "kvm" ? "KVM" : "emulated";
  const found = [
    seconds.login === undefined ? "no login prompt" : `login prompt after ${seconds.login} s`,
    seconds.systemd === undefined ? "" : `systemd ${seconds.systemd} s`,
  ];
  const cameUp = seconds.login !== undefined || result.os !== undefined;
  const rows = [
    ["machine", `QEMU ${machine.qemu}, ${accelerator}, ${machine.firmware}, ${result.architecture}`],
    ["system", [result.os, result.kernel && `kernel ${result.kernel}`].filter(Boolean).join(", ")],
    ["boot", found.filter(Boolean).join(", ")],
    ["cloud-init", cloudInitText(cloudInit)],
    // Unknown for a machine without login prompt and report.
    ["failed units", failedUnits.join(", ") || (cameUp ? "none" : "")],
  ];
  const table = rows
    .filter(([, value]) => value)
    .map(([name = "", value]) => `  ${name.padEnd(14)}${value}\n`);
  const why = problems.map((problem) => `  ${problem}\n`);
  const tail = (result.console ?? []).map((line) => `  | ${line}\n`);
  const lines = [
    `${result.disk}: ${result.outcome === "passed" ? "boots" : "does not pass the boot check"}\n`,
    ...why,
    ...table,
    ...(tail.length > 0 ? ["  the console's last lines:\n", ...tail] : []),
  ];
  return lines.join("");
}

function cloudInitText({ outcome, datasource, datasourceSeconds, version, why }: CloudInitResult): string {
  if (outcome === "absent") return "not in the image";
  if (outcome === "not-asked") return `not asked: ${why ?? ""}`;
  const search = datasourceSeconds === undefined ? "" : ` found in ${datasourceSeconds} s`;
  return [outcome, version, datasource && `${datasource}${search}`, why].filter(Boolean).join(", ");
}

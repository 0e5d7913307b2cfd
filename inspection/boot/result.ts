import type { BootMode } from "../../config/image-file";
import type { Architecture } from "../image";
import { lastLines } from "./console";
import type { ExpectedCloudInit } from "./expected";
import type { Accelerator } from "./machine";
import type { GuestReport } from "./report";
import type { Watched } from "./watch";

/** What a boot check says; printed with `--json`. Times are of this run, all else is the same whenever it is run again. */
export interface BootResult {
  schemaVersion: 1;
  /** `passed`: login prompt there, cloud-init done where there is one, no failed unit but those allowed. */
  outcome: "passed" | "failed";
  /** File name of the raw disk. */
  disk: string;
  /** Digest of the disk, where it was read for it: with an image file. */
  sha256?: string;
  architecture: Architecture;
  bootMode: BootMode;
  machine: { qemu: string; accelerator: Accelerator; firmware: string };
  /** Seconds: from power-on to the login prompt, and what `systemd-analyze` says of the boot. */
  seconds: { login?: number; systemd?: number };
  kernel?: string;
  /** PRETTY_NAME of os-release(5). */
  os?: string;
  failedUnits: string[];
  cloudInit: CloudInitResult;
  /** Why it failed, a sentence each. */
  problems: string[];
  /** The console's last lines, of a boot that failed. */
  console?: string[];
}

export interface CloudInitResult {
  /** `done`; `failed`; `absent`: the image has none; `not-asked`: it is there, or may be, and could not be asked. */
  outcome: "done" | "failed" | "absent" | "not-asked";
  why?: string;
  version?: string;
  /** As `DataSourceNoCloud`. */
  datasource?: string;
  /** Seconds that the search for it took. */
  datasourceSeconds?: number;
  errors?: string[];
}

/** Console lines in a failed result: a panic with its stack, or the units that systemd still waits for. */
const CONSOLE_LINES = 30;

export interface Attempt extends Pick<BootResult, "disk" | "architecture" | "bootMode" | "machine"> {
  expected: ExpectedCloudInit;
  watched: Watched;
  /** Seconds that were waited at most. */
  timeout: number;
  /** Units that may fail. */
  allowFailed: readonly string[];
}

/** Judges what was seen. */
export function judgeBoot(attempt: Attempt): BootResult {
  const { disk, architecture, bootMode, machine, watched, allowFailed } = attempt;
  const { seen } = watched;
  const { report } = seen;
  const failedUnits = report?.failedUnits ?? seen.failedUnits;
  const cloudInit = cloudInitResult(attempt);
  const notAllowed = failedUnits.filter((unit) => !allowFailed.includes(unit));
  const problems = [
    ...(seen.login && watched.end === "complete" ? [] : [endOf(attempt)]),
    ...(report && cloudInit.outcome === "failed" ? [`cloud-init: ${cloudInit.why ?? ""}`] : []),
    ...notAllowed.map((unit) => `${unit} failed`),
  ];
  const kernel = report?.kernel ?? seen.kernel;
  return {
    schemaVersion: 1,
    outcome: problems.length === 0 ? "passed" : "failed",
    ...{ disk, architecture, bootMode, machine },
    seconds: {
      ...(watched.loginSeconds !== undefined && { login: watched.loginSeconds }),
      ...(report?.bootSeconds !== undefined && { systemd: report.bootSeconds }),
    },
    ...(kernel && { kernel }),
    ...(report?.os !== undefined && { os: report.os }),
    failedUnits,
    cloudInit,
    problems,
    ...(problems.length > 0 && { console: lastLines(watched.console, CONSOLE_LINES) }),
  };
}

/** What kept the boot from its end. */
function endOf({ watched, timeout }: Attempt): string {
  const { seen, end } = watched;
  if (seen.dead !== undefined) return seen.dead;
  const missing = seen.login ? "cloud-init's result" : "a login prompt on the serial console";
  if (end === "stopped") return `the machine switched itself off or restarted before ${missing}`;
  return `${missing} did not come within ${timeout} s`;
}

function cloudInitResult({ expected, watched: { seen } }: Attempt): CloudInitResult {
  if (seen.report) return reported(seen.report.cloudInit);
  switch (expected.is) {
    case "absent":
      return { outcome: "absent" };
    case "deaf":
      return { outcome: "not-asked", why: expected.why };
    case "there":
      return { outcome: "failed", why: "no result of it" };
    case "unknown":
      if (seen.cloudInit) return { outcome: "failed", why: "no result of it" };
      return { outcome: "not-asked", why: `whether the image has it is not known: ${expected.why}` };
  }
}

function reported({ status, version, datasource, datasourceSeconds, errors }: GuestReport["cloudInit"]) {
  const done = status === "done" && errors.length === 0;
  return {
    outcome: done ? "done" : "failed",
    ...(!done && { why: [`ended as "${status}"`, ...errors].join("; ") }),
    ...(version !== undefined && { version }),
    ...(datasource !== undefined && { datasource }),
    ...(datasourceSeconds !== undefined && { datasourceSeconds }),
    ...(errors.length > 0 && { errors }),
  } satisfies CloudInitResult;
}

/** The result for a person: how it ended first, then what was seen. */
export function renderBoot(result: BootResult): string {
  const { machine, seconds, cloudInit, failedUnits, problems } = result;
  const accelerator = machine.accelerator === "kvm" ? "KVM" : "emulated";
  const found = [
    seconds.login === undefined ? "no login prompt" : `login prompt after ${seconds.login} s`,
    seconds.systemd === undefined ? "" : `systemd ${seconds.systemd} s`,
  ];
  const rows = [
    ["machine", `QEMU ${machine.qemu}, ${accelerator}, ${machine.firmware}, ${result.architecture}`],
    ["system", [result.os, result.kernel && `kernel ${result.kernel}`].filter(Boolean).join(", ")],
    ["boot", found.filter(Boolean).join(", ")],
    ["cloud-init", cloudInitText(cloudInit)],
    ["failed units", failedUnits.length > 0 ? failedUnits.join(", ") : "none"],
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

import { lastLines, type Seen } from "./console";
import type { ExpectedCloudInit } from "./expected";
import type { GuestReport } from "./report";
import type { Watched } from "./watch";

/**
 * Console output of a machine, and the expectations: the same for QEMU on the publisher's machine and for an instance
 * in a cloud.
 */
export interface BootObservation {
  expected: ExpectedCloudInit;
  watched: Pick<Watched, "seen" | "console" | "end">;
  /** Timeout in seconds. */
  timeout: number;
  /** Units whose failure is tolerated. */
  allowFailed: readonly string[];
}

export interface BootVerdict {
  /** `passed`: login prompt seen, cloud-init done if present, no failed unit except tolerated ones. */
  outcome: "passed" | "failed";
  /** Reasons of a failure, a sentence each. */
  problems: string[];
  seconds: { systemd?: number };
  kernel?: string;
  /** PRETTY_NAME of os-release(5). */
  os?: string;
  failedUnits: string[];
  cloudInit: CloudInitResult;
  /** The console's last lines after a failed boot. */
  console?: string[];
}

export interface CloudInitResult {
  /**
   * `done`; `failed`; `absent`: the image has none; `not-asked`: present, or possibly so, but could not be checked.
   */
  outcome: "done" | "failed" | "absent" | "not-asked";
  why?: string;
  version?: string;
  /** E.g. `DataSourceNoCloud`. */
  datasource?: string;
  /** Seconds of its search. */
  datasourceSeconds?: number;
  errors?: string[];
}

/** Console lines in a failed result: a panic with its stack, or the units that systemd still waits for. */
const CONSOLE_LINES = 30;

/** True if everything expected has been seen. */
export function isComplete(expected: ExpectedCloudInit, seen: Seen): boolean {
  const awaited = expected.is === "there" || (expected.is === "unknown" && seen.cloudInit);
  return seen.login && (seen.report !== undefined || !awaited);
}

export function judgeObservation(sight: BootObservation): BootVerdict {
  const { watched, allowFailed } = sight;
  const { seen } = watched;
  const { report } = seen;
  const failedUnits = report?.failedUnits ?? seen.failedUnits;
  const cloudInit = cloudInitResult(sight);
  const notAllowed = failedUnits.filter((unit) => !allowFailed.includes(unit));
  const problems = [
    ...(seen.login && watched.end === "complete" ? [] : [endOf(sight)]),
    ...(report && cloudInit.outcome === "failed" ? [`cloud-init: ${cloudInit.why ?? ""}`] : []),
    ...notAllowed.map((unit) => `${unit} failed`),
  ];
  const kernel = report?.kernel ?? seen.kernel;
  return {
    outcome: problems.length === 0 ? "passed" : "failed",
    problems,
    seconds: { ...(report?.bootSeconds !== undefined && { systemd: report.bootSeconds }) },
    ...(kernel && { kernel }),
    ...(report?.os !== undefined && { os: report.os }),
    failedUnits,
    cloudInit,
    ...(problems.length > 0 && { console: lastLines(watched.console, CONSOLE_LINES) }),
  };
}

/** Reason why the boot did not complete. */
function endOf({ watched, timeout }: BootObservation): string {
  const { seen, end } = watched;
  if (seen.dead !== undefined) return seen.dead;
  const missing = seen.login ? "cloud-init's result" : "a login prompt on the serial console";
  if (end === "stopped") return `the machine switched itself off or restarted before ${missing}`;
  return `${missing} did not come within ${timeout} s`;
}

function cloudInitResult({ expected, watched: { seen } }: BootObservation): CloudInitResult {
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
    version,
    datasource,
    datasourceSeconds,
    ...(errors.length > 0 && { errors }),
  } satisfies CloudInitResult;
}

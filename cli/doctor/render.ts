import { CLOUD_LABELS, isCloud } from "../../facts/clouds";
import type { Check, Checks } from "./check";

const MARKS: Readonly<Record<Check["state"], string>> = {
  ok: "ok",
  warning: "WARNING",
  problem: "PROBLEM",
  skipped: "skipped",
};

/** A table, and last how many problems there are. */
export function renderChecks(stack: string, checks: Checks): string {
  const rows = checks.map(({ area, check, state, message }) => [
    MARKS[state],
    isCloud(area) ? CLOUD_LABELS[area] : area,
    check,
    message,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(
    ([mark = "", area = "", check = "", message = ""]) =>
      `${mark.padEnd(widths[0] ?? 0)}  ${area.padEnd(widths[1] ?? 0)}  ${check.padEnd(widths[2] ?? 0)}  ${message}`,
  );
  const problems = count(checks, "problem");
  const warnings = count(checks, "warning");
  const end =
    problems > 0
      ? `${problems} ${problems === 1 ? "problem" : "problems"}: an up of ${stack} would fail.`
      : `Nothing is in the way of an up of ${stack}.`;
  return `${lines.join("\n")}\n\n${end}${warnings > 0 ? ` ${warnings} ${warnings === 1 ? "warning" : "warnings"}.` : ""}\n`;
}

function count(checks: Checks, state: Check["state"]): number {
  return checks.filter((check) => check.state === state).length;
}

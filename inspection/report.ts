import type { InspectedImage } from "./image";
import { POLICY_VERSION } from "../config/evidence";
import { listedPackages } from "./packages";
import { printable } from "./printable";
import { type Verdict } from "./rule";
import { NotInspectable } from "./tree";

/** The result of an inspection: printed, stored beside the image file and bound by the record. */
export interface PolicyReport {
  schemaVersion: 1;
  policyVersion: number;
  /** SHA-256 of the measured raw disk, hex. Absent: not taken, and `blockMapRoot` says which disk. */
  sha256?: string;
  blockMapRoot?: string;
  /** `passed` if no rule of severity `error` failed or could not be inspected. */
  outcome: "passed" | "failed";
  counts: { passed: number; failed: number; notInspected: number };
  rules: {
    id: string;
    severity: string;
    outcome: Verdict["outcome"];
    findings: Verdict["findings"];
    why?: string;
    cure?: string;
  }[];
  size: { raw: number; installed?: number; largest?: { name: string; bytes: number }[] };
}

/** Number of largest packages in the report. */
const LARGEST = 10;
/** Maximum findings listed per rule: more of them usually have a common cause. */
const MOST_FINDINGS = 100;

/**
 * Summarises verdicts. A rule of severity `error` that could not be inspected fails the policy. Text from the disk is
 * made {@link printable}.
 */
export function policyReport(
  image: InspectedImage,
  { sha256, blockMapRoot }: { sha256?: string | undefined; blockMapRoot: string },
  verdicts: readonly Verdict[],
): PolicyReport {
  const count = (outcome: Verdict["outcome"]) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const bad = verdicts.some(({ rule, outcome }) => rule.severity === "error" && outcome !== "passed");
  return {
    schemaVersion: 1,
    policyVersion: POLICY_VERSION,
    ...(sha256 === undefined ? { blockMapRoot } : { sha256 }),
    outcome: bad ? "failed" : "passed",
    counts: { passed: count("passed"), failed: count("failed"), notInspected: count("not-inspected") },
    rules: verdicts.map(({ rule, outcome, findings, why }) => ({
      id: rule.id,
      severity: rule.severity,
      outcome,
      findings: shown(findings),
      ...(why === undefined ? {} : { why: printable(why) }),
      ...(outcome === "failed" ? { cure: rule.cure } : {}),
    })),
    size: { raw: image.size, ...packageSizes(image) },
  };
}

function shown(findings: Verdict["findings"]): Verdict["findings"] {
  const rest = findings.length - MOST_FINDINGS;
  return [
    ...findings.slice(0, MOST_FINDINGS).map(({ message, where }) => ({
      message: printable(message),
      ...(where !== undefined && { where: printable(where) }),
    })),
    ...(rest > 0 ? [{ message: `and ${rest} more` }] : []),
  ];
}

function packageSizes(image: InspectedImage): {
  installed?: number;
  largest?: { name: string; bytes: number }[];
} {
  try {
    const present = listedPackages(image).packages;
    const bySize = [...present].sort((a, b) => b.installedBytes - a.installedBytes);
    return {
      installed: present.reduce((sum, each) => sum + each.installedBytes, 0),
      largest: bySize.slice(0, LARGEST).map(({ name, installedBytes }) => ({
        name: printable(name),
        bytes: installedBytes,
      })),
    };
  } catch (error) {
    if (error instanceof NotInspectable) return {};
    throw error;
  }
}

/** The report as text: failures first, each with its cure; passed rules in one line. */
export function renderText(report: PolicyReport): string {
  const lines: string[] = [];
  for (const each of report.rules) {
    if (each.outcome === "failed") {
      lines.push(`${each.severity}: ${each.id}`);
      for (const { where, message } of each.findings) lines.push(`  ${where ? `${where}: ` : ""}${message}`);
      lines.push(`  cure: ${each.cure ?? ""}`);
    }
    if (each.outcome === "not-inspected") lines.push(`not inspected: ${each.id}`, `  ${each.why ?? ""}`);
  }
  const { passed, failed, notInspected } = report.counts;
  lines.push(`policy ${report.outcome}: ${passed} passed, ${failed} failed, ${notInspected} not inspected`);
  return `${lines.join("\n")}\n`;
}

/**
 * The report for a CI server: one test case per rule (the JUnit XML that Jenkins and GitLab read). It fails exactly
 * if the policy failed: a rule of severity `error` that could not be inspected is an error, a warning's findings are
 * its test's output.
 */
export function renderJunit(report: PolicyReport): string {
  const cases = report.rules.map((rule) => {
    const open = `  <testcase classname="imprimatur.policy" name="${escapeXml(rule.id)}"`;
    const inside = junitOf(rule);
    return inside === undefined ? `${open}/>` : `${open}>${inside}</testcase>`;
  });
  const count = (severe: boolean, outcome: Verdict["outcome"]) =>
    report.rules.filter((rule) => (rule.severity === "error") === severe && rule.outcome === outcome).length;
  const [failures, errors] = [count(true, "failed"), count(true, "not-inspected")];
  const skipped = count(false, "not-inspected");
  const suite = `<testsuite name="imprimatur policy ${report.policyVersion}" tests="${report.rules.length}" failures="${failures}" errors="${errors}" skipped="${skipped}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite}\n${cases.join("\n")}\n</testsuite>\n`;
}

function junitOf({ outcome, findings, severity, why = "", cure = "" }: PolicyReport["rules"][number]) {
  if (outcome === "passed") return undefined;
  if (outcome === "not-inspected") {
    const message = escapeXml(why);
    return severity === "error"
      ? `<error type="not-inspected" message="${message}"/>`
      : `<skipped message="${message}"/>`;
  }
  const text = findings.map(({ where, message }) => `${where ? `${where}: ` : ""}${message}`).join("\n");
  if (severity !== "error")
    return `<system-out>${escapeXml(`${severity}: ${text}\ncure: ${cure}`)}</system-out>`;
  return `<failure type="${severity}" message="${escapeXml(cure)}">${escapeXml(text)}</failure>`;
}

/** Characters that XML 1.0 (section 2.2) cannot represent become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\ufffd")
    .replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

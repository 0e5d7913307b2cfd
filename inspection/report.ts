import { isPresent, packagesOf } from "./dpkg";
import type { InspectedImage } from "./image";
import { POLICY_VERSION } from "./rules";
import { type Verdict } from "./rule";
import { NotInspectable } from "./tree";

/** The result of an inspection as it is printed, stored in the image file's neighbour and bound by the record. */
export interface PolicyReport {
  schemaVersion: 1;
  policyVersion: number;
  /** Digest of the raw disk that was measured. */
  sha256: string;
  /** `passed` when no rule of severity `error` failed or could not be inspected. */
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

/** How many packages the report names by size. */
const LARGEST = 10;

/**
 * Sums verdicts up. A rule of severity `error` that could not be inspected fails the policy: what was not seen is not
 * passed.
 */
export function policyReport(
  image: InspectedImage,
  sha256: string,
  verdicts: readonly Verdict[],
): PolicyReport {
  const count = (outcome: Verdict["outcome"]) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const bad = verdicts.some(({ rule, outcome }) => rule.severity === "error" && outcome !== "passed");
  return {
    schemaVersion: 1,
    policyVersion: POLICY_VERSION,
    sha256,
    outcome: bad ? "failed" : "passed",
    counts: { passed: count("passed"), failed: count("failed"), notInspected: count("not-inspected") },
    rules: verdicts.map(({ rule, outcome, findings, why }) => ({
      id: rule.id,
      severity: rule.severity,
      outcome,
      findings,
      ...(why === undefined ? {} : { why }),
      ...(outcome === "failed" ? { cure: rule.cure } : {}),
    })),
    size: { raw: image.size, ...packageSizes(image) },
  };
}

function packageSizes(image: InspectedImage): {
  installed?: number;
  largest?: { name: string; bytes: number }[];
} {
  try {
    const present = packagesOf(image).filter(isPresent);
    const bySize = [...present].sort((a, b) => b.installedBytes - a.installedBytes);
    return {
      installed: present.reduce((sum, each) => sum + each.installedBytes, 0),
      largest: bySize.slice(0, LARGEST).map(({ name, installedBytes }) => ({ name, bytes: installedBytes })),
    };
  } catch (error) {
    if (error instanceof NotInspectable) return {};
    throw error;
  }
}

/** The report for a person: what is wrong first, each with its cure; what passed in one line. */
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

/** The report for a CI server: one test case per rule (the JUnit XML that Jenkins and GitLab read). */
export function renderJunit(report: PolicyReport): string {
  const cases = report.rules.map(({ id, outcome, findings, severity, why, cure }) => {
    const open = `  <testcase classname="imprimatur.policy" name="${escapeXml(id)}"`;
    if (outcome === "passed") return `${open}/>`;
    if (outcome === "not-inspected") return `${open}><skipped message="${escapeXml(why ?? "")}"/></testcase>`;
    const text = findings.map(({ where, message }) => `${where ? `${where}: ` : ""}${message}`).join("\n");
    return `${open}><failure type="${severity}" message="${escapeXml(cure ?? "")}">${escapeXml(text)}</failure></testcase>`;
  });
  const { failed, notInspected } = report.counts;
  const suite = `<testsuite name="imprimatur policy ${report.policyVersion}" tests="${report.rules.length}" failures="${failed}" skipped="${notInspected}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite}\n${cases.join("\n")}\n</testsuite>\n`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
